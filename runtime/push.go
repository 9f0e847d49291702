package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"
)

// Hub is where the datasets of finished runs are pushed to. The package publish has one; a program links it only if its pipeline
// has a hub block.
type Hub interface {
	// Targets says where each dataset goes.
	Targets() []Pushed
	// Ready finds out whether they can be pushed, before anything is paid for.
	Ready(ctx context.Context) error
	// Push pushes datasets from the folder of a finished run. It returns what became of them, also with an error.
	Push(ctx context.Context, from PushFrom) ([]Pushed, error)
}

// PushFrom is what a run tells the Hub.
type PushFrom struct {
	Dir      string                  // of the results of a run
	Datasets []string                // of the run
	Say      func(text string)       // shows what happens
	Progress func(done, total int64) // is told from time to time how many bytes are there
}

// Pushed is where a dataset goes, and what became of it: an entry in run.json.
type Pushed struct {
	Dataset  string `json:"dataset"`
	Repo     string `json:"repo_id"`
	Revision string `json:"revision,omitempty"`
	Private  *bool  `json:"private,omitempty"`
	License  string `json:"license,omitempty"`
	Commit   string `json:"commit,omitempty"` // empty: it was not pushed
	URL      string `json:"url,omitempty"`
	Sent     int64  `json:"bytes_sent,omitempty"`
	Error    string `json:"error,omitempty"`
}

// PushOptions are what the command line says of a push.
type PushOptions struct {
	Simulated  bool // push simulated data too
	Quiet      bool
	JSON       bool
	Stdout     io.Writer
	Stderr     io.Writer
	Interrupts <-chan os.Signal
}

// errUsage is a failure that is the user's to mend on the command line.
var errUsage = errors.New("usage")

// pushes reports whether this run is to push its datasets at its end.
func (c command) pushes(o options, simulated bool) bool {
	return c.program.Hub != nil && !o.noPush && !o.dry && (!simulated || o.pushSimulated)
}

// readyToPush finds out what would keep the datasets from being pushed, while nothing is paid for yet.
func (c command) readyToPush(o options) error {
	if !c.pushes(o, o.simulate) {
		return nil
	}
	if err := c.program.Hub.Ready(context.Background()); err != nil {
		return fmt.Errorf("%w. Or add --no-push, and push the finished data later", trimmed(err))
	}
	return nil
}

// trimmed is an error without a full stop at its end, so that more can follow.
func trimmed(err error) error {
	if text, ok := strings.CutSuffix(err.Error(), "."); ok {
		return errors.New(text)
	}
	return err
}

// push pushes the datasets of a run that has just ended, and returns the exit code.
func (w *work) push(code int) int {
	o := PushOptions{Quiet: w.options.quiet, JSON: w.options.json(), Stdout: w.stdout, Stderr: w.stderr, Interrupts: w.interrupts}
	show := newPushShow(o)
	switch {
	case w.program.Hub == nil || w.options.dry || w.options.noPush || code != exitFine && code != exitRejects:
		return code
	case !w.pushes(w.options, w.rec.Simulated):
		show.say("Not pushed to the Hub: the data are simulated. With --push-simulated they are pushed all the same.")
		return code
	}
	failure := pushRecord(w.program.Hub, w.options.results(), w.rec, o, show)
	switch {
	case errors.Is(failure, context.Canceled):
		return w.fail(exitInterrupted, fmt.Errorf("the push was interrupted. %s", w.later()))
	case failure != nil:
		return w.fail(exitFatal, fmt.Errorf("%w. The data are whole in %s. %s", trimmed(failure), filepath.Join(w.options.results(), "datasets"), w.later()))
	}
	return code
}

func (w *work) later() string {
	return fmt.Sprintf("To push them later: distigen push %s", w.options.results())
}

// pushLater is the command push: it pushes what an earlier run has made.
func (c command) pushLater(o options) int {
	c.json = o.json()
	if c.program.Hub == nil {
		return c.fail(exitUsage, errors.New("the pipeline of this program has no hub block. Add one and build again, or name the place: distigen push FOLDER --repo NAMESPACE/NAME"))
	}
	code, err := PushRun(func([]Pushed) Hub { return c.program.Hub }, o.out, PushOptions{Simulated: o.pushSimulated, Quiet: o.quiet, JSON: o.json(),
		Stdout: c.stdout, Stderr: c.stderr, Interrupts: c.interrupts})
	if err != nil {
		return c.fail(code, err)
	}
	return code
}

// PushRun pushes the datasets of a finished run, by the run.json in its folder. The exit code is 0 if there is no error.
func PushRun(hub func([]Pushed) Hub, dir string, o PushOptions) (code int, err error) {
	rec, err := earlier(dir)
	if err != nil {
		return exitUsage, fmt.Errorf("the folder %s holds no run: %w. Name the output folder of one", dir, err)
	}
	switch {
	case rec.DryRun:
		return exitUsage, fmt.Errorf("the folder %s holds a dry run, which makes no data to push. Run the pipeline", dir)
	case rec.Status != finished && rec.Status != withRejects:
		return exitUsage, fmt.Errorf("the run in %s is not finished: it is %s. Run the pipeline again, it goes on where it was stopped; then push", dir, rec.Status)
	case rec.Simulated && !o.Simulated:
		return exitUsage, fmt.Errorf("the data in %s are simulated. With --push-simulated they are pushed all the same", dir)
	}
	release, err := lock(dir)
	if err != nil {
		return exitFatal, err
	}
	defer release()
	err = pushRecord(hub(rec.Hub), dir, rec, o, newPushShow(o))
	switch {
	case errors.Is(err, errUsage):
		return exitUsage, err
	case errors.Is(err, context.Canceled):
		return exitInterrupted, errors.New("the push was interrupted. The same command again goes on: what the Hub has is not sent again")
	case err != nil:
		return exitFatal, err
	}
	return exitFine, nil
}

// pushRecord pushes, and notes in run.json what came of it.
func pushRecord(hub Hub, dir string, rec *record, o PushOptions, show *pushShow) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-o.Interrupts:
			show.say("Interrupted: the push stops. What is sent stays sent.")
			stop()
		case <-ended:
		}
	}()
	from := PushFrom{Dir: dir, Say: show.say, Progress: show.progress}
	for _, set := range rec.Datasets {
		from.Datasets = append(from.Datasets, set.Name)
	}
	pushed, err := hub.Push(ctx, from)
	show.end()
	if len(pushed) > 0 {
		rec.Hub = pushed
		if written := replaceFile(filepath.Join(dir, "run.json"), rec); written != nil && err == nil {
			show.say(fmt.Sprintf("run.json cannot be written: %v.", written))
		}
	}
	if ctx.Err() != nil && err != nil {
		return context.Canceled
	}
	return err
}

// pushShow shows how a push goes: one line that changes on a terminal, a line every few seconds elsewhere.
type pushShow struct {
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
	if text = printable(text); s.log != nil {
		s.log.Info(text)
		return
	}
	fmt.Fprintln(s.o.Stdout, text)
}

func (s *pushShow) progress(done, total int64) {
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
	if s.drawn {
		fmt.Fprint(s.o.Stderr, "\r\x1b[2K")
		s.drawn = false
	}
}

// UnknownDataset is the error of a dataset that the run has not.
func UnknownDataset(name string, there []string) error {
	slices.Sort(there)
	return fmt.Errorf("%w: the run has no dataset %s%s. It has %s", errUsage, name, didYouMean(name, there), strings.Join(there, ", "))
}
