package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// GenerateTextRetrievalData has a model write a query with a document that serves it and one that only seems to.
type GenerateTextRetrievalData struct {
	llm.Task
	Language    string `param:"language" default:"English" doc:"The language of the texts."`
	QueryType   string `param:"query_type" default:"drawn" enum:"drawn,extremely long-tail,long-tail,common" doc:"How common the query is."`
	QueryLength string `param:"query_length" default:"drawn" enum:"drawn,less than 5 words,5 to 15 words,at least 10 words" doc:"How long the query is."`
	Difficulty  string `param:"difficulty" default:"drawn" enum:"drawn,high school,college,PhD" doc:"What one has to have learnt to understand the texts."`
	Clarity     string `param:"clarity" default:"drawn" enum:"drawn,clear,understandable with some effort,ambiguous" doc:"How clear it is what the query wants."`
	NumWords    int    `param:"num_words" min:"1" max:"5000" doc:"How many words the documents have at least. Default: drawn for each row from 50, 100, 200, 300, 400 and 500."`
}

// GenerateTextRetrievalDataIn is what GenerateTextRetrievalData reads.
type GenerateTextRetrievalDataIn struct {
	Task string   `col:"task" doc:"The retrieval task: what the query is, and what is to be found."`
	Vars llm.Vars // what a prompt of the user's reads beyond these
}

// GenerateTextRetrievalDataOut is what GenerateTextRetrievalData adds.
type GenerateTextRetrievalDataOut struct {
	UserQuery            string `col:"user_query" doc:"The query."`
	PositiveDocument     string `col:"positive_document" doc:"A document that serves the query."`
	HardNegativeDocument string `col:"hard_negative_document" doc:"A document that looks as if it did, and does not."`
	ModelName            string `col:"model_name" doc:"The model that wrote them."`
}

var (
	queryTypes   = []string{"extremely long-tail", "long-tail", "common"}
	queryLengths = []string{"less than 5 words", "5 to 15 words", "at least 10 words"}
	difficulties = []string{"high school", "college", "PhD"}
	clarities    = []string{"clear", "understandable with some effort", "ambiguous"}
	numWords     = []int{50, 100, 200, 300, 400, 500}
)

// Run asks the model.
func (t GenerateTextRetrievalData) Run(ctx context.Context, ask llm.Asker, in GenerateTextRetrievalDataIn) (GenerateTextRetrievalDataOut, error) {
	d := draws{t.Task, llm.CallOf(ask)}
	words := t.NumWords
	if words == 0 {
		words = pick(d, "num_words", numWords)
	}
	messages, err := t.Messages(t.SystemPrompt, map[string]any{
		"task":         in.Task,
		"language":     t.Language,
		"query_type":   d.text("query_type", t.QueryType, queryTypes),
		"query_length": d.text("query_length", t.QueryLength, queryLengths),
		"difficulty":   d.text("difficulty", t.Difficulty, difficulties),
		"clarity":      d.text("clarity", t.Clarity, clarities),
		"num_words":    words,
	}, in.Vars)
	if err != nil {
		return GenerateTextRetrievalDataOut{}, err
	}
	c := contrast{name: "retrieval", texts: []string{"user_query", "positive_document", "hard_negative_document"}}
	texts, model, err := c.ask(ctx, ask, t.Task, messages)
	return GenerateTextRetrievalDataOut{UserQuery: texts["user_query"], PositiveDocument: texts["positive_document"],
		HardNegativeDocument: texts["hard_negative_document"], ModelName: model}, err
}

// drawnDoc says how parameters are drawn.
const drawnDoc = `What is not set is drawn for each row and each of its ` + "`num_generations`" + `. What is drawn follows from the ` + "`seed`" + ` of the step or model and
from the row itself, so that a run that is resumed, or has new rows, asks the same for the old ones.`

func generateTextRetrievalData() component.Component {
	return component.Component{
		Name: "generate_text_retrieval_data", Was: []string{"GenerateTextRetrievalData"}, Category: "embedding",
		Summary: "A query, a document that serves it, and one that only seems to",
		Doc: `Has a model write an example of the retrieval task in the column ` + "`task`" + `, such as [embedding_task_generator](embedding_task_generator.md) makes with
the category ` + "`text-retrieval`" + `. It makes ` + "`user_query`, `positive_document`" + ` and ` + "`hard_negative_document`" + `, which has the subject of the query and is of no use to
whoever asked.

` + drawnDoc + apartDoc + `

A prompt of your own replaces the text above the reply format. It may read ` + "`language`, `query_type`, `query_length`, `difficulty`, `clarity` and `num_words`" + `,
drawn or set.`,
		Paper: embeddingsPaper,
		Example: `pipeline "retrieval" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 1 }
}

step "rows" "tasks" {
  rows = [{ task = "Given a question about mathematics, find passages of a textbook that answer it." }]
}

step "generate_text_retrieval_data" "retrieval" {
  from            = step.tasks
  model           = model.large
  num_generations = 2
  difficulty      = "high school"
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[GenerateTextRetrievalData](),
		In:     reflect.TypeFor[GenerateTextRetrievalDataIn](),
		Out:    reflect.TypeFor[GenerateTextRetrievalDataOut](),
		Prompt: func(any) string { return "generate_text_retrieval_data" },
		Offers: []string{"language", "query_type", "query_length", "difficulty", "clarity", "num_words"},
	}
}
