package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// SelfInstruct asks a model for instructions that a user of an application might give.
type SelfInstruct struct {
	llm.Task
	NumInstructions int      `param:"num_instructions" default:"5" min:"1" max:"100" doc:"How many instructions to ask for; each row gets exactly so many."`
	Application     string   `param:"application_description" default:"AI assistant" doc:"The application whose users give the instructions."`
	Criteria        []string `param:"criteria_for_query_generation" default:"[\"Start them with different verbs; do not use the same one twice.\",\"Ask only for what a language model can answer in writing, in one or two sentences each.\",\"Make each one complete: whoever answers it sees neither the context nor the other ones.\",\"Mix questions with requests.\"]" doc:"What the instructions should be like, one rule per element."`
}

// SelfInstructIn is what SelfInstruct reads.
type SelfInstructIn struct {
	Input string   `col:"input" doc:"The topic or the text that the instructions are about."`
	Vars  llm.Vars // what a prompt of the user's reads beyond these
}

// SelfInstructOut is what SelfInstruct adds.
type SelfInstructOut struct {
	Instructions []string `col:"instructions" doc:"The instructions, without numbers or bullets."`
	ModelName    string   `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t SelfInstruct) Run(ctx context.Context, ask llm.Asker, in SelfInstructIn) (SelfInstructOut, error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{
		"input":                         in.Input,
		"num_instructions":              t.NumInstructions,
		"application_description":       t.Application,
		"criteria_for_query_generation": t.Criteria,
	}, in.Vars)
	if err != nil {
		return SelfInstructOut{}, err
	}
	list := textList{"instructions", t.NumInstructions}
	var out SelfInstructOut
	r, err := ask.Ask(ctx, messages, list.schema(t.Task), func(text string) error {
		out.Instructions, err = list.parse(t.Task, text)
		return err
	})
	out.ModelName = r.Model
	return out, err
}

func selfInstruct() component.Component {
	return component.Component{
		Name: "self_instruct", Was: []string{"SelfInstruct"}, Category: "generation",
		Summary: "Instructions that a user might give on a topic",
		Doc: `Asks a model to play the users of an application and to write ` + "`num_instructions`" + ` instructions on the topic or text in
the column ` + "`input`" + `. It makes the column ` + "`instructions`" + `, a list of strings, and usually goes before ` + "`expand_columns`" + `, which
makes a row of each.

Every row gets exactly the number of instructions asked for. Numbers and bullets in front of them, quotes, blank lines
and introductory lines are removed, and of a reply with too many the first are taken. A reply with too few, or one that says the same
thing twice, counts as unparseable: the model is asked again, and after ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says.

A prompt of your own may read ` + "`num_instructions`, `application_description` and `criteria_for_query_generation`" + ` beside the
columns of the row. How to reply is added below it, as a JSON object or, where the model has ` + "`reply_format = \"text\"`" + `, as
numbered lines.`,
		Paper: "Wang et al. 2022, Self-Instruct: Aligning Language Models with Self-Generated Instructions, https://arxiv.org/abs/2212.10560",
		Example: `pipeline "questions" {}

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "topics" {
  rows = [{ input = "Fractions" }, { input = "Linear equations" }]
}

step "self_instruct" "ask" {
  from                    = step.topics
  model                   = model.small
  num_instructions        = 3
  application_description = "a maths tutor for school children"
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[SelfInstruct](),
		In:     reflect.TypeFor[SelfInstructIn](),
		Out:    reflect.TypeFor[SelfInstructOut](),
		Prompt: func(any) string { return "self_instruct" },
		Offers: []string{"num_instructions", "application_description", "criteria_for_query_generation"},
	}
}
