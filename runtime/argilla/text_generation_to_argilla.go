package argilla

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// TextGenerationToArgilla sends answers to Argilla, where people say whether they are good.
type TextGenerationToArgilla struct {
	Destination
}

// TextGenerationToArgillaIn is what TextGenerationToArgilla reads.
type TextGenerationToArgillaIn struct {
	Instruction string  `col:"instruction" doc:"The instruction that the answer answers."`
	Generation  string  `col:"generation" doc:"The answer."`
	Model       *string `col:"model_name" absent:"ok" doc:"The model that wrote it."`
}

// Check finds out whether records can be sent.
func (s TextGenerationToArgilla) Check(ctx context.Context, run component.SinkRun) error {
	return s.check(ctx, s.dataset(run))
}

// Open makes the dataset if it is not there.
func (s TextGenerationToArgilla) Open(ctx context.Context, run component.SinkRun) (component.Sender[TextGenerationToArgillaIn], error) {
	return openDataset(ctx, s.Destination, run, s.dataset(run), s.record)
}

func (s TextGenerationToArgilla) dataset(run component.SinkRun) Wanted {
	return s.wanted(run, Shape{
		Fields: []Field{Text("instruction", "Instruction", true, s.Markdown), Text("generation", "Answer", true, s.Markdown)},
		Questions: []Question{Label("quality", "Is the answer good?", "",
			Option{Value: "bad", Text: "👎"}, Option{Value: "good", Text: "👍"})},
		Metadata: []Metadata{Terms("generation-model", "Model", false)},
	}, "Read the instruction and the answer, and say whether the answer is good.")
}

func (s TextGenerationToArgilla) record(in TextGenerationToArgillaIn) (Record, error) {
	r := Record{Fields: map[string]string{"instruction": in.Instruction, "generation": in.Generation}, Metadata: map[string]string{}}
	if in.Model != nil {
		r.Metadata["generation-model"] = *in.Model
	}
	return r, nil
}

// TextGeneration declares text_generation_to_argilla.
func TextGeneration() component.Component {
	return component.Component{
		Name: "text_generation_to_argilla", Was: []string{"TextGenerationToArgilla"}, Category: "output",
		Summary: "Records in Argilla: answers, for people to call good or bad",
		Doc: `Sends each row as a record to a dataset of [Argilla](https://argilla.io) 2, where people say whether the answer is good. It makes the
dataset if it is not there: fields for the ` + "`instruction`" + ` and the ` + "`generation`" + `, and the question ` + "`quality`" + ` with the labels ` + "`bad`" + ` and ` + "`good`" + `. Which model
wrote the answer is in the metadata, and annotators do not see it.

Rows are sent in batches while the run goes on. A record has the id of its row, so that a run that goes on, or is repeated, adds nothing
twice. A dataset of the same shape gets further records; one of another shape is refused before a model is asked. The step is off
where ` + "`ARGILLA_API_URL`" + ` is not set. The key is in ` + "`ARGILLA_API_KEY`" + `.

A row that Argilla does not take is rejected with the class ` + "`refused_request`" + `. If the server is down or ends the work, all rows are in the
datasets of the output folder as ever, the exit code is 5, and the same command again sends what is missing. More in
[Argilla](../argilla.md).`,
		Example: `pipeline "annotated" {}

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?" }]
}

step "text_generation" "answer" {
  from  = step.questions
  model = model.small
}

step "text_generation_to_argilla" "to_argilla" {
  from    = step.answer
  dataset = "answers"
}
`,
		Shape:  component.Sink,
		Params: reflect.TypeFor[TextGenerationToArgilla](),
		In:     reflect.TypeFor[TextGenerationToArgillaIn](),
	}
}
