package promptcheck

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/prompt"
)

var update = flag.Bool("update", false, "rewrite testdata")

var (
	text   = component.Of(component.String)
	whole  = component.Of(component.Int)
	author = component.ObjectOf(component.Field{Name: "name", Type: text}, component.Field{Name: "born", Type: whole.OrNull()})
	book   = component.ObjectOf(component.Field{Name: "title", Type: text}, component.Field{Name: "note", Type: text.OrNull()},
		component.Field{Name: "author", Type: author.OrNull()}, component.Field{Name: "tags", Type: component.ListOf(text)}, component.Field{Name: "my-key", Type: text})
)

// columns are those of the templates in the tests; any is of no known type.
var columns = map[string]Value{
	"t": {Type: text}, "n": {Type: whole}, "f": {Type: component.Of(component.Float)}, "b": {Type: component.Of(component.Bool)},
	"ot": {Type: text.OrNull()}, "on": {Type: whole.OrNull()}, "ol": {Type: component.ListOf(text).OrNull()},
	"tags": {Type: component.ListOf(text)}, "one": {Type: component.ListOf(text), Len: 1}, "nums": {Type: component.ListOf(whole)},
	"gaps": {Type: component.ListOf(text.OrNull())}, "book": {Type: book}, "obook": {Type: book.OrNull()},
	"books": {Type: component.ListOf(book)}, "chat": {Type: component.Of(component.Messages)}, "any": {Type: component.Of(component.Any)},
	"a-b": {Type: text}, "x y": {Type: book.OrNull()},
}

func check(t *testing.T, template string) []Problem {
	t.Helper()
	tmpl, err := prompt.Parse(template, nil)
	if err != nil {
		t.Fatalf("%s: %v", template, err)
	}
	return Check(template, tmpl, columns)
}

// What is right, or cannot be known, is passed.
func TestRight(t *testing.T) {
	for _, template := range strings.Split(strings.TrimSpace(right), "\n") {
		for _, p := range check(t, template) {
			t.Errorf("%s\n%s: %s", template, p.Summary, p.Detail)
		}
	}
}

