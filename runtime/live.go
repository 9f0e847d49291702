package runtime

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/endpoint"
)

// column is a column of the live block.
type column struct {
	heading string
	width   int
	text    func(StepCounts, speed) string
}

var liveColumns = []column{
	{"done", 9, func(c StepCounts, _ speed) string { return number(c.Out) }},
	{"in flight", 9, func(c StepCounts, _ speed) string { return count(c.InFlight) }},
	{"waiting", 7, func(c StepCounts, _ speed) string { return count(c.Waiting) }},
	{"retried", 7, func(c StepCounts, _ speed) string { return count(c.Retries) }},
	{"rejected", 8, func(c StepCounts, _ speed) string { return count(c.Rejected) }},
	{"rows/s", 7, func(_ StepCounts, s speed) string { return rate(s.rows) }},
	{"tokens/s", 8, func(_ StepCounts, s speed) string { return rate(s.tokens) }},
}

// nameRoom is how wide the names of steps can be before columns are left out.
const nameRoom = 20

// live is the live block, in the width and height of the terminal: a line for each step, one for each endpoint, and one for the
// whole. Where there are more lines than room, steps that have nothing to do are left out first.
func live(v view, width, height int) []string {
	name := len("step")
	for _, s := range v.steps {
		name = max(name, columnsWide(printable(s.Step)))
	}
	shown, used := liveColumns, 0
	for i, c := range liveColumns {
		if used += 2 + c.width; used+min(name, nameRoom) > width-1 {
			shown = liveColumns[:i]
			used -= 2 + c.width
			break
		}
	}
	name = max(1, min(name, width-1-used))
	row := func(step string, text func(column) string) string {
		line := fit(step, name)
		line += pad(name - columnsWide(line))
		for _, c := range shown {
			line += fmt.Sprintf("  %*s", c.width, text(c))
		}
		return fit(line, width-1)
	}
	lines := []string{row("step", func(c column) string { return c.heading })}
	foot := make([]string, 0, len(v.endpoints)+1)
	for _, e := range v.endpoints {
		foot = append(foot, fit(limits(e), width-1))
	}
	foot = append(foot, fit(overall(v), width-1))
	room := height - 1 - len(lines) - len(foot)
	if room < 1 { // the last line is the one that tells most
		foot = foot[len(foot)-1:]
		room = height - 1 - len(lines) - len(foot)
	}
	idle := max(0, len(v.steps)-room)
	for i, s := range v.steps {
		if idle > 0 && s.active == 0 {
			idle--
			continue
		}
		if len(lines) > room {
			break
		}
		lines = append(lines, row(printable(s.Step), func(c column) string { return c.text(s, v.speed[i]) }))
	}
	return append(lines, foot...)[:max(1, min(len(lines)+len(foot), height-1))]
}

// limits is the line of an endpoint.
func limits(e endpoint.Status) string {
	text := fmt.Sprintf("%s: %d of %d in flight", printable(e.Host), e.InFlight, e.Window)
	if e.Waiting > 0 {
		text += fmt.Sprintf(", %s waiting", number(int64(e.Waiting)))
	}
	if e.Why != "" {
		text += "; " + printable(e.Why)
	}
	return text
}

// overall is the line of the whole run.
func overall(v view) string {
	text := clock(v.after)
	f := v.forecast
	if f == nil {
		f = &forecast{}
	}
	if f.SecondsLeft > 0 {
		text += ", about " + clock(time.Duration(f.SecondsLeft*float64(time.Second))) + " left"
	}
	text += "; " + plural(v.totals.Calls, "call")
	if f.Calls > v.totals.Calls {
		text += " of about " + number(f.Calls)
	}
	if v.totals.Calls > v.totals.Unpriced {
		text += "; " + usd(v.totals.USD)
		if f.USD > v.totals.USD {
			text += " of about " + usd(f.USD)
		}
		if v.simulated {
			text += " if it were real"
		}
	}
	switch {
	case v.totals.Unpriced == 0:
	case v.totals.Unpriced == v.totals.Calls:
		text += "; price not known"
	default:
		text += fmt.Sprintf("; price of %s not known", plural(v.totals.Unpriced, "call"))
	}
	if s := v.spent; s.MaxNanoUSD > 0 {
		text += fmt.Sprintf("; budget %s of %s", usd(float64(s.NanoUSD)/1e9), usd(float64(s.MaxNanoUSD)/1e9))
	}
	if s := v.spent; s.MaxCalls > 0 {
		text += fmt.Sprintf("; budget %s of %s", number(s.Calls), plural(s.MaxCalls, "call"))
	}
	return text
}

// clock is a time as a clock shows it: 0:07, 12:30, 1:02:03.
func clock(d time.Duration) string {
	s := int64(d.Seconds())
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

func pad(n int) string { return strings.Repeat(" ", max(0, n)) }

func rate(f float64) string {
	switch {
	case f == 0:
		return "-"
	case f >= 100:
		return number(int64(f))
	}
	return fmt.Sprintf("%.1f", f)
}

func round(f float64) float64 { return math.Round(f*10) / 10 }
