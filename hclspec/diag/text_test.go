package diag

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// span is the range of a part of a line of p.hcl, all of whose characters are grapheme clusters of their own.
func span(text, part string) hcl.Range {
	at := strings.Index(text, part)
	before := text[:at]
	start := hcl.Pos{Line: strings.Count(before, "\n") + 1, Column: utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1, Byte: at}
	end := hcl.Pos{Line: start.Line, Column: start.Column + utf8.RuneCountInString(part), Byte: at + len(part)}
	return hcl.Range{Filename: "p.hcl", Start: start, End: end}
}

func sample() *Report {
	text := "first = 1\n\tmodel = \"größe\"\x1b[31m\n"
	r := &Report{Sources: map[string][]byte{"p.hcl": []byte(text)}}
	r.Add(Warning(UnusedModel, span(text, "model"), "unused model", "Nobody asks it. Remove it."))
	r.Add(Error(Syntax, span(text, "1"), "bad number", "A long detail "+strings.Repeat("of many words ", 10)+"ends here.",
		Related{span(text, `"größe"`), "it is set here"}))
	return r
}

func TestText(t *testing.T) {
	var out strings.Builder
	if err := sample().WriteText(&out, false); err != nil {
		t.Fatal(err)
	}
	want := `error DG101: bad number
  p.hcl:1:9
  1 | first = 1
    |         ^
  A long detail of many words of many words of many words of many words of many words of many words
  of many words of many words of many words of many words ends here.
  p.hcl:2:10: it is set here
  2 |     model = "größe"` + "\uFFFD" + `[31m
    |             ^^^^^^^

warning DG702: unused model
  p.hcl:2:2
  2 |     model = "größe"` + "\uFFFD" + `[31m
    |     ^^^^^
  Nobody asks it. Remove it.
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestColourChangesNoText(t *testing.T) {
	var plain, coloured strings.Builder
	sample().WriteText(&plain, false)
	sample().WriteText(&coloured, true)
	stripped := coloured.String()
	for _, code := range []string{bold, red, yellow, blue, "0"} {
		stripped = strings.ReplaceAll(stripped, "\x1b["+code+"m", "")
	}
	if stripped != plain.String() || coloured.String() == plain.String() {
		t.Errorf("got\n%q\nwant\n%q", stripped, plain.String())
	}
}

func TestJSONHasWhatTheTextHas(t *testing.T) {
	var views []View
	if err := json.Unmarshal(sample().JSON(), &views); err != nil {
		t.Fatal(err)
	}
	if len(views) != 2 || views[0].Code != Syntax || views[0].Severity != "error" || views[1].Severity != "warning" {
		t.Fatalf("got %+v", views)
	}
	v := views[0]
	if v.File != "p.hcl" || v.Line != 1 || v.Column != 9 || v.EndColumn != 10 || v.Snippet != "first = 1" {
		t.Errorf("got %+v", v)
	}
	if len(v.Related) != 1 || v.Related[0].Line != 2 || v.Related[0].Message != "it is set here" {
		t.Errorf("got %+v", v.Related)
	}
	if text := string((&Report{}).JSON()); text != "[]\n" {
		t.Errorf("no diagnostics print as %q", text)
	}
}

func TestAddLeavesOutRepetitions(t *testing.T) {
	r := sample()
	r.Add(r.Diags[0])
	if len(r.Diags) != 2 || !r.HasErrors() {
		t.Errorf("got %d diagnostics", len(r.Diags))
	}
}

// The marks stand below the part in question, whatever stands before it, and long lines are cut around it.
func TestSnippets(t *testing.T) {
	for _, c := range []struct{ line, part, want string }{
		{"a = nope", "nope", "a = nope\n    ^^^^"},
		{"\ta = nope", "nope", "    a = nope\n        ^^^^"},
		{`"é" e`, "e", "\"é\" e\n    ^"},
		{"\"e\u0301e\u0301\" nope", "nope", "\"e\u0301e\u0301\" nope\n     ^^^^"},
		{"\"漢字\" nope", "nope", "\"漢字\" nope\n       ^^^^"},
		{"\"漢字\" nope", "字", "\"漢字\" nope\n   ^^"},
		{"\"👩‍👩‍👧\" nope", "nope", "\"👩‍👩‍👧\" nope\n     ^^^^"},
		{"\"👍🏽\" nope", "nope", "\"👍🏽\" nope\n     ^^^^"},
		{"\"🇫🇷🇩🇪\" nope", "nope", "\"🇫🇷🇩🇪\" nope\n       ^^^^"},
		{"\"❤️\" nope", "nope", "\"❤️\" nope\n     ^^^^"},
		{"\ufeffa = nope", "nope", "a = nope\n    ^^^^"},
		{"a = nope \r", "nope \r", "a = nope \n    ^^^^"},
		{"123456789_123456789_123 = nope and much more", "nope", "123456789_123456789_123 = nope …\n                          ^^^^"},
		{"123456789_123456789_123456789_123456789_ nope and much more", "nope", "…3456789_ nope and much more\n          ^^^^"},
		{"a = nope 123456789_123456789_123456789_", "nope", "a = nope 123456789_123456789_12…\n    ^^^^"},
		{"a = 123456789_123456789_123456789_", "123456789_123456789_123456789_", "a = 123456789_123456789_1234567…\n    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^"},
		{"漢字漢字漢字漢字漢字漢字漢字漢字漢字 nope", "nope", "…漢字漢字 nope\n          ^^^^"},
	} {
		r := &Report{Sources: map[string][]byte{"p.hcl": []byte(c.line + "\n")}}
		text, before, length := snippet(r.place(span(c.line, c.part), ""), 32)
		if got := text + "\n" + strings.Repeat(" ", before) + strings.Repeat("^", length); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", c.line, got, c.want)
		}
		if cellsOf(text) > 32 || before+length > 32 {
			t.Errorf("%s: %d cells wide, marked to %d", c.line, cellsOf(text), before+length)
		}
	}
}

// Code is not torn apart where it fits on a line.
func TestWrap(t *testing.T) {
	for text, want := range map[string]string{
		"Write inputs = { a = \"b\" } there.":              "Write inputs = { a = \"b\" }|there.",
		"It is closed by {{ end }} and not by {{ else }}.": "It is closed by {{ end }}|and not by {{ else }}.",
		"Compare enabled = env(\"A\") != \"\" with it.":    "Compare|enabled = env(\"A\") != \"\"|with it.",
		"A brace { that nobody closes in the text.":        "A brace { that nobody|closes in the text.",
		"Too long: { a = 1, b = 2, c = 3, d = 4, e = 5 }":  "Too long: { a = 1, b = 2,|c = 3, d = 4, e = 5 }",
		"Write step \"a\" \"b\" { c = 1 } first.":          "Write|step \"a\" \"b\" { c = 1 }|first.",
		"Two\nlines":                    "Two|lines",
		"a = b = c = d = e = f = g = h": "a =|b = c = d = e = f = g = h",
	} {
		if got := strings.Join(wrap(text, 26), "|"); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// Names and messages with line breaks stay on their line.
func TestOneLine(t *testing.T) {
	r := &Report{Sources: map[string][]byte{}}
	r.Add(Error(Syntax, hcl.Range{Filename: "a\nb.hcl", Start: hcl.InitialPos, End: hcl.InitialPos}, "no\nname", "x"))
	var out strings.Builder
	r.WriteText(&out, false)
	if want := "error DG101: no\uFFFDname\n  a\uFFFDb.hcl:1:1\n  x\n"; out.String() != want {
		t.Errorf("got %q", out.String())
	}
}
