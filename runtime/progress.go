package runtime

import (
	"fmt"
	"io"
	"log/slog"
	"math"
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
	json   bool
	look   *monitor
	ticker *time.Ticker
	drawn  []string // lines of the live block
	plain  *slog.Logger
}

const (
	redraw = 100 * time.Millisecond
	every  = 5 * time.Second
)

func newProgress(w *work) *progress {
	p := &progress{out: w.stderr, quiet: w.options.quiet, json: w.options.json(), look: w.monitor, plain: w.said}
	if f, ok := w.stderr.(*os.File); ok && !p.json && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.tty = f
	}
	pace := every
	if p.tty != nil {
		pace = redraw
	}
	p.ticker = time.NewTicker(pace)
	return p
}

func (p *progress) tick() <-chan time.Time { return p.ticker.C }

// draw shows the state of now.
func (p *progress) draw() {
	if p.quiet {
		return
	}
	v := p.look.look()
	if p.tty != nil {
		width, height := p.size()
		p.block(live(v, width, height), width)
		return
	}
	for i, s := range v.steps {
		p.plain.Info("progress", "step", s.Step, "done", s.Out, "in_flight", s.InFlight, "waiting", s.Waiting, "retried", s.Retries,
			"rejected", s.Rejected, "rows_per_second", round(v.speed[i].rows), "tokens_per_second", round(v.speed[i].tokens))
	}
	for _, e := range v.endpoints {
		if e.InFlight == 0 && e.Why == "" {
			continue
		}
		p.plain.Info("progress", "endpoint", e.Host, "in_flight", e.InFlight, "window", e.Window, "waiting", e.Waiting, "limits", e.Why)
	}
	whole := []any{"calls", v.totals.Calls, "usd", v.totals.USD, "calls_unpriced", v.totals.Unpriced}
	if s := v.spent; s.MaxCalls+s.MaxNanoUSD > 0 {
		whole = append(whole, "budget_usd", float64(s.NanoUSD)/1e9, "max_usd", float64(s.MaxNanoUSD)/1e9, "budget_calls", s.Calls, "max_calls", s.MaxCalls)
	}
	if f := v.forecast; f != nil {
		whole = append(whole, "expected_calls", f.Calls, "expected_usd", f.USD, "seconds_left", math.Ceil(f.SecondsLeft))
	}
	p.plain.Info("progress", whole...)
}

// block puts lines into the place of those drawn last.
func (p *progress) block(lines []string, width int) {
	text := ""
	if up := rowsOf(p.drawn, width); up > 0 {
		text = fmt.Sprintf("\r\x1b[%dA", up) // from the left: a Ctrl-C that was typed has moved the cursor
	}
	for _, line := range lines {
		text += "\r\x1b[2K" + line + "\n"
	}
	io.WriteString(p.out, text+"\x1b[J")
	p.drawn = lines
}

// rowsOf is how many rows lines take on a terminal that may have become narrower since they were drawn.
func rowsOf(lines []string, width int) (rows int) {
	for _, line := range lines {
		rows += max(1, (columnsWide(line)+width-1)/max(1, width))
	}
	return rows
}

// size is that of the terminal.
func (p *progress) size() (width, height int) {
	if p.tty != nil {
		if width, height, err := term.GetSize(int(p.tty.Fd())); err == nil && width > 0 && height > 0 {
			return width, height
		}
	}
	return 80, 24
}

// say prints a message, above the live block if there is one.
func (p *progress) say(message string) {
	if len(p.drawn) > 0 {
		width, _ := p.size()
		p.block(nil, width)
	}
	if p.json {
		p.plain.Warn(message)
		return
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
