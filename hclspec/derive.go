package hclspec

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/funcs"
	"github.com/distigen/distigen/runtime/component"
)

// derive has the component compute the columns that depend on its arguments and on the incoming row.
func (f *flow) derive() {
	a := f.i.args
	if f.isRows() {
		f.literalRows()
		return
	}
	if f.decl.Derive == nil {
		return
	}
	for _, p := range a.params {
		if !a.ok(p.Name) && (p.Fixed || p.Required && p.Name != "model" || f.decl.Shape == component.Source) {
			f.i.opaque = true
			return
		}
	}
	c := &component.Columns{In: plainColumns(f.in), Dir: f.l.dir}
	for n, b := range f.i.branches {
		if f.decl.Shape == component.Join {
			c.Branches = append(c.Branches, component.Branch{Label: b.from.addr(), Columns: plainColumns(f.branches[n])})
		}
	}
	f.decl.Derive(f.i.step.Params, c)
	for _, u := range c.Uses {
		f.use(u)
	}
	for _, p := range c.Problems {
		f.problem(p)
	}
	for _, add := range c.Adds {
		f.add(add.Column, Add{Expr: &add.Expr}, add.Arg)
	}
	f.drops = append(f.drops, c.Drops...)
	f.order = c.Order
}

// problem passes on a mistake that the component found.
func (f *flow) problem(p component.Problem) {
	f.i.opaque = true
	a := f.i.args
	at := a.at
	if p.Arg != "" {
		at = a.rangeOf(p.Arg)
	}
	if n := slices.IndexFunc(a.params, func(q component.Param) bool { return q.Name == p.Arg }); n >= 0 && p.Arg == "path" {
		path, _ := fieldOf(f.i.step.Params, a.params[n]).(string)
		info, err := os.Stat(funcs.Path(f.l.dir, path))
		switch {
		case path == "":
			f.l.errorAt(diag.Unusable, at, "\"path\" is empty", "Name the file to read.")
			return
		case err != nil:
			f.l.noFile(at, &funcs.FileError{Path: path, Err: reason(err)})
			return
		case info.IsDir():
			f.l.noFile(at, &funcs.FileError{Path: path, Err: errors.New("it is a folder")})
			return
		}
	}
	f.l.errorAt(diag.BadColumns, at, p.Summary, p.Detail)
}

// use checks a column that an argument names.
func (f *flow) use(u component.Use) {
	at := f.i.args.keyRange(u.Arg)
	reader := fmt.Sprintf("the argument %s of %s", argName(u.Arg), f.decl.Name)
	f.used, f.named = append(f.used, u.Column), append(f.named, u.Column)
	if f.decl.Shape != component.Join {
		if c := find(f.in, u.Column); c != nil {
			f.fits(c, u.Want, at, reader, 0)
			return
		}
		f.i.opaque = true
		f.absent(u.Column, at, fmt.Sprintf("Step %q names it in its argument %s.", f.i.addr(), argName(u.Arg)), nil)
		return
	}
	var without []int
	for n := range f.branches {
		if c := find(f.branches[n], u.Column); c == nil {
			without = append(without, n)
		} else if !f.fits(c, u.Want, at, reader, 0) {
			return
		}
	}
	switch {
	case len(without) == 0:
		return
	case len(without) == len(f.branches):
		f.in = slices.Concat(f.branches...) // to offer the nearest name of all
		f.absent(u.Column, at, fmt.Sprintf("Step %q names it in its argument %s.", f.i.addr(), argName(u.Arg)), nil)
	default:
		b := f.i.branches[without[0]]
		f.l.errorAt(diag.UnknownColumn, at, fmt.Sprintf("column %q is not on every branch", u.Column), fmt.Sprintf(
			"The branch %q does not have it; its columns are %s. Only what every branch has can be put into a list.%s",
			b.from.addr(), list(columnNames(b.from.row)), diag.DidYouMean(u.Column, columnNames(b.from.row))),
			diag.Related{Range: b.at, Message: "the branch is read here"})
	}
	f.i.opaque = true
}

func argName(path string) string {
	name, _ := splitPath(path)
	return name
}

// merge computes the row of a join before it combines anything: the columns that the branches share, and those that only
// one of them has. What several branches made apart is left to be combined.
func (f *flow) merge() {
	for _, b := range f.i.branches {
		f.branches = append(f.branches, b.from.row)
		for _, c := range b.from.row {
			if find(f.in, c.Name) == nil {
				f.in = append(f.in, c)
			}
		}
	}
}

// uncombined reports columns that several branches made, each its own, and that the step neither combines nor drops.
func (f *flow) uncombined() {
	var names []string
	var related []diag.Related
	for _, c := range f.in {
		if slices.Contains(f.drops, c.Name) {
			continue
		}
		for _, branch := range f.branches {
			if o := find(branch, c.Name); o != nil && o.origin != c.origin {
				names = append(names, c.Name)
				related = append(related, diag.Related{Range: c.origin.at, Message: fmt.Sprintf("%q is made here", c.Name)})
				if o.origin.at != c.origin.at {
					related = append(related, diag.Related{Range: o.origin.at, Message: fmt.Sprintf("and here, by %q", o.origin.by.addr())})
				}
				break
			}
		}
	}
	if len(names) == 0 {
		return
	}
	f.i.opaque = true
	what, them := fmt.Sprintf("column %q is made on several branches", names[0]), "it"
	if len(names) > 1 {
		what, them = fmt.Sprintf("columns %s are made on several branches", list(quoted(names))), "them"
	}
	f.l.errorAt(diag.Uncombined, f.i.args.rangeOf("columns"), what, fmt.Sprintf(
		"Each branch has its own %s, and one would overwrite the other. Combine %s too, %s = %q, rename %[2]s in the steps with outputs, or leave %[2]s out with keep_columns before the join.",
		list(names), them, names[0], names[0]+"s"), related...)
}
