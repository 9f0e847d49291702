package runtime

import (
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// pushShow shows how a push goes: one line that changes on a terminal, a line every few seconds elsewhere.
type pushShow struct {
	mu    sync.Mutex
	o     PushOptions
	log   *slog.Logger
	tty   bool
	drawn bool
	last  time.Time
}

func newPushShow(o PushOptions) *pushShow {
	s := &pushShow{o: o, last: time.Now()}
	f, ok := o.Stderr.(*os.File)
	s.tty = ok && !o.JSON && !o.Quiet && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
	if o.JSON {
		s.log = slog.New(slog.NewJSONHandler(o.Stderr, nil))
	}
	return s
}

// say tells what happens.
func (s *pushShow) say(text string) {
	s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	if text = printable(text); s.log != nil {
		s.log.Info(text)
		return
	}
	fmt.Fprintln(s.o.Stdout, text)
}

func (s *pushShow) progress(done, total int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := fmt.Sprintf("Pushing: %s of %s MB are there.", megabytes(done), megabytes(total))
	switch {
	case s.o.Quiet || total == 0:
	case s.tty:
		fmt.Fprint(s.o.Stderr, "\r\x1b[2K"+line)
		s.drawn = true
	case time.Since(s.last) < every:
	case s.log != nil:
		s.log.Info("pushing", "bytes", done, "of", total)
		s.last = time.Now()
	default:
		fmt.Fprintln(s.o.Stderr, line)
		s.last = time.Now()
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f", float64(n)/1e6) }

// end takes the line that changes off the terminal.
func (s *pushShow) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drawn {
		fmt.Fprint(s.o.Stderr, "\r\x1b[2K")
		s.drawn = false
	}
}
