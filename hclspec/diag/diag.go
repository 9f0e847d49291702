// Package diag holds what is said about a pipeline that is wrong: diagnostics with stable codes, an explanation of every
// code, and the one view from which text and JSON are printed.
package diag

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Code is the stable name of a kind of mistake: DG401.
type Code string

// Related is a second place that helps to understand a diagnostic.
type Related struct {
	Range   hcl.Range
	Message string // such as "the column is made here"
}

// info travels in the field Extra of a diagnostic.
type info struct {
	code    Code
	related []Related
}

// Error returns a diagnostic that keeps the pipeline from being built. The summary is terse and has no full stop; the
// detail is whole sentences that name the thing and the way out.
func Error(code Code, at hcl.Range, summary, detail string, related ...Related) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at, Extra: info{code, related}}
}

// Warning returns a diagnostic that does not keep the pipeline from being built.
func Warning(code Code, at hcl.Range, summary, detail string, related ...Related) *hcl.Diagnostic {
	d := Error(code, at, summary, detail, related...)
	d.Severity = hcl.DiagWarning
	return d
}

// CodeOf returns the code of a diagnostic, or "" if it was not made here.
func CodeOf(d *hcl.Diagnostic) Code {
	i, _ := d.Extra.(info)
	return i.code
}

// RelatedOf returns the further places of a diagnostic.
func RelatedOf(d *hcl.Diagnostic) []Related {
	i, _ := d.Extra.(info)
	return i.related
}

// Report is all that is to be said about a pipeline, with the texts that the ranges point into.
type Report struct {
	Diags   hcl.Diagnostics
	Sources map[string][]byte // by the file name of the ranges
}

// Add adds diagnostics. One that repeats another (same code, place and summary) is left out: the instances of a step
// are checked one by one, and a mistake in the step is said once.
func (r *Report) Add(diags ...*hcl.Diagnostic) {
	for _, d := range diags {
		if !slices.ContainsFunc(r.Diags, func(o *hcl.Diagnostic) bool {
			return CodeOf(o) == CodeOf(d) && *o.Subject == *d.Subject && o.Summary == d.Summary
		}) {
			r.Diags = append(r.Diags, d)
		}
	}
}

// HasErrors reports whether the pipeline cannot be built.
func (r *Report) HasErrors() bool { return r.Diags.HasErrors() }

// Sort puts the diagnostics into the order of the source.
func (r *Report) Sort() {
	slices.SortStableFunc(r.Diags, func(a, b *hcl.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Subject.Filename, b.Subject.Filename), cmp.Compare(a.Subject.Start.Byte, b.Subject.Start.Byte))
	})
}
