package prompt

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

type book struct {
	Title string   `json:"title"`
	Pages *int     `json:"pages"`
	Tags  []string `json:"tags"`
}

func TestRender(t *testing.T) {
	pages := 12
	row := map[string]any{
		"instruction": "Add {{ .hint }} & <b>",
		"hints":       []string{"first", "second"},
		"book":        book{"Primes", &pages, []string{"maths"}},
		"unread":      book{Title: "Sets"},
		"a-b":         "hyphen",
		"a-b-2":       map[string]any{"c-d": []string{"deep"}, "e": 1},
		"level":       3,
		"score":       2.5,
		"note":        (*string)(nil),
		"len":         "a column called len",
		"chat":        []map[string]string{{"role": "user", "content": "hi"}},
	}
	for _, c := range []struct{ template, want string }{
		{"", ""},
		{"no columns", "no columns"},
		{"{{ .instruction }}", "Add {{ .hint }} & <b>"},
		{"{{ instruction }}", "Add {{ .hint }} & <b>"},
		{"{{instruction}}{{- /* a comment */ -}} {{level}}", "Add {{ .hint }} & <b>3"},
		{"{{ range .hints }}<{{ . }}>{{ end }}", "<first><second>"},
		{"{{ range hints }}{{ . }} at {{ level }} {{ $.level }};{{ end }}", "first at 3 3;second at 3 3;"},
		{"{{ range $i, $h := hints }}{{ inc $i }}={{ $h }} {{ end }}", "1=first 2=second "},
		{"{{ hints }}", "- first\n- second"},
		{"{{ numbered hints }}", "1. first\n2. second"},
		{"{{ join \", \" .hints }}", "first, second"},
		{"{{ .hints | join \"; \" }}", "first; second"},
		{"{{ len .hints }}", "2"},
		{"{{ .len }}", "a column called len"},
		{"{{ .book.title }} {{ .book.pages }}", "Primes 12"},
		{"{{ book.title }}", "Primes"},
		{"{{ with .book }}{{ .title }} in {{ $.level }} of {{ level }}{{ end }}", "Primes in 3 of 3"},
		{"{{ .unread.pages }}|{{ if .unread.pages }}pages{{ else }}none{{ end }}", "|none"},
		{"{{ if .note }}note{{ else }}no note{{ end }}[{{ .note }}]", "no note[]"},
		{"{{ if eq level 3 }}three{{ end }}", "three"},
		{"{{ if gt .score 2.0 }}{{ score }}{{ end }}", "2.5"},
		{"{{ instruction | upper }}", "ADD {{ .HINT }} & <B>"},
		{"{{ index . \"a-b\" }} {{ range .hints }}{{ index $ \"a-b\" }}{{ end }}", "hyphen hyphenhyphen"},
		{"{{ .a-b }} {{ a-b }} {{- $.a-b -}} {{ a-b | upper }}", "hyphen hyphenhyphenHYPHEN"},
		{"{{ .a-b-2.c-d }}{{ a-b-2.e }}{{ with .a-b-2 }}{{ .c-d }}{{ end }}{{ (index . \"a-b-2\").c-d }}", "- deep1- deep- deep"},
		{"{{ $my-var := .a-b-2 }}{{ $my-var.e }}{{ range $i-1, $x := $my-var.c-d }}{{ $i-1 }}{{ $x }}{{ end }}", "10deep"},
		{"{{ if eq -1 -1 }}{{ printf \"%.0e a-b\" 1e-3 }}{{ `c-d}}` }}{{/* x-y }} */}}{{ '-' }}-{{ a-b }}{{ end }}", "1e-03 a-bc-d}}45-hyphen"},
		{"{{ json .book }}", `{"pages":12,"tags":["maths"],"title":"Primes"}`},
		{"{{ .book }}", `{"pages":12,"tags":["maths"],"title":"Primes"}`},
		{"{{ range .chat }}{{ .role }}: {{ .content }}{{ end }}", "user: hi"},
		{"{{ $x := .level }}{{ $x }}", "3"},
		{"{{ trim \"  a \" }}", "a"},
	} {
		tmpl, err := Parse(c.template, nil)
		if err != nil {
			t.Errorf("%s: %v", c.template, err)
			continue
		}
		if got, err := tmpl.Render(row); err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.template, got, err, c.want)
		}
	}
}

