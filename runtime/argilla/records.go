package argilla

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// Record is a record of a dataset. One with the same id takes the place of the one that is there.
type Record struct {
	ID          string
	Fields      map[string]string
	Metadata    map[string]string
	Suggestions []Suggestion
}

// Suggestion is an answer to a question that annotators find there.
type Suggestion struct {
	Question string
	Value    any
	Agent    string // who suggests it; may be empty
}

// Simulated is the record marked as one whose texts are made up.
func (r Record) Simulated() Record {
	r.Metadata[simulatedName] = "true"
	return r
}

type record struct {
	ID          string            `json:"external_id"`
	Fields      map[string]string `json:"fields"`
	Metadata    map[string]string `json:"metadata"`
	Suggestions []suggestion      `json:"suggestions"`
}

type suggestion struct {
	Question string `json:"question_id"`
	Value    any    `json:"value"`
	Type     string `json:"type"`
	Agent    string `json:"agent,omitempty"`
}

// Send sends records, all of them or none. Its errors are as component.Sender wants them.
func (d *Dataset) Send(ctx context.Context, records []Record) error {
	items := make([]record, len(records))
	for i, r := range records {
		items[i] = record{ID: r.ID, Fields: r.Fields, Metadata: r.Metadata, Suggestions: []suggestion{}}
		for _, s := range r.Suggestions {
			items[i].Suggestions = append(items[i].Suggestions, suggestion{d.questions[s.Question], s.Value, "model", agent(s.Agent)})
		}
	}
	err := d.client.do(ctx, "PUT", "/api/v1/datasets/"+d.ID+"/records/bulk", map[string]any{"items": items}, nil)
	switch status(err) {
	case http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge, http.StatusBadRequest:
		return &llm.RowError{Class: llm.Refused, Message: sentence(err.Error()), Err: err}
	case http.StatusNotFound:
		return &llm.FatalError{Class: llm.InvalidParams, Message: "The dataset is not there any more: it was deleted in Argilla while the run went on.",
			Remedy: "Run again: it is made anew, and gets all rows.", Err: err}
	}
	return d.client.unfit("records cannot be sent", err)
}

// agent is a name as Argilla takes it: of letters, digits and a few signs, and at most 200 of them.
func agent(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_:./ ", r)) {
			return r
		}
		return '-'
	}, name)
	if strings.Trim(name, "-_:./ ") == "" {
		return ""
	}
	return name[:min(len(name), 200)]
}

func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

func isLater(err error) bool {
	later := (*component.Later)(nil)
	return errors.As(err, &later)
}

func isFatal(err error) bool {
	fatal := (*llm.FatalError)(nil)
	return errors.As(err, &fatal)
}
