package contract

import (
	"slices"

	"github.com/distigen/distigen/runtime/component"
)

// Problem is why the columns of the rows do not do for a form.
type Problem struct {
	Input  Input
	Column string          // where the rows should have it
	Found  *component.Type // nil: they have no such column
}

// Choose returns the first form that the columns fit. Where none does, it returns what the nearest one lacks: the one of which the
// most columns are there.
func (c *Contract) Choose(columns []component.Column) (*Form, []Problem) {
	var nearest []Problem
	most := -1
	for i := range c.Forms {
		f := &c.Forms[i]
		if !c.has(f) {
			continue
		}
		there, problems := c.try(f, columns)
		if len(problems) == 0 {
			return f, nil
		}
		if there > most {
			most, nearest = there, problems
		}
	}
	return nil, nearest
}

// has reports whether a form has all the columns that the user has named.
func (c *Contract) has(f *Form) bool {
	for name := range c.Renamed {
		if !slices.ContainsFunc(f.Reads, func(in Input) bool { return in.Name == name }) {
			return false
		}
	}
	return true
}

// Column is the column of the rows that an input is read from.
func (c *Contract) Column(input string) string {
	if column := c.Renamed[input]; column != "" {
		return column
	}
	return input
}

// try counts the columns of a form that are there; one of another type is worth half of one, so that it is told rather than one
// that nobody thought of.
func (c *Contract) try(f *Form, columns []component.Column) (there int, problems []Problem) {
	for _, in := range f.Reads {
		name := c.Column(in.Name)
		at := slices.IndexFunc(columns, func(col component.Column) bool { return col.Name == name })
		switch {
		case at < 0 && in.Optional && c.Renamed[in.Name] == "":
		case at < 0:
			problems = append(problems, Problem{Input: in, Column: name})
		case !fits(columns[at].Type, in):
			there++
			problems = append(problems, Problem{Input: in, Column: name, Found: &columns[at].Type})
		default:
			there += 2
		}
	}
	return there, problems
}

func fits(t component.Type, in Input) bool {
	if in.Optional {
		t = t.NotNull() // what may be missing may be null
	}
	return t.Fits(in.Is.Type())
}
