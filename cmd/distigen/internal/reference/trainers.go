package reference

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/contract"
)

const trainersBegin = `# Datasets for trainers

A dataset may say which trainer it is for. Its columns are then checked when the pipeline is compiled, each row is checked when it is
written, and it is written in the shape in which the trainer reads it.

` + "```hcl partial" + `
dataset "default" {
  from    = step.format_dpo
  format  = "trl/dpo"
  files   = "jsonl"                 # or "parquet", the default
  columns = { prompt = "question" } # where the rows call a column otherwise: the trainer's name, and theirs
}
` + "```" + `

The columns may be in any of the forms that the tables below list; the first one that fits is taken. So the pairs that
[format_text_generation_dpo](components/format_text_generation_dpo.md) makes go to every trainer of preferences: the prompt that
` + "`chosen` and `rejected`" + ` have in common is parted from the answers, or joined with them.

Other columns stay, since the trainers pass over them, with the exception of those that a trainer would take for something else, such as
` + "`messages` in a dataset of prompts and completions" + ` or ` + "`input_ids`" + `. These are left out, and the card names them. The card of the
dataset also has what the trainer is to be told: Python for TRL, a piece of configuration for Axolotl, and for LLaMA-Factory the
entry of ` + "`dataset_info.json`" + `, which lies beside the card.

## What the rows must hold

A row that the trainer cannot learn from is not written. It is among the [rejects](failures-and-exit-codes.md), with the step
` + "`dataset NAME`" + ` and one of these classes, and counts in the ledger and the exit code as any other:

| class | what is wrong |
| --- | --- |
| ` + "`empty_text`" + ` | a text, a message, or a list of messages has nothing in it |
| ` + "`same_answers`" + ` | chosen and rejected are the same, apart from space at the ends |
| ` + "`prompts_differ`" + ` | chosen and rejected differ before the answer begins |
| ` + "`bad_turns`" + ` | user and assistant do not take turns, a role is another one, a conversation does not end with the assistant or a prompt not with the user; or there are more turns than the form has room for |

The system may speak once, at the beginning. A mistake that concerns all rows, such as a column that is missing, null or of another
type, is told by ` + "`distigen check`" + `: [DG608](../hclspec/diag/explain/DG608.md), [DG609](../hclspec/diag/explain/DG609.md), [DG610](../hclspec/diag/explain/DG610.md).
`

// trainers is the page of the formats of trainers.
func trainers() string {
	var b strings.Builder
	b.WriteString(note + trainersBegin)
	trainer := ""
	for _, c := range contract.All() {
		if c.Trainer != trainer {
			trainer = c.Trainer
			fmt.Fprintf(&b, "\n## %s\n\n| format | what it is for | columns that it reads, in one of these forms | columns that it writes |\n| --- | --- | --- | --- |\n", trainer)
		}
		var reads, writes []string
		for _, f := range c.Forms {
			reads = append(reads, inputsOf(f))
			if w := outputsOf(f); len(writes) == 0 || writes[len(writes)-1] != w {
				writes = append(writes, w)
			}
		}
		fmt.Fprintf(&b, "| [`%s`](%s) | %s | %s | %s |\n", c.Name, c.Link, cell(c.Doc), strings.Join(reads, "<br/>"), strings.Join(writes, "<br/>"))
	}
	return b.String()
}

func inputsOf(f contract.Form) string {
	var all []string
	for _, in := range f.Reads {
		text := fmt.Sprintf("`%s` (%s", in.Name, in.Is.Type())
		if in.Optional {
			text += ", if it is there"
		}
		all = append(all, text+")")
	}
	return strings.Join(all, ", ")
}

func outputsOf(f contract.Form) string {
	var all []string
	for _, out := range f.Writes {
		t := component.TypeOf(out.Is.Type).String()
		if out.Is.Type.Kind() == reflect.Struct {
			t = "a message"
		}
		all = append(all, fmt.Sprintf("`%s` (%s)", out.Name, t))
	}
	return strings.Join(all, ", ")
}
