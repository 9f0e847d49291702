package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// leftOut warns where outputs are not made since an input is absent, and the row has a column that looks like it.
func (f *flow) leftOut(ports []component.Port) {
	if f.i.opaque {
		return
	}
	for _, in := range component.PortsOf(f.decl.In) {
		if !in.Missing || f.reading(in.Name) {
			continue
		}
		var lost []string
		for _, p := range ports {
			if p.Needs == in.Name {
				lost = append(lost, p.Name)
			}
		}
		if c := f.lookalike(in); c != nil && len(lost) > 0 {
			f.l.warnAt(diag.LeftOut, f.i.block.at, fmt.Sprintf("without %s", list(lost)), fmt.Sprintf(
				"Step %q adds %s only where the row has %s. It has not, but it has %q, which looks like it. If it is, write inputs = { %s = %q }.",
				f.i.addr(), list(lost), in.Name, c.Name, label(in.Name), c.Name),
				diag.Related{Range: c.origin.at, Message: "the column is made here"})
		}
	}
}

// lookalike finds a column that nobody reads here, is of the type of an input, and shares a word of its name.
func (f *flow) lookalike(in component.Port) *column {
	for _, c := range f.in {
		if slices.Contains(f.used, c.Name) || !c.Type.Fits(in.Type) {
			continue
		}
		for _, w := range words(in.Name) {
			if slices.Contains(words(c.Name), w) {
				return c
			}
		}
	}
	return nil
}

// words are the words of a name, in the singular.
func words(name string) []string {
	out := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '-' })
	for i, w := range out {
		out[i] = strings.TrimSuffix(w, "s")
	}
	return out
}