const right = `
{{ .t }} {{ n }} {{ .f }} {{ .b }} {{ .tags }} {{ .book }} {{ .chat }} {{ .any }} {{ .a-b }} {{ unknown.field.x }}
{{ if .on }}{{ .on }}{{ inc .on }}{{ end }}{{ if on }}{{ $.on }}{{ end }}
{{ if .ot }}{{ .ot }}{{ else }}none{{ end }}{{ with .ot }}{{ . }}{{ $.ot }}{{ end }}
{{ if not .ot }}none{{ else }}{{ .ot }}{{ end }}{{ if .ot | not }}none{{ else }}{{ .ot }}{{ end }}
{{ if and .ot .on }}{{ .ot }}{{ .on }}{{ end }}{{ if and .on (gt .on 1) }}{{ .on }}{{ end }}
{{ if or (not .ot) (not .on) }}x{{ else }}{{ .ot }}{{ .on }}{{ end }}{{ if or (not .on) (gt .on 1) }}x{{ end }}
{{ if not (or (not .on) (not .ot)) }}{{ .on }}{{ .ot }}{{ end }}{{ if not (not .on) }}{{ .on }}{{ end }}
{{ if .t }}x{{ else if .on }}{{ .on }}{{ end }}{{ with .t }}x{{ else with .ot }}{{ . }}{{ end }}
{{ or .on 1 }}{{ or .ot .t "x" }}{{ and .t .n }}{{ or .ot "none" | upper }}{{ with or .ot .t }}{{ . }}{{ end }}
{{ $x := .ot }}{{ if $x }}{{ $x }}{{ .ot }}{{ end }}{{ if .ot }}{{ $y := .ot }}{{ $y }}{{ end }}
{{ if $x := .on }}{{ inc $x }}{{ end }}{{ with $x := .obook }}{{ $x.title }}{{ .title }}{{ end }}
{{ range .tags }}{{ . }}{{ $.t }}{{ t }}{{ end }}{{ range $i, $x := .tags }}{{ inc $i }}{{ $x }}{{ end }}{{ range $x := .nums }}{{ inc $x }}{{ end }}
{{ range .books }}{{ .title }}{{ .my-key }}{{ range .tags }}{{ . }}{{ end }}{{ if .note }}{{ .note }}{{ end }}{{ with .author }}{{ .name }}{{ if .born }}{{ .born }}{{ end }}{{ end }}{{ end }}
{{ range .gaps }}{{ if . }}{{ . }}{{ end }}{{ with . }}{{ . }}{{ end }}{{ end }}{{ range .gaps }}{{ if not . }}{{ continue }}{{ end }}{{ . }}{{ end }}
{{ range .books }}{{ if not .note }}{{ break }}{{ end }}{{ .note }}{{ end }}{{ json .gaps }}
{{ range .chat }}{{ .role }}: {{ .content }}{{ else }}{{ .t }}{{ end }}{{ if .ol }}{{ range .ol }}{{ . }}{{ end }}{{ end }}{{ range $k, $v := .book }}{{ $k }}{{ end }}
{{ if .obook }}{{ .obook.title }}{{ if .obook.author }}{{ .obook.author.name }}{{ end }}{{ end }}{{ with .obook }}{{ with .author }}{{ .name }}{{ end }}{{ end }}
{{ with .obook }}{{ $.obook.title }}{{ if .note }}{{ $.obook.note }}{{ end }}{{ end }}
{{ len .t }}{{ len .tags }}{{ len .book }}{{ len .chat }}{{ index .tags 3 }}{{ index .one 0 }}{{ index .t 0 }}{{ (index .books 0).title }}{{ index .book "title" }}{{ index .books 0 "tags" 1 }}{{ slice .t 1 2 }}{{ slice .tags 1 }}
{{ index . "a-b" }}{{ index $ "x y" | or "none" }}{{ if index $ "x y" }}{{ (index $ "x y").title }}{{ index $ "x y" "title" }}{{ end }}
{{ join ", " .tags }}{{ .tags | join ", " }}{{ numbered .tags }}{{ upper .t }}{{ lower .n }}{{ trim .t }}{{ json .book }}{{ print .t .n }}{{ join ", " .any }}
{{ if eq .n 1 }}{{ end }}{{ if eq .t "a" "b" }}{{ end }}{{ if ne .f 1.0 }}{{ end }}{{ if lt .n 3 }}{{ end }}{{ if eq .b true }}{{ end }}{{ if gt (len .tags) 2 }}{{ end }}{{ if eq (index .tags 0) "x" }}{{ end }}{{ if eq .any 1 "a" }}{{ end }}
{{ printf "%s %d %.1f %v %t %q %5d%%" .t .n .f .tags .b .t .n }}{{ printf "%[1]v" .t }}{{ printf .t }}
{{ inc 1 }}{{ inc 1.0 }}{{ range 3 }}{{ . }}{{ end }}{{ range .n }}{{ . }}{{ end }}{{ "a" }}{{ true }}{{ 'x' }}
{{ $first := true }}{{ range .tags }}{{ if not $first }}, {{ end }}{{ . }}{{ $first = false }}{{ end }}{{ $n := 0 }}{{ range .tags }}{{ $n = inc $n }}{{ end }}{{ inc $n }}
{{ $x := .t }}{{ if .b }}{{ $x = .ot }}{{ end }}{{ if $x }}{{ upper $x }}{{ end }}{{ $y := .t }}{{ if .b }}{{ $y = .n }}{{ end }}{{ inc $y }}
{{ $m := "" }}{{ range .books }}{{ if .note }}{{ $m = .note }}{{ end }}{{ end }}{{ $m }}
{{/* a comment */}}
`

// What would fail, or leave a hole, is found in its place.
func TestWrong(t *testing.T) {
	var got strings.Builder
	for i, template := range strings.Split(strings.TrimSpace(wrong), "\n") {
		if i > 0 {
			got.WriteByte('\n')
		}
		fmt.Fprintln(&got, template)
		problems := check(t, template)
		if len(problems) == 0 {
			t.Errorf("%s: no problem", template)
		}
		for _, p := range problems {
			fmt.Fprintf(&got, "  %s: %s\n    %s\n", template[p.From:p.To], p.Summary, p.Detail)
		}
	}
	const golden = "testdata/wrong.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || got.String() != string(want) {
		t.Errorf("%s has changed. Run the test with -update, and look at the difference.\n%s", golden, got.String())
	}
}

