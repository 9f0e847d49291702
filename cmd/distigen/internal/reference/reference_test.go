package reference

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/distigen/distigen/runtime/catalog"
)

func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	c, ok := Find(catalog.All(), name)
	if !ok {
		t.Fatalf("no component %s", name)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema(c)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemas(t *testing.T) {
	for _, c := range catalog.All() {
		schema(t, c.Name) // is one
	}
	for _, test := range []struct {
		component, args string
		valid           bool
	}{
		{"self_instruct", `{"from": "step.a", "model": "model.b"}`, true},
		{"self_instruct", `{"from": "step.a", "model": "model.b", "num_instructions": 3, "temperature": 0.5, "stop": ["x"]}`, true},
		{"self_instruct", `{"from": "step.a"}`, false},
		{"self_instruct", `{"model": "model.b"}`, false},
		{"self_instruct", `{"from": "step.a", "model": "model.b", "num_instructions": 0}`, false},
		{"self_instruct", `{"from": "step.a", "model": "model.b", "num_instructions": 2.5}`, false},
		{"self_instruct", `{"from": "step.a", "model": "model.b", "nun_instructions": 3}`, false},
		{"ultra_feedback", `{"from": "step.a", "model": "model.b", "aspect": "honesty"}`, true},
		{"ultra_feedback", `{"from": "step.a", "model": "model.b", "aspect": "beauty"}`, false},
		{"expand_columns", `{"from": "step.a", "columns": ["a"]}`, true},
		{"expand_columns", `{"from": "step.a", "columns": {"a": "b"}}`, true},
		{"expand_columns", `{"from": "step.a", "columns": "a"}`, false},
		{"rows", `{"rows": [{"a": 1}]}`, true},
		{"rows", `{"rows": [{"a": 1}], "from": "step.a"}`, false},
	} {
		args, err := jsonschema.UnmarshalJSON(strings.NewReader(test.args))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema(t, test.component).Validate(args); (err == nil) != test.valid {
			t.Errorf("%s %s: %v", test.component, test.args, err)
		}
	}
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{"rows": "rows", "LoadDataFromDicts": "rows", "groupcolumns": "combine_columns", "Rows": ""} {
		if c, _ := Find(catalog.All(), name); c.Name != want {
			t.Errorf("%s finds %q, and not %q", name, c.Name, want)
		}
	}
}

// Each kind of components is named in the docs, is no name of a component, and has its components.
func TestKinds(t *testing.T) {
	all := catalog.All()
	seen := map[string]bool{}
	for _, c := range all {
		seen[c.Category] = true
		if kinds[c.Category].title == "" || kinds[c.Category].does == "" {
			t.Errorf("%s: write in kinds.go what components of the kind %s do", c.Name, c.Category)
		}
	}
	index := Pages(all)["components/README.md"]
	for kind, k := range kinds {
		_, taken := Find(all, kind)
		if !seen[kind] || taken || strings.Count(index, "\n## "+k.title+"\n") != 1 {
			t.Errorf("%s: there is no component of this kind, or one of this name, or its heading is not there once", kind)
		}
	}
}

// What a page says of an argument or a column, it says at the terminal, too.
func TestTextAndMarkdownAgree(t *testing.T) {
	for _, c := range catalog.All() {
		view := Describe(c)
		var text strings.Builder
		if err := view.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		page := view.Markdown()
		for _, col := range append(view.Reads, view.Adds...) {
			if !strings.Contains(text.String(), "\n  "+col.Name+"  "+col.Type) || !strings.Contains(page, "| `"+col.Name+"` | "+col.Type+" |") {
				t.Errorf("%s: the column %s is missing", c.Name, col.Name)
			}
		}
		for _, p := range view.Params {
			if !strings.Contains(text.String(), "\n  "+p.Name+"  "+p.Type) || !strings.Contains(page, "| `"+p.Name+"` | "+p.Type+" |") {
				t.Errorf("%s: the argument %s is missing", c.Name, p.Name)
			}
		}
		if !strings.Contains(page, c.Example) {
			t.Errorf("%s: the example is missing", c.Name)
		}
	}
}

func TestLimits(t *testing.T) {
	one, five, half := 1.0, 5.0, 0.5
	for want, p := range map[string]Param{
		"required":                               {Required: true},
		"default 5; 1 to 5":                      {Default: "5", Min: &one, Max: &five},
		"at least 0.5":                           {Min: &half},
		"at most 5":                              {Max: &five},
		"default a; one of a, b":                 {Default: "a", Enum: []string{"a", "b"}},
		"fixed when built":                       {Fixed: true, Default: `["x"]`},
		"required; at least 1; fixed when built": {Required: true, Min: &one, Fixed: true},
	} {
		if got := p.Limits(); got != want {
			t.Errorf("%q, and not %q", got, want)
		}
	}
}
