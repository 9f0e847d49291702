package endpoint

import (
	"fmt"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// ending is how a try ended, as far as the endpoint is concerned.
type ending struct {
	failure *failure // nil: there is a reply
	dead    bool     // nothing listens
	quota   quota
	step    string
	took    time.Duration
	reply   int // tokens of the reply
	tokens  int // of all
}

// verdict is what follows for the request.
type verdict struct {
	free bool          // the failure does not count
	wait time.Duration // until the endpoint takes requests again, if it is closed
	over time.Duration // not 0: how long it was waited for in vain
}

// hear takes in how a try ended, as soon as it is known.
func (g *gate) hear(p *pass, t *trouble, e ending) verdict {
	g.mu.Lock()
	defer g.unlock()
	now := time.Now()
	p.heard = true
	g.pace.hear(e.quota, now)
	if e.failure == nil || e.failure.status > 0 {
		g.breaker.answered = true
	}
	g.pace.correct(p.at, p.tokens, e.tokens)
	var v verdict
	switch f := e.failure; {
	case f == nil:
		g.serves(p, e, now)
	case f.class == llm.RateLimited:
		v = g.refuses(p, t, f, now)
	case f.class == llm.ServerError, f.class == llm.Timeout, f.class == llm.Connection:
		v = g.fails(p, t, e, now)
	case f.class == llm.BadResponse:
		v = g.babbles(p, f, now)
	default: // of this request alone
		g.works(p, now)
	}
	if g.closure.on {
		v.wait = max(g.closure.until.Sub(now), 0)
	}
	g.report()
	g.changed()
	return v
}

func (g *gate) serves(p *pass, e ending, now time.Time) {
	g.breaker.served++
	a := g.replies[e.step]
	if a == nil {
		a = &average{}
		g.replies[e.step] = a
	}
	a.add(float64(e.reply))
	g.works(p, now)
	g.window.reply(p.group, e.step, e.reply, e.took)
	p.group = nil
}

// works is for an answer that shows that the endpoint works.
func (g *gate) works(p *pass, now time.Time) {
	g.breaker.alive()
	if c := &g.closure; c.on && !c.busy && !p.at.Before(c.since) {
		g.reopen(now)
	}
	g.passes(p, now)
}

// passes is for a request that was not refused.
func (g *gate) passes(p *pass, now time.Time) {
	if g.closure.on && g.closure.busy && p.probe {
		g.reopen(now)
	}
	g.through++
	g.passed = now
	g.pace.pass(p.number, now)
}

// refuses is for a 429.
func (g *gate) refuses(p *pass, t *trouble, f *failure, now time.Time) verdict {
	g.refused++
	g.breaker.alive()
	known := g.pace.known()
	tells := g.pace.refuse(p.number, p.at, now)
	c := &g.closure
	if c.on && !c.busy && p.probe {
		g.reopen(now)
	}
	row := g.pace.learned.inRow
	switch {
	case c.on && p.probe:
		if g.outage > 0 && now.Sub(c.since) >= g.outage {
			return verdict{over: now.Sub(c.since)}
		}
		c.row++
		g.close(true, f.after, c.why, now)
	case c.on:
		c.row++
		c.before-- // it was counted as under way
	case !tells: // it was sent before the rate was in force
	case !known && f.after > 0 && row >= g.pace.closes(1), row >= g.pace.closes(inRow), row >= g.pace.closes(3) && f.after > 0:
		if !known {
			g.window.shrink(p.group, "status 429")
		}
		why := "status 429"
		if row > 1 {
			why += " " + times(row) + " in a row"
		}
		g.close(true, f.after, why, now)
	case known:
		g.pace.slower(now)
	}
	return verdict{free: g.isMatterOfTime(t, now) && (g.outage > 0 || now.Sub(g.passed) < time.Minute)}
}

const (
	strikesOut = 10
	strikeTime = 90 * time.Second // longer than a limit of a minute takes to be lifted
)

// isMatterOfTime reports whether a refused request only has to wait until it gets through, since others do. If it is refused
// again and again where others are not, it is the request that is refused.
func (g *gate) isMatterOfTime(t *trouble, now time.Time) bool {
	if t.refused == 0 {
		t.since = now
	}
	if t.refused > 0 && g.through >= t.refused && g.pace.learned.refusedShare() < 0.5 || t.strikes >= 2 {
		t.strikes++
	}
	t.refused = g.through + 1
	return (g.through > 0 || g.pending > 1) && (t.strikes < strikesOut || now.Sub(t.since) < strikeTime)
}

// fails is for an endpoint that answers with an error of its own, or not at all.
func (g *gate) fails(p *pass, t *trouble, e ending, now time.Time) verdict {
	if e.failure.status > 0 {
		g.passes(p, now)
	}
	if e.failure.class == llm.Timeout && !g.closure.on {
		g.window.shrink(p.group, "replies did not come in time")
	}
	c := &g.closure
	isDown := g.breaker.failure(t, e.dead, g.inside, g.pending, now)
	switch {
	case g.outage == 0 || !c.on && !isDown:
		return verdict{}
	case c.on && p.probe:
		if lasted := now.Sub(c.since); lasted >= g.longest() {
			return verdict{over: lasted}
		}
		g.close(false, e.failure.after, c.why, now)
	case !c.on:
		g.close(false, e.failure.after, cause(e)+" "+times(g.breaker.row)+" in a row", now)
	}
	return verdict{free: true}
}

// cause is a failure in two words.
func cause(e ending) string {
	switch f := e.failure; {
	case e.dead:
		return "no connection"
	case f.class == llm.Timeout:
		return "no reply in time"
	case f.class == llm.Connection:
		return "a broken connection"
	default:
		return fmt.Sprintf("status %d", f.status)
	}
}

// babbles is for what is no answer of an API.
func (g *gate) babbles(p *pass, f *failure, now time.Time) verdict {
	g.passes(p, now)
	switch c := &g.closure; {
	case !p.probe || !c.on:
	case now.Sub(c.since) >= g.longest():
		return verdict{over: now.Sub(c.since)}
	default:
		g.close(false, f.after, c.why, now)
		return verdict{free: true}
	}
	return verdict{}
}
