package hclspec

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/funcs"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// derive has the component compute the columns that depend on its arguments and on the incoming row.
func (f *flow) derive() {
	a := f.i.args
	if f.isRows() {
		f.literalRows()
		return
	}
	f.formulas()
	if f.decl.Derive == nil && f.decl.Settle == nil {
		return
	}
	for _, p := range a.params {
		if !a.ok(p.Name) && (p.Fixed || p.Required && p.Name != "model" || f.decl.Shape == component.Source) {
			f.i.opaque = true
			return
		}
	}
	c := &component.Columns{In: plainColumns(f.in), Dir: f.l.root().dir, Inputs: map[string]component.Column{}}
	for _, r := range f.reads {
		if in := find(f.in, r.Column); in != nil {
			c.Inputs[r.Input] = in.Column
		}
	}
	for n, b := range f.i.branches {
		if f.decl.Shape == component.Join {
			c.Branches = append(c.Branches, component.Branch{Label: b.from.addr(), Columns: plainColumns(f.branches[n])})
		}
	}
	if f.decl.Derive != nil {
		f.decl.Derive(f.i.step.Params, c)
	}
	if f.decl.Settle != nil && !f.i.opaque {
		f.i.step.Params = f.decl.Settle(f.i.step.Params, c)
	}
	if f.turned() || f.twice(c.Uses) {
		f.i.opaque = true
		return
	}
	for _, u := range c.Uses {
		f.use(u)
	}
	for _, p := range c.Problems {
		f.problem(p)
	}
	for _, add := range c.Adds {
		if add.Expr.Op == component.Reply {
			f.reply(add)
			continue
		}
		f.add(add.Column, Add{Expr: &add.Expr}, add.Arg)
	}
	f.drops = append(f.drops, c.Drops...)
	f.order = c.Order
}

// reply adds a column that is made of a reply, under the user's name if there is one.
func (f *flow) reply(add component.Add) {
	c := f.ofTask(add.Column)
	c.Name = f.outputs.name(c.Name)
	arg := add.Arg + "." + add.Column.Name
	if _, ok := f.outputs[add.Column.Name]; ok {
		arg = "outputs." + add.Column.Name
	}
	f.add(c, Add{Expr: &add.Expr}, arg)
}

// twice refuses a list that names a column twice.
func (f *flow) twice(uses []component.Use) (found bool) {
	first := map[string]string{}
	for _, u := range uses {
		before, seen := first[u.Column]
		if _, rest := splitPath(u.Arg); !strings.HasPrefix(rest, "[") {
			continue
		} else if !seen {
			first[u.Column] = u.Arg
			continue
		}
		found = true
		f.l.errorAt(diag.SameColumn, f.i.args.rangeOf(u.Arg), fmt.Sprintf("column %q is named twice", u.Column), "It is already in the list. Remove one of the two.",
			diag.Related{Range: f.i.args.rangeOf(before), Message: "the first one is here"})
	}
	return found
}

// turned refuses a map of columns that has the new names first.
func (f *flow) turned() bool {
	there := func(name string) bool {
		if f.decl.Shape != component.Join {
			return find(f.in, name) != nil
		}
		return slices.ContainsFunc(f.branches, func(b []*column) bool { return find(b, name) != nil })
	}
	for _, p := range f.i.args.params {
		if p.Type != namesGo {
			continue
		}
		var right []string
		wrong := 0
		for _, n := range fieldOf(f.i.step.Params, p).(component.Names) {
			near := diag.Nearest(n.From, columnNames(slices.Concat(append(f.branches, f.in)...)))
			if n.To != "" && !there(n.From) && there(n.To) && (near == "" || near == n.To) {
				n.From, n.To = n.To, n.From
				wrong++
			}
			right = append(right, fmt.Sprintf("%s = %q", label(n.From), n.To))
		}
		if wrong > 0 {
			f.l.errorAt(diag.UnknownColumn, f.i.args.rangeOf(p.Name), fmt.Sprintf("%s is the wrong way round", p.Name), fmt.Sprintf(
				"The column of the row comes first, and the name of what is made of it second. Write %s = { %s }.", p.Name, strings.Join(right, ", ")))
			return true
		}
	}
	return false
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
		files, err := source.Files(f.l.root().dir, path)
		var info os.FileInfo
		if err == nil {
			info, err = os.Stat(files[0].Path)
		}
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

// several is a name for a list of what has the name.
func several(name string) string {
	if strings.HasSuffix(name, "s") {
		return "all_" + name
	}
	return name + "s"
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
		list(names), them, label(names[0]), several(names[0])), related...)
}
