package hclspec_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// What becomes of the modules of a pipeline: the steps of the plan, with all columns of their rows.
func TestModules(t *testing.T) {
	all, err := filepath.Glob("testdata/modules/*.txtar")
	if err != nil || len(all) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range all {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for _, f := range archive.Files {
				if f.Name != "plan" {
					write(t, filepath.Join(dir, filepath.FromSlash(f.Name)), string(f.Data))
				}
			}
			plan, report := hclspec.Load(dir, hclspec.Options{Now: today})
			if len(report.Diags) > 0 {
				t.Fatal(text(report))
			}
			got := outline(plan)
			if again, report := hclspec.Load(dir, hclspec.Options{Now: today}); len(report.Diags) > 0 || string(again.JSON()) != string(plan.JSON()) {
				t.Error("The same files give another plan.")
			}
			checkUnique(t, plan)
			n := len(archive.Files) - 1
			if archive.Files[n].Name != "plan" {
				archive.Files, n = append(archive.Files, txtar.File{Name: "plan"}), n+1
			}
			if *update {
				archive.Files[n].Data = []byte(got)
				write(t, path, string(txtar.Format(archive)))
			} else if got != string(archive.Files[n].Data) {
				t.Errorf("The plan has changed. Run the test with -update, and look at the difference.\n%s", got)
			}
		})
	}
}

// outline is a plan in short: models, steps and datasets.
func outline(p *hclspec.Plan) string {
	var out strings.Builder
	for _, m := range p.Models {
		fmt.Fprintf(&out, "model %s: %s\n", m.Name, m.Params.(llm.Model).Name)
	}
	for _, s := range p.Steps {
		fmt.Fprintf(&out, "%s (%s)", s.Addr(), s.Component)
		if len(s.From) > 0 {
			var from []string
			for _, f := range s.From {
				from = append(from, f.Addr())
			}
			fmt.Fprintf(&out, " of %s", strings.Join(from, ", "))
		}
		if t, ok := s.Params.(interface{ Settings() llm.Task }); ok && s.Decl.Task {
			fmt.Fprintf(&out, ", asks %s", t.Settings().Model.Alias)
		}
		for _, param := range component.ParamsOf(s.Decl.Params) {
			if param.Name == "path" {
				fmt.Fprintf(&out, ", path %s", reflect.ValueOf(s.Params).FieldByIndex(param.Index))
			}
		}
		if s.Decl.Shape != component.Sink {
			var columns []string
			for _, c := range s.Row {
				columns = append(columns, c.Name+"@"+s.MadeBy[c.Name])
			}
			fmt.Fprintf(&out, ": %s", strings.Join(columns, " "))
		}
		out.WriteByte('\n')
	}
	for _, d := range p.Datasets {
		fmt.Fprintf(&out, "dataset %s of %s\n", d.Name, d.Step)
	}
	return out.String()
}

// checkUnique checks that no row has two columns of one name, and no plan two steps.
func checkUnique(t *testing.T, p *hclspec.Plan) {
	steps := map[string]bool{}
	for _, s := range p.Steps {
		if steps[s.Addr()] {
			t.Errorf("There are two steps %s.", s.Addr())
		}
		steps[s.Addr()] = true
		columns := map[string]bool{}
		for _, c := range s.Row {
			if columns[c.Name] {
				t.Errorf("The row of %s has two columns %s.", s.Addr(), c.Name)
			}
			columns[c.Name] = true
		}
	}
}
