package runtime

import (
	"time"

	"github.com/distigen/distigen/runtime/endpoint"
)

// view is how a run stands.
type view struct {
	after     time.Duration // since the start
	steps     []StepCounts
	speed     []speed
	endpoints []endpoint.Status
	spent     endpoint.Spent // with the budget
	totals    totals
	simulated bool
	forecast  *forecast // nil: it cannot be told yet
}

// monitor looks at a run under way.
type monitor struct {
	began     time.Time
	stats     *stats
	simulated bool
	limits    limited // nil: there are none
	forecasts forecaster
	speeds    speeds
}

func newMonitor(w *work) *monitor {
	m := &monitor{began: w.began, stats: w.engine.stats, simulated: w.rec.Simulated, forecasts: forecaster{nodes: w.pipe.nodes}}
	if w.options.dry {
		m.forecasts.only = 1
	}
	m.limits, _ = w.engine.asks.(limited)
	return m
}

// look is not for several goroutines at once.
func (m *monitor) look() view {
	v := view{after: time.Since(m.began), steps: m.stats.snapshot(), simulated: m.simulated}
	v.totals = sum(v.steps)
	if m.limits != nil {
		v.endpoints, v.spent = m.limits.Status(), m.limits.Spent()
	}
	m.speeds.add(v.after, v.steps)
	v.speed = m.speeds.each(speedWindow)
	if left, ok := m.forecasts.remaining(m.stats.byNode()); ok {
		v.forecast = m.forecast(v, left)
	}
	return v
}

// forecast is nil while it is too early.
func (m *monitor) forecast(v view, left remaining) *forecast {
	todo := left.rows
	var done float64 // a second
	for _, s := range m.speeds.each(forecastWindow) {
		if left.calls > 0 {
			done += s.calls
		} else {
			done += s.rows
		}
	}
	if left.calls > 0 {
		todo = left.calls
	}
	if todo > 0 && done == 0 {
		return nil
	}
	f := &forecast{Calls: v.totals.Calls + int64(left.calls+0.5), USD: v.totals.USD + left.usd}
	if todo > 0 {
		f.SecondsLeft = todo / done
	}
	return f
}

// speed is how fast a step goes, in a second.
type speed struct{ rows, calls, tokens float64 }

// speeds measures over the last seconds.
type speeds struct{ past []sample }

type sample struct {
	at    time.Duration
	steps []StepCounts
}

const (
	speedWindow    = 10 * time.Second
	forecastWindow = time.Minute
)

// add takes the state at a time since the start.
func (s *speeds) add(at time.Duration, steps []StepCounts) {
	if n := len(s.past); n < 2 || at-s.past[n-2].at >= time.Second/2 {
		s.past = append(s.past, sample{at, steps})
	} else {
		s.past[n-1] = sample{at, steps}
	}
	for len(s.past) > 2 && at-s.past[1].at >= forecastWindow {
		s.past = s.past[1:]
	}
}

// each returns the speed of each step of late.
func (s *speeds) each(window time.Duration) []speed {
	now := s.past[len(s.past)-1]
	first := now
	for i := len(s.past) - 1; i >= 0; i-- {
		if first = s.past[i]; now.at-first.at >= window {
			break
		}
	}
	got := make([]speed, len(now.steps))
	seconds := (now.at - first.at).Seconds()
	if seconds <= 0 {
		return got
	}
	for i, n := range now.steps {
		then := first.steps[i]
		got[i] = speed{float64(n.Out-then.Out) / seconds, float64(n.Calls-then.Calls) / seconds,
			float64(n.PromptTokens+n.CompletionTokens-then.PromptTokens-then.CompletionTokens) / seconds}
	}
	return got
}