const wrong = `
{{ range .books }}{{ .titel }}{{ end }}
{{ range $i, $x := .books }}{{ $x.titel }}{{ end }}
{{ with .book }}{{ .titel }}{{ .author.name }}{{ end }}
{{ with .book }}{{ with .author }}{{ .nam }}{{ end }}{{ end }}
{{ range .tags }}{{ .name }}{{ end }}
{{ .tags.name }} {{ .t.x }} {{ n.x }}
{{ book.my-kee }} {{ .book.tags.x }}
{{ range .t }}{{ . }}{{ end }}{{ range .b }}{{ end }}{{ range f }}{{ end }}
{{ range $i, $x := .n }}{{ end }}{{ range .ol }}{{ . }}{{ end }}
{{ len .n }} {{ inc .t }} {{ inc .f }} {{ inc 1i }} {{ join .tags "," }} {{ len .on }}
{{ eq .n "1" }} {{ eq .t 1 }} {{ eq .f 1 }} {{ eq .n 1.0 }} {{ eq .n .t }} {{ lt .n .f }} {{ gt .b true }} {{ eq .tags .tags }} {{ eq .n 1 "2" }}
{{ index .one 3 }} {{ index .one -1 }} {{ index .tags "a" }} {{ index .tags 3.0 }} {{ index .book 0 }} {{ index .book "titel" }} {{ index .n 0 }} {{ index .books 0 "nope" }} {{ index .books 0 "note" }}
{{ gt .on 1 }} {{ if eq .ot "a" }}{{ end }} {{ upper .ot }} {{ .ot | trim }} {{ index .ol 0 }} {{ print .t .ot }}
{{ upper .t .t }} {{ join .tags }}
{{ .t | upper .t }} {{ not .t .t }} {{ eq .t }} {{ lt .n 1 2 }} {{ if (.b | and) }}{{ end }}
{{ .t .n }} {{ .t | .n }} {{ "a" .t }} {{ .tags | (len .t) }}
{{ if .on }}L{{ end }} level {{ .on }}
{{ if .on }}L{{ else }}level {{ .on }}{{ end }}
{{ if not .on }}level {{ .on }}{{ end }}
{{ if eq .t "on" }}x{{ end }} {{ .on }}
{{ if or .on .ot }}{{ .on }}{{ end }}{{ if not (and .on .ot) }}x{{ else }}{{ .on }}{{ end }}{{ if not (and .on .ot) }}{{ .ot }}{{ end }}
{{ if and (gt .on 1) .on }}x{{ end }}{{ and .t .ot }}{{ or .t .ot }}
{{ .book.note }} {{ .obook.title }} {{ with .book }}{{ .note }}{{ end }} {{ .book.author.born }}
{{ range .gaps }}{{ . }}{{ end }} {{ .gaps }} {{ join "," .gaps }} {{ numbered .gaps }} {{ range .books }}{{ .note }}{{ end }}
{{ $x := .ot }}{{ $x }} {{ with .tags }}{{ $.ot }}{{ ot }}{{ end }}
{{ $x := .t }}{{ if .b }}{{ $x = .ot }}{{ end }}{{ $x }}
{{ $x := .t }}{{ range .tags }}{{ upper $x }}{{ $x = $.ot }}{{ end }}{{ $x }}
{{ $x := 1 }}{{ range .tags }}{{ inc $x }}{{ $x = "a" }}{{ end }}{{ range .tags }}{{ if .x }}{{ end }}{{ end }}
{{ range .gaps }}{{ if . }}{{ continue }}{{ end }}{{ . }}{{ end }}
{{ index . "x y" "title" }} {{ (index . "x y").title }}
{{ printf "%d" .t }} {{ printf "%s %s" .t }} {{ printf "%s" .n }} {{ printf .n }} {{ printf "x" .t }}
{{ range $k, $v := .book }}{{ $v.x }}{{ end }}{{ range 3 }}{{ .x }}{{ end }}{{ (upper .t).x }}
{{ .x y }} {{ $.x y | upper }}
{{ $x := $x }}{{ slice .n 1 }} {{ slice .t "a" }} {{ with $x := .nums }}{{ range $x }}{{ .y }}{{ end }}{{ end }}
`

