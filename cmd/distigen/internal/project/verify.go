package project

import (
	"slices"
	"strings"

	"github.com/distigen/distigen/codegen"
)

// Difference is a file that is not what the pipeline says.
type Difference struct {
	Path string
	What string
}

// Verify compares the folder with what is generated, and changes nothing.
func (p *Project) Verify() (found []Difference, err error) {
	for _, f := range p.files {
		if f.Kind == codegen.Once {
			continue
		}
		s, err := p.look(f.Path, f.Data)
		if err != nil {
			return nil, err
		}
		what := ""
		switch {
		case s == absent:
			what = "is missing"
		case s == edited:
			what = "was changed by hand"
		case s == stale:
			what = "is not what the pipeline says now"
		case s == foreign:
			what = "is not of distigen"
		}
		if what != "" {
			found = append(found, Difference{f.Path, what})
		}
	}
	c, err := p.changes()
	for _, path := range c.remove {
		found = append(found, Difference{path, "belongs to a step that is no longer there"})
	}
	if err == nil && p.vendor {
		var vendored []Difference
		vendored, err = p.verifyVendor()
		found = append(found, vendored...)
	}
	slices.SortStableFunc(found, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
	return found, err
}

// Built reports whether distigen has built a program into a folder, and from what.
func Built(dir string) (Source, bool, error) {
	m, err := readManifest(dir)
	return m.Source, err == nil && m.Distigen != "", err
}
