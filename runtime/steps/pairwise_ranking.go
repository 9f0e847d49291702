package steps

import (
	"context"
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// PairwiseRanking ranks answers by a judge who sees two of them at a time, in both orders.
type PairwiseRanking struct {
	llm.Task
	Method         string `param:"method" default:"round_robin" enum:"round_robin,knockout" doc:"round_robin compares each with each, n*(n-1) requests for n answers. knockout has the winners of one round meet in the next, 2*(n-1) requests: it finds the best one, and ranks the others roughly."`
	AllowTies      bool   `param:"allow_ties" doc:"The judge may call two answers equally good."`
	OnDisagreement string `param:"on_disagreement" default:"tie" enum:"tie,reject" doc:"What to do where the judge prefers another answer when it sees the two the other way round: count a tie, or reject the row."`
	Criterion      string `param:"criterion" default:"how well it does what the instruction asks for: correct, complete, clear and to the point" doc:"What makes an answer better."`
}

// PairwiseRankingIn is what PairwiseRanking reads.
type PairwiseRankingIn struct {
	Instruction string   `col:"instruction" doc:"The instruction that is answered."`
	Generations []string `col:"generations" min:"2" doc:"The answers to rank."`
	Vars        llm.Vars // what a prompt of the user's reads beyond these
}

// PairwiseRankingOut is what PairwiseRanking adds.
type PairwiseRankingOut struct {
	Ranks             []int    `col:"ranks" doc:"The rank of each answer, 1 the best, in the order of the answers. Equals share a rank: 1, 2, 2, 4."`
	Ratings           []int    `col:"ratings" doc:"The points of each answer: 2 for each comparison that it has won, 1 for each tie."`
	RankedGenerations []string `col:"ranked_generations" doc:"The answers, the best one first; equals in the order in which they were."`
	Disagreements     int      `col:"disagreements" doc:"How many comparisons went another way when the judge saw the two the other way round."`
	ModelName         string   `col:"model_name" doc:"The model that judged."`
}

// Run asks the judge.
func (t PairwiseRanking) Run(ctx context.Context, ask llm.Asker, in PairwiseRankingIn) (PairwiseRankingOut, error) {
	if n := len(in.Generations); n < 2 {
		return PairwiseRankingOut{}, &llm.RowError{Class: llm.BadRow, Message: fmt.Sprintf(
			"The judge compares two or more answers, and the row has %d.", n)}
	}
	var out PairwiseRankingOut
	c := newContest(in.Generations, t.OnDisagreement == "reject", func(first, second string) (better int, err error) {
		better, out.ModelName, err = t.compare(ctx, ask, in, first, second)
		return better, err
	})
	play := c.roundRobin
	if t.Method == "knockout" {
		play = c.knockout
	}
	if err := play(); err != nil {
		return PairwiseRankingOut{}, err
	}
	if out.ModelName == "" {
		return PairwiseRankingOut{}, &llm.RowError{Class: llm.BadRow, Message: "All answers of the row are the same text, so there is nothing to rank."}
	}
	out.Ranks, out.RankedGenerations = ranking(c.points, in.Generations)
	out.Ratings, out.Disagreements = c.points, c.disagreements
	return out, nil
}

// compare asks which of two texts is better: 1 or 2, or 0 for neither.
func (t PairwiseRanking) compare(ctx context.Context, ask llm.Asker, in PairwiseRankingIn, first, second string) (better int, model string, err error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{
		"instruction": in.Instruction,
		"generations": in.Generations,
		"pair":        []string{first, second},
		"allow_ties":  t.AllowTies,
		"criterion":   t.Criterion,
	}, in.Vars)
	if err != nil {
		return 0, "", err
	}
	v := judgement{name: "comparison", reason: "reason", result: "better", scale: reply.Scale{Min: 1, Max: 2}}
	if t.AllowTies {
		v.scale.Min = 0
	}
	_, better, model, err = v.ask(ctx, ask, t.Task, messages)
	return better, model, err
}

func pairwiseRanking() component.Component {
	return component.Component{
		Name: "pairwise_ranking", Was: []string{"PairRM"}, Category: "judging",
		Summary: "Ranks of several answers, by a model that compares two at a time in both orders",
		Doc: `Shows a judge the answers of the list ` + "`generations`" + ` to ` + "`instruction`" + ` two at a time, and each two a second time the other way round: judges
favour an answer for its place, and this cancels out. It makes ` + "`ranks`" + `, a whole number for each answer with 1 for the best, ` + "`ratings`" + `, its points,
and ` + "`ranked_generations`" + `, the answers with the best one first. ` + "`format_text_generation_dpo`" + ` reads the ratings as they are.

An answer wins a comparison that it wins in one order and does not lose in the other. Where the judge prefers another one in each order, the
comparison is a tie, and ` + "`disagreements`" + ` counts it; with ` + "`on_disagreement = \"reject\"`" + ` the row is rejected instead, with the class ` + "`no_pair`" + `.
With ` + "`allow_ties`" + ` the judge itself may call two equally good.

| method | requests for n answers | 4 answers | what it tells |
| --- | --- | --- | --- |
| ` + "`round_robin`" + ` | n * (n - 1) | 12 | all ranks; a win is 2 points, a tie 1 for each |
| ` + "`knockout`" + ` | 2 * (n - 1) | 6 | the best one; a point for each round that an answer gets through |

In a knockout the winners of one round meet in the next. After a tie the answer that stands first in the list goes on; after a tie in the last
round both have its point, so that they share the first rank. Equal texts are not compared: they tie. A row whose answers are all one text
is rejected as ` + "`bad_row`" + `.

A judge that names neither, both, N/A, a word or another number is asked again; after ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says,
with the class ` + "`unparseable` or `out_of_scale`" + `.

A prompt of your own replaces the text above the reply format. It reads ` + "`pair`" + `, the two texts of the request, and should call them text 1 and text 2:
` + "`{{ range $i, $t := .pair }}Text {{ inc $i }}: {{ $t }}{{ end }}`" + `. It may read ` + "`criterion` and `allow_ties`" + ` as well.`,
		Paper: "Wang et al. 2023, Large Language Models are not Fair Evaluators, https://arxiv.org/abs/2305.17926",
		Example: `pipeline "ranked" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

step "rows" "answers" {
  rows = [
    { instruction = "What is 3/4 of 20?", generations = ["15", "About 12, I think.", "A quarter of 20 is 5, so three of them are 15."] },
  ]
}

step "pairwise_ranking" "rank" {
  from  = step.answers
  model = model.large
}
`,
		Shape: component.Map, Task: true,
		Params:     reflect.TypeFor[PairwiseRanking](),
		In:         reflect.TypeFor[PairwiseRankingIn](),
		Out:        reflect.TypeFor[PairwiseRankingOut](),
		Prompt:     func(any) string { return "pairwise_ranking" },
		Offers:     []string{"criterion", "allow_ties"},
		PerRequest: []string{"pair"},
	}
}
