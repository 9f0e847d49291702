package distilabel

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
)

var update = flag.Bool("update", false, "rewrite what the tests expect")

// savedFiles lists the files that the real distilabel has saved. .ci/conformance/import/make.py makes those of 1.1.1 and 1.5.3; two
// pipelines of each version in between were saved once.
func savedFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "1.*", "*.*"))
	files = slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "classes.txt" })
	if err != nil || len(files) < 50 {
		t.Fatalf("there are %d saved pipelines: %v", len(files), err)
	}
	return files
}

// Each saved pipeline becomes what is recorded. It is laid out as fmt does, and what check finds in it has been told.
func TestSaved(t *testing.T) {
	for _, file := range savedFiles(t) {
		t.Run(filepath.ToSlash(strings.TrimPrefix(file, "testdata"+string(filepath.Separator))), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, report := Import(filepath.ToSlash(file), text, "")
			if p == nil {
				t.Fatal(shown(report))
			}
			var all strings.Builder
			dir := t.TempDir()
			for _, f := range p.Files {
				path := filepath.Join(dir, f.Path)
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, f.Data, 0o666); err != nil {
					t.Fatal(err)
				}
				if f.Path != "README.md" { // it repeats what is said below
					all.WriteString("-- " + f.Path + " --\n" + strings.TrimRight(string(f.Data), "\n") + "\n")
				}
			}
			all.WriteString("-- said --\n" + shown(report))
			if lacking(report) {
				return // what comes of it changes with each component that is added
			}
			compare(t, strings.Replace(strings.TrimSuffix(file, filepath.Ext(file)), "testdata", filepath.Join("testdata", "want"), 1)+".txt", all.String())
			if text := p.Files[0].Data; !bytes.Equal(hclwrite.Format(text), text) {
				t.Error("The pipeline is not in the layout of fmt.")
			}
			checkTold(t, dir, report)
		})
	}
}

// lacking reports whether a class of distilabel has no component yet.
func lacking(r *diag.Report) bool {
	return slices.ContainsFunc(r.Diags, func(d *hcl.Diagnostic) bool {
		return diag.CodeOf(d) == diag.NoComponent && strings.Contains(d.Detail, notYet)
	})
}

// checkTold checks a pipeline: all errors must have been told. Data that are not there are told as what is to be finished.
func checkTold(t *testing.T, dir string, told *diag.Report) {
	t.Helper()
	empty := httptest.NewServer(http.NotFoundHandler()) // a Hub without datasets
	defer empty.Close()
	t.Setenv("HF_ENDPOINT", empty.URL)
	_, report := hclspec.Load(dir, hclspec.Options{})
	for _, v := range report.Views() {
		absent := v.Code == diag.NoSuchFile || v.Code == diag.BadColumns && strings.Contains(v.Detail, "the Hub") ||
			v.Code == diag.NoValue && strings.Contains(shown(told), "has to be given to each run")
		if v.Severity == "error" && !absent && !strings.Contains(shown(told), "check will say "+string(v.Code)+": "+v.Summary) {
			t.Errorf("check says, and import did not tell: %s: %s\n%s", v.Code, v.Summary, v.Detail)
		}
	}
}

func shown(r *diag.Report) string {
	var out strings.Builder
	if err := r.WriteText(&out, false); err != nil {
		return err.Error()
	}
	return out.String()
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is not recorded: all of its classes have a component now. Run go test with -update.", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s has another text. See what differs, and run go test with -update if it is right:\n%s", file, got)
	}
}

// What is no pipeline is refused with its place.
func TestRefused(t *testing.T) {
	step := `{"name": "a", "step": {"type_info": {"module": "m", "name": "C"}}}`
	for text, want := range map[string]string{
		"":                       "the file does not parse",
		"a: [":                   "the file does not parse",
		`{"a": `:                 "the file does not parse",
		`{"a": 1} x`:             "the file does not parse",
		"a: &a [*a]":             "the file does not parse",
		"x: 1":                   "not a pipeline of distilabel",
		"pipeline: {steps: []}":  "pipeline without steps",
		"pipeline: {steps: [1]}": "step without a name or a body",
		`{"pipeline": {"steps": [` + step + "," + step + "]}}":                                 `two steps are called "a"`,
		`{"pipeline": {"steps": [` + step + `], "connections": [{"from": "a", "to": ["b"]}]}}`: "connection of a step that is not there",
		`{"pipeline": {"steps": [` + step + `], "connections": [{"from": "a", "to": ["a"]}]}}`: "steps in a circle",
		`{"pipeline": {"steps": [{"name": "a", "step": {"type_info": {}}}]}}`:                  `step "a" has no class`,
	} {
		p, report := Import("p.yaml", []byte(text), "")
		if p != nil || len(report.Diags) != 1 || report.Diags[0].Summary != want || diag.CodeOf(report.Diags[0]) != diag.NotTheirs {
			t.Errorf("%q gives\n%sand should give %q", text, shown(report), want)
		}
	}
}

