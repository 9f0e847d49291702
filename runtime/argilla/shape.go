package argilla

import (
	"fmt"
	"slices"
	"strings"
)

// Shape is what a dataset asks annotators about, and how.
type Shape struct {
	Fields    []Field
	Questions []Question
	Metadata  []Metadata
}

// Field is a text that annotators read.
type Field struct {
	Name     string        `json:"name"`
	Title    string        `json:"title"`
	Required bool          `json:"required"`
	Settings FieldSettings `json:"settings"`
}

// FieldSettings are those of a text.
type FieldSettings struct {
	Type        string `json:"type"`
	UseMarkdown bool   `json:"use_markdown"`
}

// Question is what annotators answer.
type Question struct {
	ID          string           `json:"id,omitempty"`
	Name        string           `json:"name"`
	Title       string           `json:"title"`
	Description string           `json:"description,omitempty"`
	Required    bool             `json:"required"`
	Settings    QuestionSettings `json:"settings"`
}

// QuestionSettings are those of a question of any type.
type QuestionSettings struct {
	Type        string   `json:"type"`
	UseMarkdown *bool    `json:"use_markdown,omitempty"` // of a text
	Options     []Option `json:"options,omitempty"`      // of a rating or a label
}

// Option is one answer to a question: a number of a rating, or a label with its text.
type Option struct {
	Value any    `json:"value"`
	Text  string `json:"text,omitempty"`
}

// Metadata is a property by which records are found.
type Metadata struct {
	Name     string           `json:"name"`
	Title    string           `json:"title"`
	Settings MetadataSettings `json:"settings"`
	Visible  bool             `json:"visible_for_annotators"`
}

// MetadataSettings say which values a property has.
type MetadataSettings struct {
	Type string `json:"type"`
}

// Text is a field for a text.
func Text(name, title string, required, markdown bool) Field {
	return Field{name, title, required, FieldSettings{"text", markdown}}
}

// Rating is a question for a whole number from low to high.
func Rating(name, title, description string, required bool, low, high int) Question {
	s := QuestionSettings{Type: "rating"}
	for n := low; n <= high; n++ {
		s.Options = append(s.Options, Option{Value: n})
	}
	return Question{Name: name, Title: title, Description: description, Required: required, Settings: s}
}

// Answer is a question for a text.
func Answer(name, title, description string) Question {
	return Question{Name: name, Title: title, Description: description, Settings: QuestionSettings{Type: "text", UseMarkdown: new(bool)}}
}

// Label is a question for one of some labels.
func Label(name, title, description string, options ...Option) Question {
	return Question{Name: name, Title: title, Description: description, Required: true, Settings: QuestionSettings{Type: "label_selection", Options: options}}
}

// Terms is a property whose values are words.
func Terms(name, title string, visible bool) Metadata {
	return Metadata{name, title, MetadataSettings{"terms"}, visible}
}

// simulatedName is the property that datasets with made up texts have, and no other.
const simulatedName = "simulated"

// Simulated marks a dataset whose texts are made up.
func (s Shape) Simulated() Shape {
	s.Metadata = append(slices.Clip(s.Metadata), Terms(simulatedName, "Simulated", true))
	return s
}

// isSimulated reports whether the dataset is marked.
func (s Shape) isSimulated() bool {
	return slices.ContainsFunc(s.Metadata, func(m Metadata) bool { return m.Name == simulatedName })
}

// trait is what counts when two shapes are compared: what a thing is called, and what it takes. Titles, descriptions and
// the like may be changed in Argilla as one likes.
type trait struct{ kind, name, takes string }

func (s Shape) traits() (all []trait) {
	for _, f := range s.Fields {
		all = append(all, trait{"field", f.Name, need(f.Required) + " " + f.Settings.Type})
	}
	for _, q := range s.Questions {
		takes := need(q.Required) + " " + q.Settings.Type
		if len(q.Settings.Options) > 0 {
			var values []string
			for _, o := range q.Settings.Options {
				values = append(values, fmt.Sprint(o.Value))
			}
			takes += " of " + strings.Join(values, ", ")
		}
		all = append(all, trait{"question", q.Name, takes})
	}
	for _, m := range s.Metadata {
		all = append(all, trait{"metadata property", m.Name, m.Settings.Type})
	}
	return all
}

func need(required bool) string {
	if required {
		return "required"
	}
	return "optional"
}

// differences says in what a dataset that is there is not the one that is wanted. Of one that is not finished yet, what is
// missing does not count; and no dataset is worse for more metadata.
func (s Shape) differences(there Shape, draft bool) (all []string) {
	want, have := s.traits(), there.traits()
	find := func(in []trait, t trait) *trait {
		if i := slices.IndexFunc(in, func(o trait) bool { return o.kind == t.kind && o.name == t.name }); i >= 0 {
			return &in[i]
		}
		return nil
	}
	for _, w := range want {
		switch h := find(have, w); {
		case h == nil && !draft:
			all = append(all, fmt.Sprintf("it lacks the %s %s (%s)", w.kind, w.name, w.takes))
		case h != nil && h.takes != w.takes:
			all = append(all, fmt.Sprintf("its %s %s is %s and not %s", w.kind, w.name, h.takes, w.takes))
		}
	}
	for _, h := range have {
		if find(want, h) == nil && h.kind != "metadata property" {
			all = append(all, fmt.Sprintf("it has the %s %s (%s) too", h.kind, h.name, h.takes))
		}
	}
	return all
}
