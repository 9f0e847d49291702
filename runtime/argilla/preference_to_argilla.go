package argilla

import (
	"context"
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// PreferenceToArgilla sends rated answers to Argilla, where people rate them.
type PreferenceToArgilla struct {
	Destination
	NumGenerations int `param:"num_generations" min:"1" max:"50" doc:"How many answers a row has at most. Needed only where it is not known from the steps before."`
}

// PreferenceToArgillaIn is what PreferenceToArgilla reads.
type PreferenceToArgillaIn struct {
	Instruction string    `col:"instruction" doc:"The instruction that the answers answer."`
	Generations []string  `col:"generations" min:"2" doc:"The answers."`
	Ratings     *[]int    `col:"ratings" absent:"ok" same:"generations" doc:"The judge's ratings from 1 to 5, which are suggested to annotators."`
	Rationales  *[]string `col:"rationales" absent:"ok" same:"generations" doc:"The judge's reasons, which are suggested likewise."`
	Models      *[]string `col:"generation_models" absent:"ok" same:"generations" doc:"The model that wrote each answer."`
	Judge       *string   `col:"model_name" absent:"ok" doc:"The model that judged, which stands as the agent of the suggestions."`
}

// The scale of the ratings.
const worstRating, bestRating = 1, 5

// Check finds out whether records can be sent.
func (s PreferenceToArgilla) Check(ctx context.Context, run component.SinkRun) error {
	return s.check(ctx, s.dataset(run))
}

// Open makes the dataset if it is not there.
func (s PreferenceToArgilla) Open(ctx context.Context, run component.SinkRun) (component.Sender[PreferenceToArgillaIn], error) {
	return openDataset(ctx, s.Destination, run, s.dataset(run), s.record)
}

// The names of what a record has for the answer of a number; those of the reference.
func answerName(i int) string    { return fmt.Sprintf("generations-%d", i) }
func ratingName(i int) string    { return answerName(i) + "-rating" }
func rationaleName(i int) string { return answerName(i) + "-rationale" }
func writerName(i int) string    { return answerName(i) + "-model" }

func (s PreferenceToArgilla) dataset(run component.SinkRun) Wanted {
	shape := Shape{Fields: []Field{Text("instruction", "Instruction", true, s.Markdown)}}
	for i := range s.NumGenerations {
		n := fmt.Sprint(i + 1)
		shape.Fields = append(shape.Fields, Text(answerName(i), "Answer "+n, i == 0, s.Markdown))
		shape.Questions = append(shape.Questions,
			Rating(ratingName(i), "Rating of answer "+n, "From 1, useless, to 5, excellent.", i == 0, worstRating, bestRating),
			Answer(rationaleName(i), "Reasons for the rating of answer "+n, ""))
		shape.Metadata = append(shape.Metadata, Terms(writerName(i), "Model of answer "+n, false))
	}
	return s.wanted(run, shape, "Read the instruction and its answers, and rate each answer from 1 (useless) to 5 (excellent) for how good it is as a "+
		"whole. Where a judge has rated before you, its ratings and reasons stand there as suggestions: keep those that you agree with, and "+
		"change the others.")
}

// record is a row in Argilla.
func (s PreferenceToArgilla) record(in PreferenceToArgillaIn) (Record, error) {
	n := len(in.Generations)
	if n > s.NumGenerations {
		return Record{}, badRow("The row has %d answers, and the dataset in Argilla has room for %d. Set num_generations = %[1]d, and another dataset.", n, s.NumGenerations)
	}
	r := Record{Fields: map[string]string{"instruction": in.Instruction}, Metadata: map[string]string{}}
	for i, text := range in.Generations {
		r.Fields[answerName(i)] = text
	}
	ratings, rationales, models := listOf(in.Ratings), listOf(in.Rationales), listOf(in.Models)
	for _, list := range []struct {
		name   string
		length int
	}{{"ratings", len(ratings)}, {"rationales", len(rationales)}, {"generation_models", len(models)}} {
		if list.length > 0 && list.length != n {
			return r, badRow("The row has %d answers and %d %s, so nobody can say which is whose.", n, list.length, list.name)
		}
	}
	judge := ""
	if in.Judge != nil {
		judge = *in.Judge
	}
	for i, rating := range ratings {
		if rating < worstRating || rating > bestRating {
			return r, &llm.RowError{Class: llm.OutOfScale, Message: fmt.Sprintf("The rating %d of answer %d is not from %d to %d.", rating, i+1, worstRating, bestRating)}
		}
		r.Suggestions = append(r.Suggestions, Suggestion{Question: ratingName(i), Value: rating, Agent: judge})
	}
	for i, text := range rationales {
		if text != "" {
			r.Suggestions = append(r.Suggestions, Suggestion{Question: rationaleName(i), Value: text, Agent: judge})
		}
	}
	for i, name := range models {
		r.Metadata[writerName(i)] = name
	}
	return r, nil
}

func badRow(format string, args ...any) error {
	return &llm.RowError{Class: llm.BadRow, Message: fmt.Sprintf(format, args...)}
}

func listOf[T any](list *[]T) []T {
	if list == nil {
		return nil
	}
	return *list
}

// settleGenerations fills in how many answers a row has, where that is known.
func (s PreferenceToArgilla) settleGenerations(c *component.Columns) any {
	known := c.Inputs["generations"].Len
	switch {
	case known == 0 && s.NumGenerations == 0:
		c.Problem("num_generations", "how many generations a row has is not known", "The dataset in Argilla has a field and two questions for each, so that "+
			"their number must be known before. Write num_generations, the most that a row has.")
	case known > 0 && s.NumGenerations > 0 && s.NumGenerations < known:
		c.Problem("num_generations", fmt.Sprintf("num_generations is %d, and every row has %d", s.NumGenerations, known),
			fmt.Sprintf("Some would have no place in the dataset. Write num_generations = %d, or leave it out.", known))
	case s.NumGenerations == 0:
		s.NumGenerations = known
	}
	return s
}

// Preference declares preference_to_argilla.
func Preference() component.Component {
	return component.Component{
		Name: "preference_to_argilla", Was: []string{"PreferenceToArgilla"}, Category: "output",
		Summary: "Records in Argilla: rated answers, for people to check",
		Doc: `Sends each row as a record to a dataset of [Argilla](https://argilla.io) 2, where people rate the answers. It makes the dataset if it
is not there: a field for the ` + "`instruction`" + ` and for each of the ` + "`generations`" + `, and for each of these a question for a rating from 1 to 5
and one for its reasons. The judge's ` + "`ratings`" + ` and ` + "`rationales`" + ` stand there as suggestions, with the judge as their agent; which model wrote
an answer is in the metadata, and annotators do not see it.

Rows are sent in batches while the run goes on. A record has the id of its row, so that a run that goes on, or is repeated, adds nothing
twice. A dataset of the same shape gets further records; one of another shape is refused before a model is asked. The step is off
where ` + "`ARGILLA_API_URL`" + ` is not set. The key is in ` + "`ARGILLA_API_KEY`" + `.

A row that Argilla does not take is rejected with the class ` + "`refused_request`" + `; one with more answers than ` + "`num_generations`" + ` or with lists of
different lengths with ` + "`bad_row`" + `; one with a rating off the scale with ` + "`out_of_scale`" + `. If the server is down or ends the work, all rows are in
the datasets of the output folder as ever, the exit code is 5, and the same command again sends what is missing. More in
[Argilla](../argilla.md).`,
		Example: `pipeline "annotated" {}

step "rows" "rated" {
  rows = [
    {
      instruction       = "What is 3/4 of 20?"
      generations       = ["15", "About 12, I think."]
      generation_models = ["large", "small"]
      ratings           = [5, 1]
    },
  ]
}

step "preference_to_argilla" "to_argilla" {
  from            = step.rated
  dataset         = "fractions"
  num_generations = 2
}
`,
		Shape:  component.Sink,
		Params: reflect.TypeFor[PreferenceToArgilla](),
		In:     reflect.TypeFor[PreferenceToArgillaIn](),
		Settle: func(params any, c *component.Columns) any { return params.(PreferenceToArgilla).settleGenerations(c) },
	}
}
