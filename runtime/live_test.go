package runtime

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestLiveBlockFitsTheTerminal(t *testing.T) {
	steps := []StepCounts{{Step: "load", Out: 1234567}, {Step: "generate[\x1b[31mred]\u202e", Out: 5, Rejected: 2, active: 3}, {Step: "判断判断判断判断判断", Out: 1}}
	for width := 1; width < 120; width++ {
		for height := 2; height < 8; height++ {
			lines := live(steps, make([]speed, 3), width, height)
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
	wide := strings.Join(live(steps, []speed{{}, {1.25, 1000}, {}}, 120, 20), "\n")
	for _, part := range []string{"1,234,567", "generate[[31mred]", "1.2", "1,000", "in flight"} {
		if !strings.Contains(wide, part) {
			t.Errorf("%q is not in\n%s", part, wide)
		}
	}
}

func TestIdleStepsAreLeftOutFirst(t *testing.T) {
	steps := []StepCounts{{Step: "a"}, {Step: "b", active: 1}, {Step: "c"}, {Step: "d", active: 1}}
	lines := strings.Join(live(steps, make([]speed, 4), 100, 4), "\n")
	if strings.Contains(lines, "\na ") || !strings.Contains(lines, "\nb ") || !strings.Contains(lines, "\nd ") {
		t.Errorf("lines are\n%s", lines)
	}
	if lines := live(steps, make([]speed, 4), 100, 5); len(lines) != 4 || strings.HasPrefix(lines[1], "a ") {
		t.Errorf("lines are %q", lines)
	}
}

func TestBlockIsDrawnOverTheLast(t *testing.T) {
	var b bytes.Buffer
	p := progress{out: &b}
	p.block([]string{"one", "two"})
	b.Reset()
	p.block([]string{"three"})
	if got, want := b.String(), "\r\x1b[2A\r\x1b[2Kthree\n\x1b[J"; got != want {
		t.Errorf("drawn is %q", got)
	}
}

func TestSpeeds(t *testing.T) {
	var s speeds
	at := func(seconds int, rows int64) float64 {
		return s.of(time.Duration(seconds)*time.Second, []StepCounts{{Out: rows, PromptTokens: 10 * rows}})[0].rows
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
