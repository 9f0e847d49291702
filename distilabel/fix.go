package distilabel

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// fixer lets the checker find where the reference overwrites columns without a word, and says so in the pipeline.
type fixer struct {
	*converter
	blocks hclsyntax.Blocks
}

// most is how often the pipeline is checked; each time may show what a mistake before it has hidden.
const most = 20

// settle checks the pipeline, mends what can be mended, and reports the rest.
func (c *converter) settle(dir string) {
	c.datasets = c.leaves()
	f := &fixer{converter: c}
	for range most {
		report := f.check(dir)
		if !f.mend(report) {
			f.tell(report)
			return
		}
	}
	f.tell(f.check(dir))
}

func (f *fixer) check(dir string) *diag.Report {
	text := f.print(true)
	file := filepath.Join(dir, "pipeline.hcl")
	f.blocks = nil
	if parsed, _ := hclsyntax.ParseConfig(text, file, hcl.InitialPos); parsed != nil {
		f.blocks = parsed.Body.(*hclsyntax.Body).Blocks
	}
	_, report := hclspec.LoadBytes(file, text, hclspec.Options{})
	return report
}

// mend does something about each mistake that it knows, and reports whether it did.
func (f *fixer) mend(report *diag.Report) (done bool) {
	for _, d := range report.Diags {
		s := f.stepAt(*d.Subject)
		if s == nil {
			continue
		}
		switch diag.CodeOf(d) {
		case diag.Overwritten:
			done = f.replacing(s, d) || done
		case diag.Uncombined:
			done = f.renaming(s, d) || done
		case diag.ColumnType:
			done = f.joining(s, d) || done
		}
	}
	return done
}

// stepAt is the step whose block has a range.
func (f *fixer) stepAt(at hcl.Range) *ourStep {
	for _, b := range f.blocks {
		if r := b.Range(); b.Type == "step" && len(b.Labels) == 2 && r.Start.Byte <= at.Start.Byte && at.Start.Byte < r.End.Byte {
			for _, s := range f.steps {
				if s.name == b.Labels[1] {
					return s
				}
			}
		}
	}
	return nil
}

var inQuotes = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// namesIn are the names in a summary.
func namesIn(summary string) (names []string) {
	for _, q := range inQuotes.FindAllString(summary, -1) {
		if name, err := strconv.Unquote(q); err == nil {
			names = append(names, name)
		}
	}
	return names
}

// replacing allows a step to overwrite a column, as the reference does.
func (f *fixer) replacing(s *ourStep, d *hcl.Diagnostic) (done bool) {
	for _, name := range namesIn(d.Summary) {
		if slices.Contains(s.replace, name) || strings.Contains(d.Detail, "would move there") {
			continue
		}
		s.replace = append(s.replace, name)
		done = true
	}
	return done
}

// renaming gives the columns of all branches but the last names of their own; the reference keeps the last one's alone.
func (f *fixer) renaming(join *ourStep, d *hcl.Diagnostic) (done bool) {
	for _, name := range namesIn(d.Summary) {
		for _, s := range join.from[:max(len(join.from)-1, 0)] {
			own, ok := s.ownName(name)
			if !ok || s.renamed(own) {
				continue
			}
			s.outputs = slices.DeleteFunc(s.outputs, func(n component.Name) bool { return n.From == own })
			s.outputs = append(s.outputs, component.Name{From: own, To: s.name + "_" + name})
			f.remark(s, diag.Differs, s.named, fmt.Sprintf("column %s has another name here", name), fmt.Sprintf(
				"Step %q joins several steps that make it. It kept the last one's without a word; here this step's is %s_%[3]s.", join.name, s.name, name))
			done = true
		}
	}
	return done
}

// joining puts a step before one that embeds messages, which the reference makes a text by a template of its model.
func (f *fixer) joining(s *ourStep, d *hcl.Diagnostic) bool {
	column := mapped(s.inputs, "text")
	if !s.decl.Embeds || len(s.from) != 1 || s.from[0].theirStep == s.theirStep || !strings.HasPrefix(d.Detail, "It is messages") {
		return false
	}
	joined := &ourStep{theirStep: s.theirStep, decl: f.byName["derive"], from: s.from}
	joined.name = f.stepNames.take(s.name + "_text")
	joined.set("columns", fmt.Sprintf("{\n%s = join(\"\\n\\n\", [for m in row[%s] : m.content])\n}", key(column+"_text"), quoted(column)))
	f.remark(joined, diag.Differs, s.classed, "messages are embedded as a text",
		fmt.Sprintf("It put them into the chat template of its model. Here their contents are joined with empty lines, as %s_text.", column))
	s.from = []*ourStep{joined}
	s.inputs = slices.DeleteFunc(s.inputs, func(n component.Name) bool { return n.From == "text" })
	s.inputs = append(s.inputs, component.Name{From: "text", To: column + "_text"})
	f.steps = slices.Insert(f.steps, slices.Index(f.steps, s), joined)
	return true
}

// ownName is what the component calls a column that it makes.
func (s *ourStep) ownName(column string) (string, bool) {
	for _, p := range component.PortsOf(s.decl.Out) {
		if mapped(s.outputs, p.Name) == column {
			return p.Name, true
		}
	}
	return "generation", s.typed && mapped(s.outputs, "generation") == column
}

// renamed reports whether a column has been renamed before, so that a second time would not help.
func (s *ourStep) renamed(own string) bool {
	return slices.ContainsFunc(s.outputs, func(n component.Name) bool { return n.From == own && strings.HasPrefix(n.To, s.name+"_") })
}

// tell reports what check will still say.
func (f *fixer) tell(report *diag.Report) {
	for _, d := range report.Diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		place, who := f.at(nil), ""
		if s := f.stepAt(*d.Subject); s != nil {
			place = f.at(s.classed)
			if who = fmt.Sprintf("Step %q", s.theirStep.name); strings.HasPrefix(d.Detail, who+" ") {
				who = ""
			} else {
				who += ": "
			}
		}
		f.report.Add(diag.Error(diag.StillWrong, place, fmt.Sprintf("check will say %s: %s", diag.CodeOf(d), d.Summary), who+d.Detail))
	}
}
