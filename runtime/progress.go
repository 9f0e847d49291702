package runtime

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"golang.org/x/term"
)

// progress shows how a run goes: a live block on a terminal, a line every few seconds elsewhere, nothing if it is to be
// quiet.
type progress struct {
	out    io.Writer
	tty    *os.File // nil when it is no terminal
	quiet  bool
	stats  *stats
	asks   asks
	began  time.Time
	ticker *time.Ticker
	drawn  int // lines of the live block
	plain  *slog.Logger
	speeds speeds
}

const (
	redraw = 100 * time.Millisecond
	every  = 5 * time.Second
)

func newProgress(w *work) *progress {
	p := &progress{out: w.stderr, quiet: w.options.quiet, stats: w.engine.stats, asks: w.engine.asks, began: w.began}
	if f, ok := w.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.tty = f
	}
	pace := every
	if p.tty != nil {
		pace = redraw
	}
	p.ticker = time.NewTicker(pace)
	p.plain = slog.New(slog.NewTextHandler(p.out, nil))
	return p
}

func (p *progress) tick() <-chan time.Time { return p.ticker.C }

// draw shows the state of now.
func (p *progress) draw() {
	if p.quiet {
		return
	}
	steps := p.stats.snapshot()
	speed := p.speeds.of(time.Since(p.began), steps)
	if p.tty != nil {
		width, height, err := term.GetSize(int(p.tty.Fd()))
		if err != nil {
			width, height = 80, 24
		}
		var limits []string
		for _, line := range limitLines(p.asks) {
			limits = append(limits, fit(line, width-1))
		}
		p.block(append(live(steps, speed, width, height-len(limits)), limits...))
		return
	}
	for i, s := range steps {
		p.plain.Info("progress", "step", s.Step, "done", s.Out, "in_flight", s.active, "rejected", s.Rejected,
			"rows_per_second", round(speed[i].rows), "tokens_per_second", round(speed[i].tokens))
	}
	logLimits(p.plain, p.asks)
}

// block puts lines into the place of those drawn last.
func (p *progress) block(lines []string) {
	text := ""
	if p.drawn > 0 {
		text = fmt.Sprintf("\r\x1b[%dA", p.drawn) // from the left: a Ctrl-C that was typed has moved the cursor
	}
	for _, line := range lines {
		text += "\r\x1b[2K" + line + "\n"
	}
	io.WriteString(p.out, text+"\x1b[J")
	p.drawn = len(lines)
}

// say prints a message, above the live block if there is one.
func (p *progress) say(message string) {
	if p.drawn > 0 {
		p.block(nil)
	}
	fmt.Fprintln(p.out, message)
	if p.tty != nil {
		p.draw()
	}
}

// end shows the last state and leaves it there.
func (p *progress) end() {
	p.ticker.Stop()
	p.draw()
}
