package hclspec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/contract"
)

// fileFormats are the formats that are no trainer's.
var fileFormats = []string{"parquet", "jsonl", "csv"}

// Contract is what the trainer wants that the dataset is for, with the columns that the user has named; nil: it is for none.
func (s DatasetSettings) Contract() *contract.Contract {
	c := contract.Find(s.Format)
	if c == nil {
		return nil
	}
	return c.With(s.Columns)
}

// FileFormat is the format of the files.
func (s DatasetSettings) FileFormat() string {
	switch {
	case s.Contract() == nil:
		return s.Format
	case s.Files == "":
		return fileFormats[0]
	}
	return s.Files
}

// checkFormatName refuses formats that there are not, and arguments that only some have.
func (l *loader) checkFormatName(d *datasetBlock) {
	if !d.args.ok("format") {
		return
	}
	name := d.params.Format
	if contract.Find(name) == nil && !slices.Contains(fileFormats, name) {
		l.errorAt(diag.NotAllowed, d.args.rangeOf("format"), fmt.Sprintf("%q is not allowed for format", name), unknownFormat(name))
		d.args.failed["format"] = true
		return
	}
	if contract.Find(name) != nil {
		return
	}
	for _, arg := range []string{"files", "columns"} {
		if d.attrs[arg] != nil && d.args.ok(arg) {
			l.errorAt(diag.Contradiction, d.attrs[arg].NameRange, fmt.Sprintf("%s without a trainer", arg), fmt.Sprintf(
				"The argument %s is for datasets whose format is a trainer's, such as \"trl/dpo\", and this one is %q. Leave it out, or name a trainer's format.", arg, name))
		}
	}
}

func unknownFormat(name string) string {
	trainers := map[string][]string{}
	var all []string
	for _, c := range contract.All() {
		trainer, _, _ := strings.Cut(c.Name, "/")
		trainers[trainer] = append(trainers[trainer], c.Name)
		all = append(all, c.Name)
	}
	more := diag.DidYouMean(name, append(all, fileFormats...))
	trainer, _, _ := strings.Cut(name, "/")
	if of := trainers[trainer]; more == "" && len(of) > 0 && len(of) < 10 {
		more = fmt.Sprintf(" Those of this trainer are %s.", list(quoted(of)))
	}
	return fmt.Sprintf("The format is that of the files, %s, or that of a trainer, such as %q. docs/trainers.md lists them all.%s", either(quoted(fileFormats)), "trl/dpo", more)
}

// checkTrainer compares the columns of a dataset with what the trainer reads that it is for.
func (l *loader) checkTrainer(d *datasetBlock) {
	c := d.params.Contract()
	if c == nil || d.step.opaque || !d.args.ok("columns") || !l.checkTrainerColumns(d, c) {
		return
	}
	columns := make([]component.Column, len(d.step.row))
	for i, col := range d.step.row {
		columns[i] = col.Column
	}
	form, problems := c.Choose(columns)
	if form != nil {
		return
	}
	if len(problems) == 0 {
		l.errorAt(diag.TrainerColumns, d.args.rangeOf("columns"), fmt.Sprintf("no form of %s has all these columns", c.Name), fmt.Sprintf(
			"%s reads one of these: %s. Name columns of one of them.", c.Trainer, forms(c)))
		return
	}
	lacking := l.lacking(d, c, problems)
	for _, p := range problems {
		// Where columns are missing, it is a guess that this form is meant.
		if p.Found != nil && (!lacking || c.Renamed[p.Input.Name] != "") {
			l.wrongForTrainer(d, c, p)
		}
	}
}

// checkTrainerColumns refuses names that the trainer does not know, or that the rows do not have.
func (l *loader) checkTrainerColumns(d *datasetBlock, c *contract.Contract) bool {
	fine := true
	for _, input := range slices.Sorted(maps.Keys(d.params.Columns)) {
		if !slices.Contains(c.Inputs(), input) {
			fine = false
			l.errorAt(diag.TrainerColumns, d.args.keyRange("columns."+input), fmt.Sprintf("%s reads no column %q", c.Trainer, input), fmt.Sprintf(
				"In the format %s it reads %s. On the left stands what the trainer calls a column, on the right what the rows do.%s",
				c.Name, list(c.Inputs()), diag.DidYouMean(input, c.Inputs())))
			continue
		}
		if column := d.params.Columns[input]; find(d.step.row, column) == nil {
			fine = false
			f := d.reader(l)
			w := f.why(column, nil)
			l.errorAt(w.code, d.args.rangeOf("columns."+input), w.summary, join(fmt.Sprintf("Dataset %q writes it as %s.", d.name, input), w.detail), w.related...)
		}
	}
	return fine
}

