package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// TextClassification has a model say what a text is: one label or several.
type TextClassification struct {
	llm.Task
	AvailableLabels []string `param:"available_labels" doc:"The labels to choose from. Without them the model finds labels of its own."`
	Context         string   `param:"context" default:"Choose what says best what the text is about as a whole." doc:"What the labels are for, what they mean, and how to choose."`
	Examples        []string `param:"examples" doc:"Examples, a text with its labels in each, as the model is to see them."`
	N               int      `param:"n" default:"1" min:"1" max:"50" fixed:"true" doc:"How many labels a text may have. One makes the column label, more make the list labels."`
	DefaultLabel    string   `param:"default_label" default:"Unclassified" doc:"The label of a text that none fits."`
	QueryTitle      string   `param:"query_title" default:"Text" doc:"What the text is called in the prompt."`
}

// TextClassificationIn is what TextClassification reads.
type TextClassificationIn struct {
	Text string   `col:"text" doc:"The text to classify."`
	Vars llm.Vars // what a prompt of the user's reads beyond these
}

// TextClassificationOut is what TextClassification adds.
type TextClassificationOut struct {
	Label     string   `col:"label" doc:"The label; with n = 1."`
	Labels    []string `col:"labels" doc:"The labels, the one that fits best first: at least one and at most n; with n above 1."`
	ModelName string   `col:"model_name" doc:"The model that classified."`
}

// Run asks the model.
func (t TextClassification) Run(ctx context.Context, ask llm.Asker, in TextClassificationIn) (TextClassificationOut, error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{
		"text":             in.Text,
		"available_labels": t.AvailableLabels,
		"context":          t.Context,
		"examples":         t.Examples,
		"n":                t.N,
		"default_label":    t.DefaultLabel,
		"query_title":      t.QueryTitle,
	}, in.Vars)
	if err != nil {
		return TextClassificationOut{}, err
	}
	var out TextClassificationOut
	r, err := ask.Ask(ctx, messages, t.schema(), func(text string) error {
		out.Labels, err = t.parse(text)
		return err
	})
	if err != nil {
		return TextClassificationOut{}, err
	}
	out.Label, out.ModelName = out.Labels[0], r.Model
	return out, nil
}

func (t TextClassification) schema() *llm.Schema {
	if !t.JSON() {
		return nil
	}
	label := `{"type":"string"}`
	if len(t.AvailableLabels) > 0 {
		all, err := json.Marshal(t.choices())
		if err != nil {
			panic(err) // strings have a JSON form
		}
		label = fmt.Sprintf(`{"type":"string","enum":%s}`, all)
	}
	return &llm.Schema{Name: "labels", JSON: fmt.Appendf(nil, `{"type":"object","properties":{"labels":`+
		`{"type":"array","items":%s,"minItems":1,"maxItems":%d}},"required":["labels"],"additionalProperties":false}`, label, t.N)}
}

// choices are the labels that a text may get, where they are given.
func (t TextClassification) choices() []string {
	if t.DefaultLabel == "" || slices.Contains(t.AvailableLabels, t.DefaultLabel) {
		return t.AvailableLabels
	}
	return append(slices.Clone(t.AvailableLabels), t.DefaultLabel)
}

// parse reads the labels of a reply: a JSON object with a list, or one label a line.
func (t TextClassification) parse(text string) (labels []string, err error) {
	if err := empty(text); err != nil {
		return nil, err
	}
	if t.JSON() {
		err = reply.JSON(text, func(object []byte) error {
			if labels, err = labelsOf(object); err == nil {
				labels, err = t.valid(labels)
			}
			return err
		})
	} else {
		if labels, err = labelLines(text); err == nil {
			labels, err = t.valid(labels)
		}
	}
	return labels, unusable(err)
}

// labelsOf reads the member labels: a list, or one text where a model has not made a list of it.
func labelsOf(object []byte) ([]string, error) {
	members, err := reply.Object(object)
	if err != nil {
		return nil, err
	}
	raw, ok := members["labels"]
	if !ok {
		return nil, fmt.Errorf("the key %q is missing", "labels")
	}
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}, nil
	}
	var labels []string
	if json.Unmarshal(raw, &labels) != nil {
		return nil, fmt.Errorf("%q is not a list of texts", "labels")
	}
	return labels, nil
}

// labelLine is a line such as "Label: x", "2. **Label:** x" or "Label 2: x".
var labelLine = regexp.MustCompile(`(?i)^[\s*#>-]*(?:(\d{1,2})[.)][\s*]*)?label\s*(\d{1,2})?[\s*]*:[\s*]*(.*?)[\s*]*$`)

// labelLines are the labels of a reply in lines. Where the lines have numbers, these are those of the labels.
func labelLines(text string) (labels []string, err error) {
	for line := range strings.Lines(reply.Spoken(text)) {
		m := labelLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		labels = append(labels, m[3])
		if number := m[1] + m[2]; number != "" && number != strconv.Itoa(len(labels)) {
			return nil, fmt.Errorf("label %s stands where label %d is to be", number, len(labels))
		}
	}
	return labels, nil
}