// A template that does not parse is marked at the culprit.
func TestLocate(t *testing.T) {
	for _, c := range []struct{ template, culprit, message string }{
		{"Hello\nThen {{ .instruction\n\nmore\n", "{{ .instruction", "}} is missing"},
		{"{{ .a }} then {{ .b\nmore {{ .c }}\n", "{{ .b", "}} is missing"},
		{"Hello {{ .a and more", "{{ .a and more", "}} is missing"},
		{"{{/* a comment\n\n", "{{/* a comment", "*/ is missing"},
		{"{{ .instruction }} and {{ end }}", "{{ end }}", "unexpected {{end}}"},
		{"{{ .instruction }} and {{ else }}", "{{ else }}", "unexpected {{else}}"},
		{"{{ .instruction }} and {{ break }}", "{{ break }}", "{{break}} outside {{range}}"},
		{"{{ .a }} {{ .my'col }}", "{{ .my'col }}", "bad character"},
		{"{{ .a }} {{ .b } }} {{ .c }}", "{{ .b } }}", "unexpected \"}\""},
		{"{{ if .a }}x{{ end }} {{ range .b }}\n{{ . }}\n", "{{ range .b }}", "{{ end }} is missing"},
		{"{{ .a }} {{ $x }}", "{{ $x }}", "undefined variable"},
		{"{{ .a }}\n{{ shout .a }}", "shout", "no function"},
		{"{{ .a }} {{ len }}", "len", "is a function"},
		{"{{ .a }} {{ . }}", ".", "whole row"},
	} {
		_, err := prompt.Parse(c.template, nil)
		if err == nil {
			t.Errorf("%s: no error", c.template)
			continue
		}
		from, to, message := Locate(c.template, err)
		if c.template[from:to] != c.culprit || !strings.Contains(message, c.message) {
			t.Errorf("%q: %q, %s, want %q", c.template, c.template[from:to], message, c.culprit)
		}
	}
}

func TestReference(t *testing.T) {
	for column, want := range map[string]string{"a": ".a", "a_1": ".a_1", "rationales-for-ratings": ".rationales-for-ratings", "größe": ".größe",
		"a b": `index $ "a b"`, "1a": `index $ "1a"`, "a--b": `index $ "a--b"`, "a.b": `index $ "a.b"`, "-": `index $ "-"`} {
		if got := Reference(column); got != want {
			t.Errorf("%s: %s", column, got)
		}
		if tmpl, err := prompt.Parse("{{ "+Reference(column)+" }}", nil); err != nil || tmpl.Uses()[0] != column {
			t.Errorf("%s does not read the column: %v", Reference(column), err)
		}
	}
}

// Every template that parses is checked without a panic, and with places in the text. One without a problem renders of any row,
// but for what no type can tell.
func FuzzCheck(f *testing.F) {
	for _, template := range strings.Split(right+wrong, "\n") {
		f.Add(template)
	}
	f.Fuzz(func(t *testing.T, template string) {
		tmpl, err := prompt.Parse(template, nil)
		if err != nil {
			if from, to, message := Locate(template, err); from < 0 || to < from || to > len(template) || message == "" {
				t.Errorf("%q: %d to %d", template, from, to)
			}
			return
		}
		problems := Check(template, tmpl, columns)
		for _, p := range problems {
			if p.From < 0 || p.To < p.From || p.To > len(template) || p.Summary == "" || p.Detail == "" {
				t.Errorf("%q: %+v", template, p)
			}
		}
		if len(problems) > 0 || assigns.MatchString(template) || slices.ContainsFunc(tmpl.Uses(), func(c string) bool {
			return columns[c].Type.Kind == "" || c == "any" || strings.Contains(template, "range") && strings.Contains(columns[c].Type.String(), "object")
		}) {
			return
		}
		for _, null := range []bool{false, true} {
			row := map[string]any{}
			for name, v := range columns {
				row[name] = sample(v.Type, null)
			}
			if _, err := tmpl.Render(row); err != nil && !untold.MatchString(err.Error()) {
				t.Errorf("%q: %v", template, err)
			}
		}
	})
}

// assigns finds assignments: a variable may have several types, as the fields of an object may have.
var assigns = regexp.MustCompile(`[^:]=`)

// untold are mistakes that depend on values, such as an element that is not there.
var untold = regexp.MustCompile(`out of range|index of nil|index of untyped nil|invalid slice index|too large|exceeded|overflow|cannot 3-index`)

func sample(t component.Type, null bool) any {
	if t.Optional && null {
		return nil
	}
	switch t.Kind {
	case component.String:
		return "text"
	case component.Int:
		return 3
	case component.Float:
		return 2.5
	case component.Bool:
		return !null
	case component.List, component.Messages:
		return []any{sample(t.Element(), null)}
	}
	o := map[string]any{}
	for _, f := range t.Fields {
		o[f.Name] = sample(f.Type, null)
	}
	return o
}
