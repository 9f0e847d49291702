package results

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/journal"
)

const (
	mostTold   = 5 // rows that an error names
	nearEnough = 4 // letters that an id has to share with one that is near
)

// missing says of an id that no row at an end has what else is known of it: which rows were made of it, which steps asked about it, or
// which ids are near.
func (r *Run) missing(id string) error {
	var made, near []string
	best := nearEnough
	for _, d := range append(slices.Clone(r.Datasets), nil) {
		err := r.eachLineage(d, func(row int64, l runtime.Lineage) error {
			if slices.ContainsFunc(l.Ancestors(), func(a string) bool { return strings.HasPrefix(a, id) }) {
				made = append(made, rowName(d, row, l))
			}
			switch n := shared(l.ID, id); {
			case n > best:
				best, near = n, []string{l.ID}
			case n == best && !slices.Contains(near, l.ID):
				near = append(near, l.ID)
			}
			return nil
		})
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if len(made) > 0 {
		return fmt.Errorf("the row with the id %s is in no dataset itself, but what was made of it is: %s. Name one of these", id, someOf(made))
	}
	steps, err := r.asked(id)
	if err != nil {
		return err
	}
	if len(steps) > 0 {
		return fmt.Errorf("the row with the id %s is in no dataset, and was not rejected: a later step has filtered it out, or the run was stopped before its end. %s asked a model about it: distigen journal list shows the replies", id, someOf(steps))
	}
	text := fmt.Sprintf("no row has an id that begins with %q", id)
	if len(near) > 0 {
		text += ". Near it are " + someOf(near)
	}
	return fmt.Errorf("%s. Name a row by its number in a dataset, such as %s:1, or by the row_id of rejects.jsonl", text, cmp.Or(r.first(), "default"))
}

func rowName(d *Dataset, row int64, l runtime.Lineage) string {
	if d == nil {
		return l.ID + " among the rejects"
	}
	return fmt.Sprintf("%s:%d", d.Name, row)
}

// shared is how many letters two texts begin with in common.
func shared(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// asked are the steps that asked a model about a row.
func (r *Run) asked(id string) (steps []string, err error) {
	dir := runtime.JournalIn(r.Dir, r.Simulated)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	err = journal.Scan(dir, func(e *journal.Entry, _ int64) error {
		if !e.Mark && strings.HasPrefix(e.Row, id) && r.Order(e.Step) >= 0 && !slices.Contains(steps, e.Step) {
			steps = append(steps, e.Step)
		}
		return nil
	}, func(journal.Damage) {})
	slices.SortFunc(steps, func(a, b string) int { return r.Order(a) - r.Order(b) })
	return steps, err
}

func someOf(all []string) string {
	if len(all) > mostTold {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:mostTold], ", "), len(all)-mostTold)
	}
	return strings.Join(all, ", ")
}