// valid checks the labels, and writes those that are given as they are given.
func (t TextClassification) valid(said []string) ([]string, error) {
	switch {
	case len(said) == 0:
		return nil, fmt.Errorf("it has no label")
	case len(said) > t.N:
		return nil, fmt.Errorf("it has %d labels, and at most %d was asked for", len(said), t.N)
	}
	var labels []string
	for _, s := range said {
		label, err := t.label(s)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(labels, func(other string) bool { return strings.EqualFold(other, label) }) {
			return nil, fmt.Errorf("it has the label %q twice", label)
		}
		labels = append(labels, label)
	}
	if len(labels) > 1 && slices.Contains(labels, t.DefaultLabel) && !slices.Contains(t.AvailableLabels, t.DefaultLabel) {
		return nil, fmt.Errorf("it has %q, which says that no label fits, beside others", t.DefaultLabel)
	}
	return labels, nil
}

// A label of the model's own that has more letters or words than these is prose.
const (
	longest   = 80
	mostWords = 8
)

func (t TextClassification) label(said string) (string, error) {
	label := strings.TrimSpace(strings.Trim(strings.TrimSpace(said), "\"'`“”.,;"))
	for _, known := range t.choices() {
		if strings.EqualFold(known, label) || strings.EqualFold(known, strings.TrimSpace(said)) {
			return known, nil
		}
	}
	switch {
	case len(t.AvailableLabels) > 0:
		return "", fmt.Errorf("%q is none of the labels %s", said, strings.Join(t.choices(), ", "))
	case nothing[strings.ToLower(label)] || !strings.ContainsFunc(label, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSymbol(r) }):
		return "", fmt.Errorf("%q is no label; where none fits, write %q", said, t.DefaultLabel)
	case reply.Filled(label) != nil:
		return "", reply.Filled(label)
	case len([]rune(label)) > longest || strings.Contains(label, "\n"):
		return "", fmt.Errorf("a label of it has more than %d letters, or more than a line", longest)
	case len(strings.Fields(label)) > mostWords || strings.HasSuffix(said, ".") && len(strings.Fields(label)) > 3:
		return "", fmt.Errorf("%q is a sentence and no label", said)
	case t.N > 1 && strings.ContainsAny(label, ",;|"):
		return "", fmt.Errorf("%q is several labels in one", said)
	}
	return label, nil
}

// nothing is what models write who have no label.
var nothing = map[string]bool{"": true, "n/a": true, "na": true, "none": true, "null": true, "unknown": true, "no label": true}

func textClassification() component.Component {
	return component.Component{
		Name: "text_classification", Was: []string{"TextClassification"}, Category: "judging",
		Summary: "What a text is: one label or several, given ones or such as the model finds",
		Doc: `Has a model classify the column ` + "`text`" + `. With ` + "`n = 1`" + ` it makes the column ` + "`label`" + `, one text. With a greater ` + "`n`" + ` it makes ` + "`labels`" + `, a list of
at least one and at most ` + "`n`" + ` different labels, the one that fits best first.

With ` + "`available_labels`" + ` only these are taken, written as they are given there, and beside them ` + "`default_label`" + `, for a text that none fits.
Without them the model finds labels of its own. ` + "`context`" + ` says what the labels mean, and ` + "`examples`" + ` show it.

A label that is none of those given, the same one twice, more than ` + "`n`" + `, none at all, N/A or a whole sentence cannot be used: the model is told so
and asked again. After ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + `.

Where each label is to be told from the others by a type of its own, or reasons are wanted, [prompt](prompt.md) with ` + "`enum(...)`" + ` does it.

A prompt of your own replaces the text above the reply format. It may read ` + "`available_labels`, `context`, `examples`, `n`, `default_label` and `query_title`" + `.`,
		Example: `pipeline "classified" {}

model "small" {
  name       = "ministral-8b-latest"
  generation = { temperature = 0 }
}

step "rows" "reviews" {
  rows = [{ text = "Arrived late, but it works." }, { text = "Broken after a day." }]
}

step "text_classification" "classify" {
  from             = step.reviews
  model            = model.small
  context          = "Say what a review is about."
  available_labels = ["price", "quality", "delivery"]
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[TextClassification](),
		In:     reflect.TypeFor[TextClassificationIn](),
		Out:    reflect.TypeFor[TextClassificationOut](),
		Prompt: func(any) string { return "text_classification" },
		Offers: []string{"available_labels", "context", "examples", "n", "default_label", "query_title"},
		Outputs: func(params any) []string {
			if params.(TextClassification).N > 1 {
				return []string{"labels", "model_name"}
			}
			return []string{"label", "model_name"}
		},
	}
}
