package runtime

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// speed is how fast a step goes.
type speed struct{ rows, tokens float64 }

// speeds measures over the last few seconds.
type speeds struct{ past []sample }

type sample struct {
	at    time.Duration
	steps []StepCounts
}

const speedWindow = 10 * time.Second

// of takes the state at a time since the start, and returns the speed of each step.
func (s *speeds) of(at time.Duration, steps []StepCounts) []speed {
	if len(s.past) == 0 || at-s.past[len(s.past)-1].at >= time.Second/2 {
		s.past = append(s.past, sample{at, steps})
	}
	for len(s.past) > 2 && at-s.past[1].at >= speedWindow {
		s.past = s.past[1:]
	}
	got := make([]speed, len(steps))
	first := s.past[0]
	seconds := (at - first.at).Seconds()
	if seconds <= 0 {
		return got
	}
	for i, now := range steps {
		then := first.steps[i]
		got[i].rows = float64(now.Out-then.Out) / seconds
		got[i].tokens = float64(now.PromptTokens+now.CompletionTokens-then.PromptTokens-then.CompletionTokens) / seconds
	}
	return got
}

// live is the live block: a heading and a line for each step, in the width and height of the terminal. Where there are
// more steps than lines, those that have nothing in flight are left out first.
func live(steps []StepCounts, speed []speed, width, height int) []string {
	const heading = "step%s   done  in flight  rejected  rows/s  tokens/s"
	name := len("step")
	for _, s := range steps {
		name = max(name, len([]rune(printable(s.Step))))
	}
	name = min(name, max(len("step"), width-len(heading)+len("step%s")-1))
	lines := []string{fit(fmt.Sprintf("%-*s  %7s %10s %9s %7s %9s", name, "step", "done", "in flight", "rejected", "rows/s", "tokens/s"), width-1)}
	room := height - 2
	idle := max(0, len(steps)-room)
	for i, s := range steps {
		if idle > 0 && s.active == 0 {
			idle--
			continue
		}
		if len(lines) > room {
			break
		}
		step := printable(s.Step)
		lines = append(lines, fit(fmt.Sprintf("%s%s  %7s %10s %9s %7s %9s", fit(step, name), pad(name-len([]rune(step))),
			number(s.Out), number(s.active), number(s.Rejected), rate(speed[i].rows), rate(speed[i].tokens)), width-1))
	}
	return lines
}

func pad(n int) string { return strings.Repeat(" ", max(0, n)) }

func rate(f float64) string {
	if f >= 100 {
		return number(int64(f))
	}
	return fmt.Sprintf("%.1f", f)
}

func round(f float64) float64 { return math.Round(f*10) / 10 }
