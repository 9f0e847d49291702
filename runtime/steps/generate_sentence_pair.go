package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// GenerateSentencePair has a model write a text that belongs to another one, and with it one that does not.
type GenerateSentencePair struct {
	llm.Task
	Action       string `param:"action" required:"true" enum:"paraphrase,semantically-similar,query,answer" doc:"What the positive is to the anchor: the same in other words, a text close to it, a query that it answers, or its answer."`
	Triplet      bool   `param:"triplet" fixed:"true" doc:"Have a negative written as well."`
	HardNegative bool   `param:"hard_negative" fixed:"true" doc:"Have a negative that is hard to tell from a positive; with triplet."`
	Context      string `param:"context" doc:"Where the anchors come from and what the pairs are for, as a sentence or two."`
}

// GenerateSentencePairIn is what GenerateSentencePair reads.
type GenerateSentencePairIn struct {
	Anchor string   `col:"anchor" doc:"The text to which the others are written."`
	Vars   llm.Vars // what a prompt of the user's reads beyond these
}

// GenerateSentencePairOut is what GenerateSentencePair adds.
type GenerateSentencePairOut struct {
	Positive  string `col:"positive" doc:"A text that belongs to the anchor."`
	Negative  string `col:"negative" doc:"A text that does not; with triplet."`
	ModelName string `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t GenerateSentencePair) Run(ctx context.Context, ask llm.Asker, in GenerateSentencePairIn) (GenerateSentencePairOut, error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{
		"anchor":        in.Anchor,
		"action":        t.Action,
		"triplet":       t.Triplet,
		"hard_negative": t.HardNegative,
		"context":       t.Context,
	}, in.Vars)
	if err != nil {
		return GenerateSentencePairOut{}, err
	}
	c := contrast{name: "pair", texts: []string{"positive"}, given: map[string]string{"anchor": in.Anchor}}
	if t.Triplet {
		c.name, c.texts = "triplet", []string{"positive", "negative"}
	}
	texts, model, err := c.ask(ctx, ask, t.Task, messages)
	return GenerateSentencePairOut{Positive: texts["positive"], Negative: texts["negative"], ModelName: model}, err
}

// apartDoc says what becomes of texts that teach nothing.
const apartDoc = `

A reply without one of the texts, or with one that says nothing, is asked for again, and so is one in which two texts say the same but
for case, spaces and the marks around them. After ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + ` or ` + "`same_texts`" + `.`

func generateSentencePair() component.Component {
	return component.Component{
		Name: "generate_sentence_pair", Was: []string{"GenerateSentencePair"}, Category: "embedding",
		Summary: "A text that belongs to another one, and one that does not, for models of embeddings",
		Doc: `Has a model write the ` + "`positive`" + ` of the text in the column ` + "`anchor`" + `, and with ` + "`triplet`" + ` its ` + "`negative`" + ` too: pairs and triplets as trainers of
sentence embeddings read them. ` + "`action`" + ` says what the positive is:

| action | the positive |
| --- | --- |
| ` + "`paraphrase`" + ` | says the same in other words |
| ` + "`semantically-similar`" + ` | is close in meaning without saying the same |
| ` + "`query`" + ` | is what somebody would search with who hopes to find the anchor |
| ` + "`answer`" + ` | answers the anchor |

A negative has the form of a positive. Usually it is about something else; with ` + "`hard_negative`" + ` it is about the same and still wrong, which
teaches a model more. ` + "`context`" + ` tells the model where the anchors come from.` + apartDoc + `

A prompt of your own replaces the text above the reply format. It may read ` + "`action`, `triplet`, `hard_negative` and `context`" + `.`,
		Example: `pipeline "triplets" {}

model "small" {
  name       = "ministral-8b-latest"
  generation = { temperature = 0.7 }
}

step "rows" "passages" {
  rows = [{ anchor = "A prime is a number above 1 that only 1 and itself divide." }]
}

step "generate_sentence_pair" "pair" {
  from          = step.passages
  model         = model.small
  action        = "query"
  triplet       = true
  hard_negative = true
  context       = "A textbook of mathematics for schools."
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[GenerateSentencePair](),
		In:     reflect.TypeFor[GenerateSentencePairIn](),
		Out:    reflect.TypeFor[GenerateSentencePairOut](),
		Prompt: func(any) string { return "generate_sentence_pair" },
		Offers: []string{"action", "triplet", "hard_negative", "context"},
		Outputs: func(params any) []string {
			if params.(GenerateSentencePair).Triplet {
				return []string{"positive", "negative", "model_name"}
			}
			return []string{"positive", "model_name"}
		},
		Derive: func(params any, c *component.Columns) {
			if t := params.(GenerateSentencePair); t.HardNegative && !t.Triplet {
				c.Problem("hard_negative", "hard negative without a triplet", "hard_negative says what the negative is like, and there is none without triplet. "+
					"Add triplet = true, or remove hard_negative.")
			}
		},
	}
}
