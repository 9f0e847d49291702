package steps

import (
	"context"
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/form"
	"github.com/distigen/distigen/runtime/llm"
)

// Prompt is a task of the user's own. R is the struct that a reply fills.
type Prompt[R any] struct {
	llm.Task
	SystemPrompt llm.Prompt   `param:"system_prompt" fixed:"true" doc:"System message, a template like prompt: {{ .column }} is a column of the row."`
	Output       form.Columns `param:"output" fixed:"true" typed:"true" doc:"What the model replies: a type, which makes the column generation, or an object with a type for each column. Default: string, a plain text."`
	Scale        *Scale       `param:"scale" fixed:"true" typed:"true" doc:"The scale of a judge, { min = 1, max = 5 }, in the place of output: the reply is a rationale and a rating, a whole number of the scale."`
	Rationale    *bool        `param:"rationale" default:"true" fixed:"true" typed:"true" doc:"Whether a judge with a scale gives its reasons, before the rating."`
	Columns      []string     `param:"columns" fixed:"true" doc:"The columns that the templates are meant to read: it is told if they do not."`
	Examples     llm.Examples `param:"examples" fixed:"true" doc:"Examples that the model is shown as earlier turns: objects with a value for each column that prompt reads and for each column that the step makes, or their JSON lines, file(\"examples.jsonl\")."`
}

// Scale is a scale of whole numbers.
type Scale struct {
	Min *int `param:"min" required:"true" doc:"The lowest rating."`
	Max *int `param:"max" required:"true" doc:"The highest rating."`
}

// PromptIn is what a Prompt reads: the columns of its templates.
type PromptIn struct {
	Vars llm.Vars
}

// Replied is what a task with a reply struct adds.
type Replied[R any] struct {
	Reply     R
	ModelName string `col:"model_name" doc:"The model that replied."`
}

// Run asks the model.
func (t Prompt[R]) Run(ctx context.Context, ask llm.Asker, in PromptIn) (Replied[R], error) {
	system, err := llm.Render("system prompt", t.SystemPrompt, in.Vars)
	if err != nil {
		return Replied[R]{}, err
	}
	return askForm[R](ctx, ask, t.Task, conversation{system: system, vars: in.Vars, examples: t.Examples})
}

// Form is the form of the reply, as the arguments have it.
func (t Prompt[R]) Form() form.Columns {
	switch {
	case t.Scale != nil && t.Scale.Min != nil && t.Scale.Max != nil:
		least, most := float64(*t.Scale.Min), float64(*t.Scale.Max)
		rating := form.Field{Name: "rating", Type: form.Type{Kind: component.Int, Min: &least, Max: &most}}
		if t.Rationale != nil && !*t.Rationale {
			return form.Columns{rating}
		}
		return form.Columns{{Name: "rationale", Type: form.Type{Kind: component.String}}, rating}
	case t.Output == nil:
		return form.Columns{{Name: "generation", Type: form.Type{Kind: component.String}}}
	}
	return t.Output
}

func (t Prompt[R]) derive(c *component.Columns) {
	arg := "output"
	if s := t.Scale; s != nil {
		arg = "scale"
		switch {
		case s.Min == nil || s.Max == nil:
			c.Problem(arg, "scale without both ends", "Write scale = { min = 1, max = 5 }.")
			return
		case *s.Min >= *s.Max:
			c.Problem(arg, "scale without numbers", fmt.Sprintf("It goes from %d to %d. The lowest rating is min, and max is higher.", *s.Min, *s.Max))
			return
		case t.Output != nil:
			c.Problem(arg, "scale beside output", "A scale is an output of its own: a rationale and a rating. "+
				"Remove one of the two, or write the rating into output: { rating = int({ min = 1, max = 5 }), ... }.")
			return
		}
	}
	replies(c, arg, t.Form())
}

// replies adds the columns that a reply makes.
func replies(c *component.Columns, arg string, columns form.Columns) {
	for _, f := range columns {
		c.Add(arg, component.Column{Name: f.Name, Type: f.Type.Column()}, component.Expr{Op: component.Reply, Column: f.Name})
	}
}

func promptStep() component.Component {
	type declared = Prompt[struct{}]
	return component.Component{
		Name: "prompt", Category: "generation",
		Summary: "A task of your own: a prompt, and the types of the columns that its reply makes",
		Doc: `Sends ` + "`prompt`" + ` and ` + "`system_prompt`" + `, templates over the columns of the row, to a model and makes typed columns of its reply.
What the templates read is checked. ` + "`prompt`" + ` is required: there is no default one. [Tasks in HCL](../prompt-tasks.md) has a classifier, an extractor, a translator, a judge and a writer
of lists.

` + "`output`" + ` says what the reply is:

| type | what the model writes |
| --- | --- |
| ` + "`string`" + ` | a text; ` + "`string({ min = 10, max = 80, pattern = \"[A-Z].*\" })`" + ` with so many letters, all of them in the pattern |
| ` + "`enum(\"good\", \"bad\")`" + ` | one of these texts |
| ` + "`int`, `float`" + ` | a number; ` + "`int({ min = 1, max = 5 })`" + ` in a range |
| ` + "`bool`" + ` | true or false |
| ` + "`list(string)`" + ` | a list of any type; ` + "`list(string, { min = 3, max = 5 })`" + ` with so many elements |
| ` + "`object({ name = string, age = int })`" + ` | an object |
| ` + "`optional(int)`" + ` | null where the text does not say it |

A type alone makes the column ` + "`generation`" + `, which ` + "`outputs`" + ` renames. An object of types makes a column of each:
` + "`output = { reason = string, label = enum(\"spam\", \"ham\") }`" + `. The model writes them in this order, so put reasons before what follows from
them. Without ` + "`output`" + ` the reply is kept as it is, as a text.

With ` + "`scale = { min = 1, max = 5 }`" + ` the step is a judge, and makes the columns ` + "`rationale` and `rating`" + `.

The model is asked for JSON of this type, by its JSON schema where the endpoint knows schemas, and how to reply is added below the prompt. A reply
that is not of the type (a key too many or too few, a wrong type, a value outside of its range, of the enum or of the pattern) is told to the
model, which is asked again; after ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + `, or ` + "`out_of_scale`" + `
where a number is out of its range. A model with ` + "`reply_format = \"text\"`" + ` can be asked for single values, a list of them, or several columns of
them.`,
		Example: `pipeline "reviews" {}

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "reviews" {
  rows = [{ review = "Arrived late, but it works." }, { review = "Broken after a day." }]
}

step "prompt" "classify" {
  from   = step.reviews
  model  = model.small
  prompt = "What is this review about, and is its author content?\n\n{{ .review }}"

  output = {
    topic   = enum("price", "quality", "delivery")
    content = bool
  }
}
`,
		Shape: component.Map, Task: true, UserPrompt: true,
		Params: reflect.TypeFor[declared](),
		In:     reflect.TypeFor[PromptIn](),
		Out:    reflect.TypeFor[Replied[struct{}]](),
		Prompt: func(params any) string { return formPrompt(params.(declared).Form(), "prompt/text") },
		Derive: func(params any, c *component.Columns) {
			t := params.(declared)
			t.derive(c)
			for i, name := range t.Columns {
				c.Read(fmt.Sprintf("columns[%d]", i), name, component.Of(component.Any))
			}
		},
	}
}

// formPrompt names the templates of a task with a form: plain where the reply is a plain text.
func formPrompt(columns form.Columns, plain string) string {
	if columns.Plain() {
		return plain
	}
	return "prompt/form"
}