func TestUses(t *testing.T) {
	tmpl, err := Parse(`{{ if .a }}{{ b }}{{ range $.c }}{{ .inner }}{{ d.e.f }}{{ else }}{{ .g }}{{ end }}{{ end }}
{{ with .h }}{{ .inner }}{{ else }}{{ .i }}{{ end }}{{ index . "j-k" }}{{ (printf "%v" .l) | upper }}{{ .a }}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "b", "c", "d", "g", "h", "i", "j-k", "l"}; !reflect.DeepEqual(tmpl.Uses(), want) {
		t.Errorf("uses %v, want %v", tmpl.Uses(), want)
	}
	for _, r := range tmpl.Refs() {
		if r.Column == "d" && (!reflect.DeepEqual(r.Path, []string{"e", "f"}) || r.Line != 1 || r.Col != 49) {
			t.Errorf("path of d is %v, at %d:%d", r.Path, r.Line, r.Col)
		}
		if r.Column == "i" && (r.Line != 2 || r.Col != 39) {
			t.Errorf("i is at %d:%d, want 2:39", r.Line, r.Col)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		template  string
		line, col int
		message   string
	}{
		{"a\n b {{ .x", 2, 4, "unclosed action"},
		{"{{ if .x }}", 1, 1, "unexpected EOF"},
		{"one\n{{ . }}", 2, 4, "whole row"},
		{"{{ printf \"%v\" $ }}", 1, 16, "whole row"},
		{"{{ frobnicate .x }}", 1, 4, "no function \"frobnicate\""},
		{"{{ .x | frobnicate }}", 1, 9, "no function \"frobnicate\""},
		{"{{ len }}", 1, 4, "is a function"},
		{"{{ $ := .x }}{{ y }}", 1, 4, "$ is the row"},
		{"{{ range $, $v := .x }}{{ $v }}{{ end }}", 1, 10, "$ is the row"},
		{"{{ $a := .x }}{{ with $ = .y }}{{ $a }}{{ end }}", 1, 23, "$ is the row"},
		{"{{ define \"t\" }}x{{ end }}", 1, 17, "templates of its own"},
		{"{{ template \"t\" }}", 1, 13, "another template"},
		{"{{ index . .x }}", 1, 12, "name of a column in quotes"},
		{"{{ .nothere }}", 1, 4, "there is no column \"nothere\"; there are x, y"},
	} {
		_, err := Parse(c.template, []string{"x", "y"})
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: no error", c.template)
			continue
		}
		if e.Line != c.line || e.Col != c.col || !strings.Contains(e.Message, c.message) {
			t.Errorf("%s: got %v, want %d:%d and %q", c.template, e, c.line, c.col, c.message)
		}
	}
}

func TestMissingColumn(t *testing.T) {
	tmpl, err := Parse("{{ if .a }}{{ .b }}{{ end }}", nil)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := tmpl.Render(map[string]any{"a": false}); err == nil {
		t.Errorf("rendered %q although b is missing", out)
	}
	nested, err := Parse("{{ .a.b }}", nil)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := nested.Render(map[string]any{"a": map[string]any{"c": 1}}); err == nil {
		t.Errorf("rendered %q although a has no b", out)
	}
}

// Every function that templates may call is known to text/template, and the other way around.
func TestFunctions(t *testing.T) {
	for _, f := range Functions() {
		if _, err := Parse("{{ "+f+" .x .y }}", nil); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
	for f := range funcs {
		if !known(f) {
			t.Errorf("Functions() lacks %s", f)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"{{ x }}", "{{ range .a }}{{ . }}{{ end }}", "{{ index . \"a-b\" }}", "{{ with .x.y }}{{ $.z | upper }}{{ end }}", "{{ (a).b }}", "{{ .a-b.c-d }}{{ $x-y := a-b }}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := Parse(text, nil)
		if err != nil {
			return
		}
		row := map[string]any{}
		for _, c := range tmpl.Uses() {
			row[c] = "v"
		}
		tmpl.Render(row) // it may fail, but not panic
	})
}
