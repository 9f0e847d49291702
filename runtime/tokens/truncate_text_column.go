package tokens

import (
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// TruncateTextColumn cuts texts that are too long.
type TruncateTextColumn struct {
	MaxLength int    `param:"max_length" default:"8192" min:"1" doc:"The most that a text may have: tokens, or letters where there is no tokenizer."`
	Tokenizer string `param:"tokenizer" doc:"What counts tokens: cl100k_base, o200k_base, or the path of a tekken.json of Mistral. Empty: letters are counted."`

	tokens tokenizer
}

// TruncateTextColumnIn is what TruncateTextColumn reads.
type TruncateTextColumnIn struct {
	Text string `col:"text" doc:"The text that may be too long."`
}

// TruncateTextColumnOut is what TruncateTextColumn makes.
type TruncateTextColumnOut struct {
	Text string `col:"text" doc:"The text, or its beginning."`
}

// Open loads the tokenizer, before the first row.
func (s TruncateTextColumn) Open(dir string) (TruncateTextColumn, error) {
	if s.Tokenizer == "" {
		return s, nil
	}
	t, err := open(s.Tokenizer, dir)
	if err != nil {
		return s, fmt.Errorf("the tokenizer %s cannot be loaded: %w", s.Tokenizer, err)
	}
	s.tokens = t
	return s, nil
}

// Run cuts.
func (s TruncateTextColumn) Run(in TruncateTextColumnIn) (TruncateTextColumnOut, error) {
	if s.tokens == nil {
		return TruncateTextColumnOut{firstLetters(in.Text, s.MaxLength)}, nil
	}
	return TruncateTextColumnOut{first(s.tokens, in.Text, s.MaxLength)}, nil
}

// Truncate declares truncate_text_column.
func Truncate() component.Component {
	return component.Component{
		Name: "truncate_text_column", Was: []string{"TruncateTextColumn"}, Category: "columns",
		Summary: "Texts cut to a length in tokens or letters",
		Doc: `Cuts a text to its first ` + "`max_length`" + ` tokens, so that it fits into the context of a model or the length that a trainer takes. A
text that is not longer stays as it is, and one that is cut ends between two letters, with as many tokens as were asked for or one less. The cut text
takes the place of the column that was read: ` + "`inputs = { text = \"conversation\" }, outputs = { text = \"conversation\" }`" + ` cuts another column than
` + "`text`" + `.

` + "`tokenizer`" + ` counts as models do: ` + "`o200k_base`" + ` and ` + "`cl100k_base`" + ` are those of OpenAI's models and travel in the program. For Mistral's models
name the file ` + "`tekken.json`" + ` that stands beside each of their weights on the Hugging Face Hub; its path is relative to the pipeline, and it is read before the
first row. Tokens of a chat template are not counted. Without a tokenizer letters are counted, each code point of Unicode as one.`,
		Example: `pipeline "short_texts" {}

step "rows" "texts" {
  rows = [{ text = "Completing the square turns any quadratic into a shifted square, and the shift tells where the vertex is." }]
}

step "truncate_text_column" "short" {
  from       = step.texts
  max_length = 8
  tokenizer  = "o200k_base"
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[TruncateTextColumn](),
		In:     reflect.TypeFor[TruncateTextColumnIn](),
		Out:    reflect.TypeFor[TruncateTextColumnOut](),
		Derive: func(params any, c *component.Columns) { params.(TruncateTextColumn).derive(c) },
	}
}

func (s TruncateTextColumn) derive(c *component.Columns) {
	if in, ok := c.Inputs["text"]; ok {
		c.Drop(in.Name)
	}
	if s.Tokenizer == "" {
		return
	}
	if why := problem(s.Tokenizer, c.Dir); why != "" {
		c.Problem("tokenizer", fmt.Sprintf("no tokenizer %q", s.Tokenizer), why)
	}
}
