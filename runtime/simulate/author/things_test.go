package author

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/form"
)

type record struct {
	Name    string   `json:"name"`
	Product string   `json:"product_name"`
	City    string   `json:"city"`
	Age     *int     `json:"age" form:"optional(int({min=18, max=99}))"`
	Mood    string   `json:"mood" form:"enum(calm, \"not calm\")"`
	Share   float64  `json:"share" form:"float({min=0, max=1})"`
	Hobbies []string `json:"hobbies" form:"list(string, {min=2, max=3})"`
	Ordered string   `json:"product"`
	Letter  string   `json:"letter" form:"string({min=80, max=400})"`
	Fair    bool     `json:"fair"`
}

// Records are plausible and differ, whether they are asked for by a schema or shown in the prompt alone.
func TestRecords(t *testing.T) {
	columns := form.ColumnsOf(reflect.TypeFor[record]())
	for _, format := range []Format{JSONSchema, JSONObject} {
		seen := map[string]map[string]bool{"name": {}, "city": {}, "mood": {}, "null": {}, "hobbies": {}}
		for seed := range 60 {
			text, _, err := Write(Request{Seed: fmt.Sprint(seed), Format: format, Schema: columns.Schema(true),
				Messages: []Message{{"user", "Invent somebody.\n\nReply with one JSON object of this form and nothing else:\n\n" + columns.Sketch()}}})
			if err != nil {
				t.Fatal(err)
			}
			var r record
			if err := columns.ReadJSON([]byte(text), &r); err != nil {
				t.Fatalf("%s: %v\n%s", format, err, text)
			}
			if !slices.Contains(things()["person"], r.Name) || !slices.Contains(things()["city"], r.City) || slices.Contains(things()["person"], r.Product) ||
				!slices.Contains(things()["product"], r.Ordered) || strings.ContainsAny(r.Letter, "{}") ||
				!slices.ContainsFunc(things()["product"], func(p string) bool { return strings.Contains(r.Letter, p) }) ||
				!slices.Contains(things()["hobby"], r.Hobbies[0]) || r.Hobbies[0] == r.Hobbies[1] {
				t.Errorf("%s: %s", format, text)
			}
			seen["name"][r.Name], seen["city"][r.City], seen["mood"][r.Mood] = true, true, true
			seen["null"][fmt.Sprint(r.Age == nil)], seen["hobbies"][fmt.Sprint(len(r.Hobbies))] = true, true
		}
		for what, least := range map[string]int{"name": 5, "city": 5, "mood": 2, "hobbies": 2} {
			if len(seen[what]) < least {
				t.Errorf("%s: %d kinds of %s: %v", format, len(seen[what]), what, seen[what])
			}
		}
		if format == JSONSchema && len(seen["null"]) < 2 {
			t.Error("what may be null is never null, or always")
		}
	}
}

// What is asked for in lines comes in them.
func TestValuesInText(t *testing.T) {
	type verdict struct {
		Rationale string `json:"rationale"`
		Rating    int    `json:"rating" form:"int({min=1, max=5})"`
		Label     string `json:"label" form:"enum(good, \"not good\")"`
	}
	type labels struct {
		Labels []string `json:"labels" form:"list(enum(good, bad), {min=3, max=3})"`
	}
	type label struct {
		Label string `json:"label" form:"enum(good, bad)"`
	}
	for _, to := range []any{new(verdict), new(labels), new(label)} {
		columns := form.ColumnsOf(reflect.TypeOf(to).Elem())
		head := "Reply in this form and with nothing else:"
		if n := columns.Lines(); n != "" {
			head = "Reply with " + n + " numbered lines and nothing else:"
		}
		seen := map[string]bool{}
		for seed := range 30 {
			text, _, err := Write(Request{Seed: fmt.Sprint(seed), Format: Text, Messages: []Message{{"user", "Judge this: late.\n\n" + head + "\n\n" + columns.TextSketch()}}})
			if err == nil {
				err = columns.ReadText(text, to)
			}
			if err != nil {
				t.Fatalf("%T: %v\n%s", to, err, text)
			}
			seen[text] = true
		}
		if len(seen) < 2 {
			t.Errorf("%T: always %v", to, seen)
		}
	}
}
