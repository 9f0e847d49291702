package results

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/journal"
)

// Birth is how a row came about.
type Birth struct {
	runtime.Lineage
	Dataset string          // empty: the row was rejected
	Number  int64           // in the dataset, from 1
	Columns json.RawMessage // of the row
	Reject  *Reject
	Dropped []runtime.Dropped // why steps did not let it on; it may be in a dataset all the same, by another way
	Replies []*journal.Entry  // in the order of the steps
	Retries []string          // lines of run.log
}

// errFound ends a search.
var errFound = errors.New("found")

// Find finds a row by its number in a dataset, NAME:17, or 17 where there is one dataset; or by its id or how that begins,
// also among the rejects.
func (r *Run) Find(which string) (*Birth, error) {
	name, number := "", which
	if i := strings.LastIndex(which, ":"); i >= 0 {
		name, number = which[:i], which[i+1:]
	}
	n, err := strconv.ParseInt(number, 10, 64)
	isNumber := err == nil && n > 0
	if name == "" && len(number) >= 8 && !r.isRow(n) {
		isNumber = false // an id of digits alone
	}
	if name != "" && !isNumber {
		return nil, fmt.Errorf("%q is no row: the number of a row of dataset %s is from 1", number, name)
	}
	var b *Birth
	if isNumber {
		b, err = r.byNumber(name, n)
	} else {
		b, err = r.byID(strings.ToLower(which))
	}
	if err != nil {
		return nil, err
	}
	return b, r.tell(b)
}

func (r *Run) isRow(n int64) bool { return len(r.Datasets) == 1 && n >= 1 && n <= r.Datasets[0].Rows }

func (r *Run) byNumber(name string, number int64) (*Birth, error) {
	d, err := r.Dataset(name)
	if err != nil {
		return nil, err
	}
	b := &Birth{Dataset: d.Name}
	err = r.eachLineage(d, func(row int64, l runtime.Lineage) error {
		if row == number {
			b.Lineage, b.Number = l, row
			return errFound
		}
		return nil
	})
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s does not say where the rows of %s come from: a run of an earlier version of distigen wrote it", r.Dir, d.Name)
	case errors.Is(err, errFound):
		return b, nil
	case err != nil:
		return nil, err
	}
	return nil, fmt.Errorf("dataset %s has %d rows, and no row %d", d.Name, d.Rows, number)
}

func (r *Run) byID(id string) (*Birth, error) {
	var found []*Birth
	search := func(d *Dataset) error {
		err := r.eachLineage(d, func(row int64, l runtime.Lineage) error {
			if strings.HasPrefix(l.ID, id) {
				b := &Birth{Lineage: l, Number: row}
				if d != nil {
					b.Dataset = d.Name
				}
				found = append(found, b)
			}
			return nil
		})
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	}
	for _, d := range r.Datasets {
		if err := search(d); err != nil {
			return nil, err
		}
	}
	if err := search(nil); err != nil {
		return nil, err
	}
	if len(found) == 0 && id != "" {
		dropped, err := r.dropped(id)
		if err != nil {
			return nil, err
		}
		for _, d := range dropped {
			found = append(found, &Birth{Lineage: d.Lineage})
		}
	}
	switch {
	case id == "":
		return nil, errors.New("the name of a row is empty. Name a row by its number in a dataset, or by its id")
	case len(found) == 0:
		return nil, r.missing(id)
	case slices.ContainsFunc(found, func(b *Birth) bool { return b.ID != found[0].ID }):
		return nil, fmt.Errorf("%d rows have an id that begins with %q. Write more of it", len(found), id)
	}
	return found[0], nil
}

func (r *Run) first() string {
	if len(r.Datasets) == 0 {
		return ""
	}
	return r.Datasets[0].Name
}

// tell enters what is known of a row.
func (r *Run) tell(b *Birth) error {
	var err error
	if b.Dropped, err = r.dropped(b.ID); err != nil {
		return err
	}
	if b.Dataset != "" {
		d, _ := r.Dataset(b.Dataset)
		if b.Columns, err = d.Row(b.Number); err != nil {
			return err
		}
	} else if err = r.rejected(b); err != nil {
		return err
	}
	ids := b.Ancestors()
	if b.Replies, err = r.replies(ids, b.Path); err != nil {
		return err
	}
	b.Retries, err = r.retries(ids)
	return err
}

// dropped reads why steps did not let rows on whose id begins so.
func (r *Run) dropped(id string) (found []runtime.Dropped, err error) {
	f, err := os.Open(runtime.DroppedIn(r.Dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := json.NewDecoder(f)
	for lines.More() {
		var d runtime.Dropped
		if err := lines.Decode(&d); err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", f.Name(), err)
		}
		if strings.HasPrefix(d.ID, id) && r.Order(d.Step) >= 0 {
			found = append(found, d)
		}
	}
	slices.SortStableFunc(found, func(a, b runtime.Dropped) int { return r.Order(a.Step) - r.Order(b.Step) })
	return found, nil
}

func (r *Run) rejected(b *Birth) error {
	for reject, err := range r.EachReject() {
		if err != nil {
			return err
		}
		if reject.RowID == b.ID {
			b.Reject, b.Columns = &reject, reject.Row
		}
	}
	return nil
}

// replies are those in the journal that the rows on the way had.
func (r *Run) replies(ids []string, path []int) (all []*journal.Entry, err error) {
	place := map[string]int{}
	for i, id := range ids {
		place[id] = i
	}
	latest := map[journal.Key]*journal.Entry{}
	dir := runtime.JournalIn(r.Dir, r.Simulated)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	err = journal.Scan(dir, func(e *journal.Entry, _ int64) error {
		i, ok := place[e.Row]
		if !ok || e.Mark || r.Order(e.Step) < 0 {
			return nil
		}
		if r.Samples(e.Step) && i < len(path) && path[i] != e.Sample {
			return nil // of which another row was made
		}
		latest[e.Key] = e
		return nil
	}, func(journal.Damage) {})
	for _, e := range latest {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *journal.Entry) int {
		return cmp.Or(r.Order(a.Step)-r.Order(b.Step), a.Sample-b.Sample, a.Round-b.Round, a.Attempt-b.Attempt, a.Time.Compare(b.Time))
	})
	return all, err
}

// retries are the lines of the log on requests for these rows that were sent again.
func (r *Run) retries(ids []string) (lines []string, err error) {
	text, err := os.ReadFile(filepath.Join(r.Dir, "run.log"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, "request tried again") && !strings.Contains(line, "model asked again") {
			continue
		}
		if slices.ContainsFunc(ids, func(id string) bool { return strings.Contains(line, id) }) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines, err
}
