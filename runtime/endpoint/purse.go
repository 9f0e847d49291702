package endpoint

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// Budget caps what is spent in the folder of a journal, by all of its runs. A field that is 0 is no cap.
type Budget struct {
	MaxUSD   float64 // US dollars
	MaxCalls int     // requests that are sent, also those that fail
}

// Spent is what has been spent, and the caps. Money is an upper bound where requests failed that may be billed.
type Spent struct {
	Calls, MaxCalls     int64
	NanoUSD, MaxNanoUSD int64
}

// purse lets requests be sent as long as the caps hold. What a request can cost at the worst is reserved before it is sent.
// What the journal does not have of it is noted there beforehand, as a bound for the next run should this one be killed.
type purse struct {
	settled bell // rung when a reservation is over

	mu       sync.Mutex
	cap      amount // 0: none
	stored   amount // replies that are in the journal
	lost     amount // sent, and not in the journal
	reserved amount
	noted    amount                     // bound of what is lost and reserved
	note     func(journal.Amount) error // makes one durable; nil: there is no journal
}

type amount = journal.Amount

func plus(a, b amount) amount {
	return amount{Calls: a.Calls + b.Calls, NanoUSD: a.NanoUSD + b.NanoUSD}
}
func minus(a, b amount) amount {
	return amount{Calls: a.Calls - b.Calls, NanoUSD: a.NanoUSD - b.NanoUSD}
}

// within reports whether an amount keeps both caps.
func within(a, most amount) bool {
	return (most.Calls == 0 || a.Calls <= most.Calls) && (most.NanoUSD == 0 || a.NanoUSD <= most.NanoUSD)
}

// reserve waits until a request that may cost so much can be sent. If it never can, it returns a *llm.StopError.
func (p *purse) reserve(ctx context.Context, worst amount) error {
	for {
		rung := p.settled.listen()
		p.mu.Lock()
		all := plus(plus(p.stored, p.lost), p.reserved)
		if within(plus(all, worst), p.cap) {
			err := p.lease(worst)
			if err == nil {
				p.reserved = plus(p.reserved, worst)
			}
			p.mu.Unlock()
			return err
		}
		over := p.reserved.Calls == 0
		p.mu.Unlock()
		if over {
			return p.stop(all, worst)
		}
		select {
		case <-rung:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// lease has the journal note that so much more may be spent than it has, and some in advance, so that this is seldom done.
func (p *purse) lease(worst amount) error {
	now := plus(plus(p.lost, p.reserved), worst)
	if p.note == nil || now.Calls <= p.noted.Calls && now.NanoUSD <= p.noted.NanoUSD {
		return nil
	}
	ahead := amount{Calls: now.Calls + max(4, p.reserved.Calls/4), NanoUSD: now.NanoUSD + max(4*worst.NanoUSD, p.reserved.NanoUSD/4)}
	if left := minus(p.cap, p.stored); p.cap.Calls > 0 {
		ahead.Calls = max(now.Calls, min(ahead.Calls, left.Calls))
	}
	if left := minus(p.cap, p.stored); p.cap.NanoUSD > 0 {
		ahead.NanoUSD = max(now.NanoUSD, min(ahead.NanoUSD, left.NanoUSD))
	}
	if err := p.note(ahead); err != nil {
		return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("What may be spent cannot be noted in the journal: %v.", err), Err: err,
			Remedy: "Mend that and run again: what was stored before is not asked for again."}
	}
	p.noted = ahead
	return nil
}

// settle ends a reservation: so much of it is in the journal, and so much is lost.
func (p *purse) settle(worst, stored, lost amount) {
	p.mu.Lock()
	p.reserved = minus(p.reserved, worst)
	p.stored = plus(p.stored, stored)
	p.lost = plus(p.lost, lost)
	p.mu.Unlock()
	p.settled.ring()
}

// close notes what is lost in truth.
func (p *purse) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	bound := plus(p.lost, p.reserved)
	if p.note == nil || bound == p.noted {
		return nil
	}
	p.noted = bound
	return p.note(bound)
}

func (p *purse) spent() Spent {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := plus(p.stored, p.lost)
	return Spent{all.Calls, p.cap.Calls, all.NanoUSD, p.cap.NanoUSD}
}

// stop says that the budget does not reach any further.
func (p *purse) stop(spent, worst amount) error {
	e := &llm.StopError{Remedy: "Nothing of it is lost: the same command with a higher cap goes on, such as "}
	if p.cap.Calls > 0 && spent.Calls+worst.Calls > p.cap.Calls {
		e.Message = fmt.Sprintf("The budget is spent: %d of %d calls (max_calls).", spent.Calls, p.cap.Calls)
		e.Remedy += fmt.Sprintf("--max-calls %d.", 2*p.cap.Calls)
		return e
	}
	e.Message = fmt.Sprintf("The budget is spent: %s of %s USD (max_usd), and the next request may cost up to %s.", money(spent.NanoUSD), money(p.cap.NanoUSD), money(worst.NanoUSD))
	e.Remedy += fmt.Sprintf("--max-usd %s.", money(max(2*p.cap.NanoUSD, 2*worst.NanoUSD)))
	return e
}

// money prints billionths of a dollar, rounded up to what can be told apart.
func money(nano int64) string {
	if nano == 0 {
		return "0.00"
	}
	digits := 2
	for unit := int64(10_000_000); digits < 9 && nano < 100*unit; unit /= 10 {
		digits++
	}
	unit := math.Pow10(digits)
	return fmt.Sprintf("%.*f", digits, math.Ceil(float64(nano)/1e9*unit-1e-6)/unit)
}

// capOf is a budget in whole numbers.
func capOf(b Budget) amount {
	return amount{Calls: int64(b.MaxCalls), NanoUSD: int64(math.Floor(b.MaxUSD*1e9 + 1e-6))}
}
