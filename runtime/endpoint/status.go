package endpoint

import (
	"fmt"
	"strings"
	"time"
)

// Status is how an endpoint stands.
type Status struct {
	Host        string
	InFlight    int
	Window      int // how many may be in flight now
	MaxInFlight int // as set
	Waiting     int
	// Requests and Tokens are the rates in force, for a minute; 0: none.
	Requests, Tokens float64
	PausedUntil      time.Time // zero: it is not paused; it may lie in the past while a request tries
	Why              string    // what is in force, and why; empty where nothing but MaxInFlight is

	Refused int64 // requests, with 429
	Pauses  int
	Paused  time.Duration // in all
}

// Status tells how the endpoints stand.
func (s *Set) Status() []Status {
	all := make([]Status, len(s.all))
	for i, e := range s.all {
		all[i] = e.gate.status(time.Now())
		all[i].Host = e.shown()
	}
	return all
}

func (g *gate) status(now time.Time) Status {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := Status{InFlight: g.inside, Window: g.window.size, MaxInFlight: g.window.setting, Waiting: len(g.waiting), Requests: 60 * g.pace.requests.rate,
		Tokens: 60 * g.pace.tokens.rate, Refused: g.refused, Pauses: g.closure.count, Paused: g.closure.closed}
	var why []string
	if c := &g.closure; c.on {
		s.PausedUntil = c.until
		s.Paused += now.Sub(c.since)
		text := "paused " + duration(c.until.Sub(now))
		if c.open {
			text = "paused, a request tries"
		}
		why = append(why, text+": "+c.why)
	}
	if text := g.pace.why(); text != "" {
		why = append(why, text)
	}
	if text := g.window.says(); text != "" {
		why = append(why, text)
	}
	s.Why = strings.Join(why, "; ")
	return s
}

// spoken is what was told of the limits in force.
type spoken struct {
	requests, tokens float64
	window           int
}

// report tells of limits that have changed notably.
func (g *gate) report() {
	near := func(a, b float64) bool { return a == b || a > 0 && b > 0 && a/b < 1.25 && b/a < 1.25 }
	p, said := &g.pace, &g.spoken
	if r := p.requests.rate; !near(r, said.requests) || !near(p.tokens.rate, said.tokens) {
		said.requests, said.tokens = r, p.tokens.rate
		text := p.why()
		if text == "" {
			text = "no rate is kept any more: refusals do not depend on it"
		}
		g.news = append(g.news, text)
	}
	if said.window == 0 {
		said.window = g.window.setting
	}
	if w := g.window.size; w < said.window || w > said.window && w == g.window.setting {
		said.window = w
		text := g.window.says()
		if text == "" {
			text = fmt.Sprintf("%d in flight again", w)
		}
		g.news = append(g.news, text)
	}
}
