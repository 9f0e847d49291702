package runtime

import "fmt"

// Ledger accounts for every row of a run. What came into being is on the first four lines, where it went on the others.
type Ledger struct {
	Source int64 `json:"source"` // rows read
	Made   int64 `json:"made"`   // by expansions and samples, beyond the row they were made of
	Copies int64 `json:"copies"` // by a step that several others read
	Merged int64 `json:"merged"` // into one by joins

	Written    int64 `json:"written"`        // to datasets, once for each
	Sent       int64 `json:"sent,omitempty"` // out of the program, once for each sink; also those that were sent before
	Rejected   int64 `json:"rejected"`
	Filtered   int64 `json:"filtered"`
	Discarded  int64 `json:"discarded"`        // at a join, since the row of another branch was rejected
	Held       int64 `json:"held"`             // at a step that waits for all rows; none when the run is done
	Unsent     int64 `json:"unsent,omitempty"` // to be sent still; at the end, by the next run
	Unfinished int64 `json:"unfinished"`       // under way when the run was stopped
}

func (l *Ledger) add(m Ledger) {
	l.Source += m.Source
	l.Made += m.Made
	l.Copies += m.Copies
	l.Merged += m.Merged
	l.Written += m.Written
	l.Rejected += m.Rejected
	l.Filtered += m.Filtered
	l.Discarded += m.Discarded
	l.Held += m.Held
	l.Sent += m.Sent
	l.Unsent += m.Unsent
	l.Unfinished += m.Unfinished
}

// check returns an error if rows were lost or doubled.
func (l Ledger) check() error {
	in := l.Source + l.Made + l.Copies - l.Merged
	out := l.Written + l.Sent + l.Rejected + l.Filtered + l.Discarded + l.Held + l.Unsent + l.Unfinished
	if in == out {
		return nil
	}
	return fmt.Errorf("the ledger does not balance: %d rows came into being (%d read + %d made + %d copied - %d merged), but "+
		"%d are accounted for (%d written + %d sent + %d rejected + %d filtered + %d discarded + %d held + %d unsent + %d unfinished). Do not trust the "+
		"datasets of this run, and report this as a bug of distigen", in, l.Source, l.Made, l.Copies, l.Merged,
		out, l.Written, l.Sent, l.Rejected, l.Filtered, l.Discarded, l.Held, l.Unsent, l.Unfinished)
}
