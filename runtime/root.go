package runtime

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/distigen/distigen/runtime/llm"
)

// root is a source row with all that came of it. It keeps the rows that wait for their partners at a join, and the rows
// and rejects that are done, until nothing of it is under way any more; then they are written, in order of path.
type root struct {
	source  *source
	ordinal int64 // from 0
	from    from

	mu      sync.Mutex
	active  int // tokens under way
	ledger  Ledger
	joins   map[joinKey]*partial
	rows    []written
	rejects []reject
	waits   bool // for an earlier one to be written
	parked  bool // and its rows are on disk meanwhile

	settled  chan struct{} // closed when the first request is made, or when all is done
	settling sync.Once
}

// token is one row under way.
type token struct {
	root   *root
	id     string
	path   []int // index in each expansion on the way here
	sample int
	row    any
}

// child is a row made of t, the one at index.
func (t token) child(index int, row any) token {
	path := append(slices.Clip(slices.Clone(t.path)), index)
	return token{root: t.root, id: childID(t.id, index), path: path, row: row}
}

type joinKey struct {
	node *node
	path string
}

// partial is a row of a join of which not all branches are there.
type partial struct {
	first token
	rows  []any
	count int
}

// from is the row of a source that a root comes from, also beyond steps that wait for all rows.
type from struct {
	source  string
	ordinal int64  // from 0
	id      string // of that row
	path    []int  // from there to the root
}

type written struct {
	dataset *node // or a step that waits for all rows
	path    []int
	text    []byte
	id      string

	at   int64 // of the text while it is parked
	size int
}

type reject struct {
	Step    string          `json:"step"`
	RowID   string          `json:"row_id"`
	Source  string          `json:"source"`
	Ordinal int64           `json:"source_row"` // from 1
	File    string          `json:"file,omitempty"`
	Line    int             `json:"line,omitempty"`
	Class   llm.Class       `json:"class"`
	Message string          `json:"message"`
	Reply   string          `json:"reply,omitempty"`
	Row     json.RawMessage `json:"row"`
	Text    string          `json:"text,omitempty"` // of the source, where no row could be made of it

	node *node
	path []int
}

func newReject(n *node, t token, e *llm.RowError) reject {
	row, err := encode(t.row)
	if err != nil || t.row == nil {
		row = json.RawMessage("null")
	}
	step := n.step
	if n.verb == "dataset" {
		step = "dataset " + n.step // which no step is called
	}
	return reject{Step: step, RowID: t.id, Source: t.root.from.source, Ordinal: t.root.from.ordinal + 1, File: e.File, Line: e.Line,
		Class: e.Class, Message: e.Message, Reply: e.Reply, Row: row, Text: e.Text, node: n, path: t.path}
}

// settle tells the source that this row has reached a model, or its end.
func (r *root) settle() { r.settling.Do(func() { close(r.settled) }) }

// join puts a token into its place at a join. When it was the last to come, all is true and the rows of all branches are
// returned, with the token that goes on: the one of the first branch, whichever came last.
func (r *root) join(n *node, slot int, t token) (first token, rows []any, all bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := joinKey{n, pathKey(t.path)}
	p := r.joins[key]
	if p == nil {
		p = &partial{rows: make([]any, len(n.inputs))}
		r.joins[key] = p
	}
	p.rows[slot] = t.row
	if slot == 0 {
		p.first = t
	}
	p.count++
	if p.count < len(n.inputs) {
		return token{}, nil, false
	}
	delete(r.joins, key)
	r.ledger.Merged += int64(p.count - 1)
	return p.first, p.rows, true
}

// end brings what is done into the order in which it is written, and accounts for the rows that wait in vain. It is an
// error if there is no reject that explains why they do.
func (r *root) end() (discarded map[*node]int64, err error) {
	waiting := int64(0)
	discarded = map[*node]int64{}
	for key, p := range r.joins {
		waiting += int64(p.count)
		discarded[key.node] += int64(p.count)
	}
	if r.ledger.Unfinished > 0 {
		r.ledger.Unfinished += waiting
		discarded = nil
	} else {
		r.ledger.Discarded += waiting
		if waiting > 0 && len(r.rejects) == 0 && r.ledger.Filtered == 0 {
			err = r.unpaired(discarded)
		}
	}
	slices.SortStableFunc(r.rows, func(a, b written) int {
		return cmp.Or(a.dataset.index-b.dataset.index, slices.Compare(a.path, b.path))
	})
	slices.SortStableFunc(r.rejects, func(a, b reject) int {
		return cmp.Or(slices.Compare(a.path, b.path), a.node.index-b.node.index)
	})
	return discarded, err
}

func (r *root) unpaired(discarded map[*node]int64) error {
	for n, count := range discarded {
		return &llm.FatalError{Class: llm.StepFailed,
			Message: fmt.Sprintf("At the join %s, %d rows of source row %d found no partner.", n.step, count, r.from.ordinal+1),
			Remedy:  "Join branches that descend from the same rows: an expansion on one of them makes rows that the others lack."}
	}
	return nil
}

func pathKey(path []int) string {
	key := make([]byte, 0, 4*len(path))
	for _, i := range path {
		key = append(key, byte(i>>24), byte(i>>16), byte(i>>8), byte(i))
	}
	return string(key)
}

// rowError is the failure of a row that err means: its own class, or step_failed.
func rowError(err error) *llm.RowError {
	if e := (*llm.RowError)(nil); errors.As(err, &e) {
		return e
	}
	return &llm.RowError{Class: llm.StepFailed, Message: err.Error(), Err: err}
}
