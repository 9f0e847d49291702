package runtime

import (
	"cmp"

	"github.com/distigen/distigen/runtime/llm"
)

// choosing is a step that decides what becomes of the rows that have waited.
type choosing struct {
	engine  *engine
	source  *source
	spill   *spill
	decided []bool // kept or rejected
	reasons map[int]reason
}

type reason struct{ class, message string }

// keep sends a row on, as change makes it.
func (c *choosing) keep(i int, change func(row any) any) error {
	return c.decide(i, func(r *root, row any, id string) error {
		if change != nil {
			changed, err := guard(func() (any, error) { return change(row), nil })
			if err != nil {
				return err
			}
			row = changed
		}
		c.engine.start(r, row, id)
		return nil
	})
}

// reject ends a row of which the step can say nothing.
func (c *choosing) reject(i int, class, message string) error {
	return c.decide(i, func(r *root, row any, id string) error {
		c.engine.rejectRow(token{root: r, id: id, row: row}, c.source.node, &llm.RowError{Class: llm.Class(class), Message: message})
		return nil
	})
}

// decide makes a root of a row, in the order in which rows are decided.
func (c *choosing) decide(i int, do func(r *root, row any, id string) error) error {
	e := c.engine
	if !e.room(c.source) {
		return errEnough
	}
	row, id, from, err := c.spill.at(i)
	if err != nil {
		return unwritable(err)
	}
	l := Ledger{Held: -1}
	if c.decided[i] {
		l = Ledger{Made: 1} // a component may keep a row twice
	}
	r := e.admit(c.source, l)
	if r == nil {
		return errEnough
	}
	c.decided[i] = true
	r.from = from
	return do(r, row, id)
}

// drop says why a row does not go on.
func (c *choosing) drop(i int, class, message string) {
	if c.reasons == nil {
		c.reasons = map[int]reason{}
	}
	c.reasons[i] = reason{class, message}
}

// noReason is the class of rows that a step drops without a word.
const noReason = "dropped"

// dropRest accounts for the rows that do not go on.
func (c *choosing) dropRest() error {
	e, n := c.engine, c.source.node
	if n.global.tells {
		c.waitTurn()
	}
	dropped := int64(0)
	byClass := map[string]int64{}
	for i, decided := range c.decided {
		if decided {
			continue
		}
		dropped++
		if !n.global.tells {
			continue
		}
		why := c.reasons[i]
		why.class = cmp.Or(why.class, noReason)
		byClass[why.class]++
		if err := c.tell(i, why); err != nil {
			return unwritable(err)
		}
	}
	e.stats.of(n, func(s *StepCounts) {
		s.Filtered += dropped
		if len(byClass) > 0 {
			s.FilteredBy = byClass
		}
	})
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ledger.Held -= dropped
	e.ledger.Filtered += dropped
	return nil
}

// waitTurn waits for the steps before this one, so that dropped.jsonl is the same in every run. None of them waits for this one.
func (c *choosing) waitTurn() {
	for _, s := range c.engine.globals {
		if s.node.index < c.source.node.index {
			select {
			case <-s.over:
			case <-c.engine.reading.Done():
			}
		}
	}
}

// tell writes down why a row does not go on.
func (c *choosing) tell(i int, why reason) error {
	to, ok := c.engine.out.(interface{ drop(Dropped) error })
	if !ok {
		return nil
	}
	id, from, err := c.spill.origin(i)
	if err != nil {
		return err
	}
	return to.drop(Dropped{Lineage{ID: id, Source: from.source, Row: from.ordinal + 1, SourceID: from.id, Path: append([]int{}, from.path...)},
		c.source.node.step, why.class, why.message})
}

// Dropped is a line of dropped.jsonl: a row that a step let fall, and why.
type Dropped struct {
	Lineage
	Step    string `json:"step"`
	Class   string `json:"class"`
	Message string `json:"message"`
}
