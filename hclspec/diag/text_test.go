package diag

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

func span(file string, line, from, to, at int) hcl.Range {
	return hcl.Range{Filename: file, Start: hcl.Pos{Line: line, Column: from, Byte: at}, End: hcl.Pos{Line: line, Column: to, Byte: at + to - from}}
}

func sample() *Report {
	r := &Report{Sources: map[string][]byte{"p.hcl": []byte("first = 1\n\tmodel = \"größe\"\x1b[31m\n")}}
	r.Add(Warning(UnusedModel, span("p.hcl", 2, 2, 7, 11), "unused model", "Nobody asks it. Remove it."))
	r.Add(Error(Syntax, span("p.hcl", 1, 9, 10, 8), "bad number", "A long detail "+strings.Repeat("of many words ", 10)+"ends here.",
		Related{span("p.hcl", 2, 10, 17, 19), "it is set here"}))
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
