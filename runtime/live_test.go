package runtime

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/endpoint"
)

func TestLiveBlockFitsTheTerminal(t *testing.T) {
	steps := []StepCounts{{Step: "load", Out: 1234567}, {Step: "generate[\x1b[31mred]\u202e", Out: 5, Rejected: 2, active: 3}, {Step: "判断判断判断判断判断", Out: 1}}
	v := view{steps: steps, speed: make([]speed, 3), endpoints: []endpoint.Status{{Host: "api.example\x1b", InFlight: 3, Window: 8, Why: "paced"}},
		totals: totals{Calls: 12, USD: 0.5}, forecast: &forecast{Calls: 100, USD: 4, SecondsLeft: 61}}
	for width := 1; width < 120; width++ {
		for height := 2; height < 8; height++ {
			lines := live(v, width, height)
			if len(lines) > max(1, height-1) {
				t.Fatalf("%d lines in a terminal of %d", len(lines), height)
			}
			for _, l := range lines {
				columns := 0
				for _, r := range l {
					if columns++; r >= 0x1100 {
						columns++
					}
				}
				if columns >= max(1, width) || strings.ContainsAny(l, "\x1b\u202e\n") {
					t.Fatalf("line %q in a terminal of %d", l, width)
				}
			}
		}
	}
	v.speed[1] = speed{rows: 1.25, tokens: 1000}
	wide := strings.Join(live(v, 120, 20), "\n")
	for _, part := range []string{"1,234,567", "generate[[31mred]", "1.2", "1,000", "in flight", "api.example: 3 of 8 in flight; paced",
		"0:00, about 1:01 left; 12 calls of about 100; 0.5000 USD of about 4.00 USD"} {
		if !strings.Contains(wide, part) {
			t.Errorf("%q is not in\n%s", part, wide)
		}
	}
}

func TestIdleStepsAreLeftOutFirst(t *testing.T) {
	steps := []StepCounts{{Step: "a"}, {Step: "b", active: 1}, {Step: "c"}, {Step: "d", active: 1}}
	v := view{steps: steps, speed: make([]speed, 4)}
	lines := strings.Join(live(v, 100, 5), "\n")
	if strings.Contains(lines, "\na ") || !strings.Contains(lines, "\nb ") || !strings.Contains(lines, "\nd ") {
		t.Errorf("lines are\n%s", lines)
	}
	if lines := live(v, 100, 6); len(lines) != 5 || strings.HasPrefix(lines[1], "a ") {
		t.Errorf("lines are %q", lines)
	}
}

func TestBlockIsDrawnOverTheLast(t *testing.T) {
	var b bytes.Buffer
	p := progress{out: &b}
	p.block([]string{"one", "two"}, 80)
	b.Reset()
	p.block([]string{"three"}, 80)
	if got, want := b.String(), "\r\x1b[2A\r\x1b[2Kthree\n\x1b[J"; got != want {
		t.Errorf("drawn is %q", got)
	}
	b.Reset()
	p.block(nil, 2) // where three stands on three rows now
	if got, want := b.String(), "\r\x1b[3A\x1b[J"; got != want {
		t.Errorf("drawn is %q", got)
	}
}

func TestSpeeds(t *testing.T) {
	var s speeds
	at := func(seconds int, rows int64) float64 {
		s.add(time.Duration(seconds)*time.Second, []StepCounts{{Out: rows, PromptTokens: 10 * rows}})
		return s.each(speedWindow)[0].rows
	}
	if at(0, 0) != 0 || at(2, 10) != 5 {
		t.Errorf("the speed at the start is wrong")
	}
	for i := range 30 {
		at(3+i, 10)
	}
	if got := at(34, 10); got != 0 {
		t.Errorf("rows of long ago count: %v rows a second", got)
	}
}

func TestTexts(t *testing.T) {
	if got := printable("a\x1b[2Jb\rc\td\u200b\x00"); got != "a[2Jbc d" {
		t.Errorf("printable makes %q", got)
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := number(n); got != want {
			t.Errorf("%d is printed %s", n, got)
		}
	}
}