// reader is a step in the place of the dataset, to find out why a column is not there.
func (d *datasetBlock) reader(l *loader) *flow {
	return &flow{l: l, in: d.step.row, i: &instance{block: d.step.block, branches: []branch{{from: d.step}}}}
}

// lacking reports columns that are not there, if there are any.
func (l *loader) lacking(d *datasetBlock, c *contract.Contract, problems []contract.Problem) bool {
	var names, hints []string
	var related []diag.Related
	for _, p := range problems {
		if p.Found != nil {
			continue
		}
		names = append(names, fmt.Sprintf("%s (%s)", p.Input.Name, p.Input.Is.Type()))
		hint, at := l.instead(d, c, p)
		hints = append(hints, hint...)
		related = append(related, at...)
	}
	if len(names) == 0 {
		return false
	}
	detail := fmt.Sprintf("Dataset %q is for %s, which reads %s. The rows of step %q have %s.", d.name, c.Trainer, forms(c), d.step.addr(), list(columnNames(d.step.row)))
	detail = strings.Join(append([]string{detail}, hints...), " ")
	l.errorAt(diag.TrainerLacks, d.formatAt(), fmt.Sprintf("no %s for %s", list(names), c.Name), detail, related...)
	return true
}

// instead finds what could stand for a column that is not there.
func (l *loader) instead(d *datasetBlock, c *contract.Contract, p contract.Problem) (hints []string, related []diag.Related) {
	f := d.reader(l)
	if w, ok := f.gone(p.Column); ok {
		return []string{w.detail}, w.related
	}
	var fitting []string
	for _, col := range d.step.row {
		if col.Type.Fits(p.Input.Is.Type()) && !slices.Contains(c.Inputs(), col.Name) {
			fitting = append(fitting, col.Name)
		}
	}
	near := diag.Nearest(p.Column, fitting)
	if near == "" && len(fitting) == 1 {
		near = fitting[0]
	}
	if col := find(d.step.row, near); col != nil {
		return []string{fmt.Sprintf("If %q is meant, write columns = { %s = %[1]q }.", near, label(p.Input.Name))},
			[]diag.Related{{Range: col.origin.at, Message: fmt.Sprintf("%q is made here", near)}}
	}
	if made := makers(p.Column); made != "" {
		return []string{strings.Replace(strings.TrimSpace(made), "A column of that name", fmt.Sprintf("A column %q", p.Column), 1)}, nil
	}
	return nil, nil
}

// wrongForTrainer reports a column of another type than the trainer reads.
func (l *loader) wrongForTrainer(d *datasetBlock, c *contract.Contract, p contract.Problem) {
	col := find(d.step.row, p.Column)
	at := d.formatAt()
	if c.Renamed[p.Input.Name] != "" {
		at = d.args.rangeOf("columns." + p.Input.Name)
	}
	way := fmt.Sprintf("Make it of such a type, or name another column with columns = { %s = \"...\" }.", label(p.Input.Name))
	if col.Type.Optional && col.Type.NotNull().Fits(p.Input.Is.Type()) {
		way = "It may be null, and the trainer takes no null: with on_error = \"reject\" a step makes no rows without it."
	}
	l.errorAt(diag.TrainerType, at, fmt.Sprintf("column %q is of the wrong type for %s", p.Column, c.Name), fmt.Sprintf(
		"Dataset %q is for %s, which reads %s. Here %s is %s. %s", d.name, c.Trainer, forms(c), p.Column, col.Type, way),
		diag.Related{Range: col.origin.at, Message: fmt.Sprintf("the column %q is made here", p.Column)})
}

// forms lists what a trainer reads.
func forms(c *contract.Contract) string {
	var all []string
	for _, f := range c.Forms {
		var columns []string
		for _, in := range f.Reads {
			if !in.Optional {
				columns = append(columns, fmt.Sprintf("%s (%s)", in.Name, in.Is.Type()))
			}
		}
		all = append(all, list(columns))
	}
	return strings.Join(all, "; or ")
}
