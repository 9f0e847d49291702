package steps

import (
	"context"
	"errors"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// Genstruct has a model write a question and its answer out of a document.
type Genstruct struct{ llm.Task }

// GenstructIn is what Genstruct reads.
type GenstructIn struct {
	Title   string   `col:"title" doc:"The title of the document."`
	Content string   `col:"content" doc:"Its text, or a part of it."`
	Vars    llm.Vars // what a prompt of the user's reads beyond these
}

// GenstructOut is what Genstruct adds.
type GenstructOut struct {
	User      string `col:"user" doc:"The question, which stands on its own."`
	Assistant string `col:"assistant" doc:"The answer, which rests on the document."`
	ModelName string `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t Genstruct) Run(ctx context.Context, ask llm.Asker, in GenstructIn) (GenstructOut, error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{"title": in.Title, "content": in.Content}, in.Vars)
	if err != nil {
		return GenstructOut{}, err
	}
	form := fields{name: "exchange", long: []string{"user", "assistant"}}
	var out GenstructOut
	r, err := ask.Ask(ctx, messages, form.schema(t.Task), func(text string) error {
		values, err := form.parse(t.Task, text)
		if err != nil {
			return err
		}
		out.User, out.Assistant = values["user"], values["assistant"]
		if err := refuses("question", out.User); err != nil {
			return unusable(err)
		}
		if err := refuses("answer", out.Assistant); err != nil {
			return unusable(err)
		}
		if plain(out.User) == plain(out.Assistant) {
			return unusable(errors.New("its answer is the question"))
		}
		return nil
	})
	out.ModelName = r.Model
	return out, err
}

func genstruct() component.Component {
	return component.Component{
		Name: "genstruct", Was: []string{"Genstruct"}, Category: "generation",
		Summary: "A question and its answer out of a document",
		Doc: `Shows a model a document, ` + "`title` and `content`" + `, and has it write a question that somebody might ask and that the document answers, together
with the answer. It makes ` + "`user` and `assistant`" + `. The question takes some thought, and stands on its own: it does not speak of "the text".

In the reference it needs a model that was trained for this. Here any model will do, since the prompt says what is wanted. A reply
without the one or the other, or with a refusal in its place, is asked for again; after ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + `.`,
		Paper: "Nous Research 2024, Genstruct 7B, https://huggingface.co/NousResearch/Genstruct-7B, after Koksal et al. 2023, Ada-Instruct, https://arxiv.org/abs/2310.04484",
		Example: `pipeline "exchanges" {}

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "documents" {
  rows = [
    { title = "Primes", content = "A prime is a number above 1 that only 1 and itself divide. Euclid showed that there is no last one." },
  ]
}

step "genstruct" "exchange" {
  from  = step.documents
  model = model.small
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[Genstruct](),
		In:     reflect.TypeFor[GenstructIn](),
		Out:    reflect.TypeFor[GenstructOut](),
		Prompt: func(any) string { return "genstruct" },
	}
}