// Aliases that grow without end are refused in time.
func TestAliasesThatGrow(t *testing.T) {
	text := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'l'; c++ {
		text += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 10) + "]\n"
	}
	if p, report := Import("p.yaml", []byte(text), ""); p != nil || !report.HasErrors() {
		t.Error("The file is read.")
	}
}

// A place is that of the word, in YAML and in JSON, also behind wide letters.
func TestPlaces(t *testing.T) {
	for _, text := range []string{
		"pipeline:\n  steps:\n  - {name: \"\u00fc\", step: {type_info: {module: __main__, name: Own}}}\n",
		"{\"pipeline\":\n {\"steps\": [\n{\"name\": \"\u00fc\", \"step\": {\"type_info\": {\"module\": \"m\", \"name\": \"Own\"}}}]}}",
	} {
		_, report := Import("p", []byte(text), "")
		for _, d := range report.Diags {
			if at := d.Subject; diag.CodeOf(d) == diag.NoComponent {
				if got := strings.Trim(text[at.Start.Byte:at.End.Byte], `"`); got != "Own" || at.Start.Line != 3 {
					t.Errorf("%q: the class is marked as %q in line %d", text, got, at.Start.Line)
				}
			}
		}
		if len(report.Diags) == 0 {
			t.Errorf("%q: nothing is said", text)
		}
	}
}

func TestJinja(t *testing.T) {
	for text, want := range map[string]string{
		"{{ instruction }}!": "{{ .instruction }}!",
		"{{a.b}}":            "{{ .a.b }}",
		"{# note #}x":        "x",
		"{% if a %}1{% elif not b %}2{% else %}3{% endif %}": "{{ if .a }}1{{ else if not .b }}2{{ else }}3{{ end }}",
		"{% for x in xs %}{{ x }}{{ y }}{% endfor %}{{ x }}": "{{ range $x := .xs }}{{ $x }}{{ $.y }}{{ end }}{{ .x }}",
	} {
		if got, err := fromJinja(text); got != want || err != nil {
			t.Errorf("%q becomes %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"{{ a | upper }}", "{% set a = 1 %}", "{% if a %}", "{% endfor %}", "{{ a", "{% for x in f(y) %}{% endfor %}"} {
		if got, err := fromJinja(text); err == nil {
			t.Errorf("%q becomes %q, and should not", text, got)
		}
	}
}

func TestTypes(t *testing.T) {
	for schema, want := range map[string]string{
		`{type: string, minLength: 2, pattern: "a+"}`:        `string({ min = 2, pattern = "a+" })`,
		`{type: array, items: {type: integer}, maxItems: 3}`: "list(int, { max = 3 })",
		`{enum: [a, b]}`: `enum("a", "b")`,
		`{anyOf: [{type: number}, {type: "null"}]}`: "optional(float)",
		`{type: object, properties: {a: {$ref: "#/$defs/A"}, b: {type: boolean}}, required: [a], $defs: {A: {type: string}}}`: "object({\na = string\nb = optional(bool)\n})",
	} {
		n, err := parse([]byte(" " + schema)) // a blank, so that it is read as YAML
		if err != nil {
			n, err = parseYAML([]byte(schema))
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, err := typeOf(n); got != want || err != nil {
			t.Errorf("%s becomes %s, %v", schema, got, err)
		}
	}
	for _, schema := range []string{`{}`, `{type: object}`, `{anyOf: [{type: string}, {type: integer}]}`, `{$ref: "#/$defs/A", $defs: {A: {$ref: "#/$defs/A"}}}`, `{enum: [1]}`} {
		n, err := parseYAML([]byte(schema))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := typeOf(n); err == nil {
			t.Errorf("%s becomes %s, and should not", schema, got)
		}
	}
}

// Whatever is read, import ends, and what it writes parses and is laid out.
func FuzzImport(f *testing.F) {
	for _, file := range savedFiles(f) {
		if text, err := os.ReadFile(file); err == nil && len(text) < 8000 {
			f.Add(text)
		}
	}
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, report := Import("p.yaml", text, t.TempDir())
		if p == nil {
			if !report.HasErrors() {
				t.Error("Nothing is written, and no error says why.")
			}
			return
		}
		for _, v := range report.Views() {
			if strings.Contains(v.Summary, string(diag.Syntax)) {
				t.Errorf("The pipeline does not parse:\n%s", p.Files[0].Data)
			}
		}
	})
}
