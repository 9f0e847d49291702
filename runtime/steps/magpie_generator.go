package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// MagpieGenerator is Magpie as a source.
type MagpieGenerator struct {
	Magpie  `without:"num_generations,group_generations,on_error"`
	NumRows int `param:"num_rows" required:"true" min:"1" max:"1000000000" doc:"How many rows to make. With more of them the first ones stay as they are."`
}

// Rows is how many rows there are.
func (t MagpieGenerator) Rows() int { return t.NumRows }

// Run asks the model for one row.
func (t MagpieGenerator) Run(ctx context.Context, ask llm.Asker) (MagpieOut, error) {
	return t.Magpie.Run(ctx, ask, MagpieIn{})
}

func magpieGenerator() component.Component {
	return component.Component{
		Name: "magpie_generator", Was: []string{"MagpieGenerator"}, Category: "source",
		Summary: "Rows of instructions that a chat model makes up itself, with its answers",
		Doc: `Does what [magpie](magpie.md) does, which explains the arguments, without rows to begin with: it makes ` + "`num_rows`" + ` of them out of nothing. Where the system
message of each row is known beforehand, take ` + "`rows`" + ` or a file, and ` + "`magpie`" + `.

A row is known by its number, so that a greater ` + "`num_rows`" + ` asks for the new ones alone. A row whose turns stay empty or too long is rejected. In counts and reports, the
rows before the model is asked are those of NAME.rows.`,
		Paper: "Xu et al. 2024, Magpie: Alignment Data Synthesis from Scratch by Prompting Aligned LLMs with Nothing, https://arxiv.org/abs/2406.08464",
		Example: `pipeline "conversations" {}

model "qwen" {
  provider      = "openai"
  base_url      = "http://127.0.0.1:8000/v1"
  name          = "Qwen/Qwen2.5-7B-Instruct"
  chat_template = { preset = "qwen2" }
  generation    = { temperature = 1 }
}

step "magpie_generator" "chat" {
  model    = model.qwen
  num_rows = 5
  system_prompts = {
    algebra    = "You teach algebra."
    statistics = "You teach statistics."
  }
}
`,
		Shape: component.Source, Task: true,
		Params:  reflect.TypeFor[MagpieGenerator](),
		Out:     reflect.TypeFor[MagpieOut](),
		Outputs: func(params any) []string { return params.(MagpieGenerator).outputs() },
		Derive:  func(params any, c *component.Columns) { params.(MagpieGenerator).check(c) },
	}
}
