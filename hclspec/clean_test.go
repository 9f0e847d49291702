package hclspec_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/distigen/distigen/hclspec"
)

// Pipelines without a mistake: what flows, and for some of them the whole plan.
func TestClean(t *testing.T) {
	folders, err := filepath.Glob("testdata/clean/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range folders {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			plan, report := hclspec.Load(dir, hclspec.Options{Now: today})
			if len(report.Diags) > 0 {
				t.Fatal(text(report))
			}
			compare(t, filepath.Join(dir, "rows.txt"), rows(plan))
			if _, err := os.Stat(filepath.Join(dir, "plan.json")); err == nil {
				compare(t, filepath.Join(dir, "plan.json"), string(plan.JSON()))
			}
		})
	}
}

// rows prints what each step reads, renames and makes, and the row after it.
func rows(p *hclspec.Plan) string {
	var out strings.Builder
	fmt.Fprintf(&out, "pipeline %s of %s\n", p.Name, strings.Join(p.Files, ", "))
	for _, s := range p.Steps {
		var from []string
		for _, f := range s.From {
			from = append(from, f.Addr())
		}
		fmt.Fprintf(&out, "\n%s (%s) reads %s\n", s.Addr(), s.Component, strings.Join(from, ", "))
		for _, r := range s.Reads {
			fmt.Fprintf(&out, "  reads %s as %s\n", r.Column, r.Input)
		}
		if len(s.Vars) > 0 {
			fmt.Fprintf(&out, "  and for its prompt %s\n", strings.Join(s.Vars, ", "))
		}
		for _, m := range s.Moves {
			fmt.Fprintf(&out, "  moves %s to %s\n", m.From, m.To)
		}
		for _, d := range s.Drops {
			fmt.Fprintf(&out, "  drops %s\n", d)
		}
		for _, c := range s.Row {
			fmt.Fprintf(&out, "  %s: %s", c.Name, c.Type)
			if c.Len > 0 {
				fmt.Fprintf(&out, " of %d", c.Len)
			}
			fmt.Fprintf(&out, ", made by %s\n", s.MadeBy[c.Name])
		}
		for _, row := range s.Data {
			fmt.Fprintf(&out, "  row %v\n", row)
		}
	}
	for _, d := range p.Datasets {
		fmt.Fprintf(&out, "\ndataset %s of %s\n", d.Name, d.Step)
	}
	return out.String()
}
