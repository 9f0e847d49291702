package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// HubOff is a hub block that was off when the program was made: nothing in it pushes the dataset.
type HubOff struct {
	Dataset string `json:"dataset"`
	Enabled string `json:"enabled"` // the condition that was false, as the pipeline has it
}

func (h HubOff) String() string {
	return fmt.Sprintf("the hub block of dataset %s is off. Its enabled, %s, is false.", h.Dataset, h.Enabled)
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

// badUsage is a failure that is the user's to mend on the command line.
type badUsage struct{ error }

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
	case w.program.Hub == nil || w.options.dry || w.options.noPush || code != exitFine && code != exitRejects && code != exitUnsent:
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
	if c.program.Hub == nil && len(c.program.HubOff) > 0 {
		return c.fail(exitUsage, fmt.Errorf("%s It was so when this program was built: build it again with it on, or name the place: distigen push FOLDER --repo NAMESPACE/NAME", c.program.HubOff[0]))
	}
	if c.program.Hub == nil {
		return c.fail(exitUsage, errors.New("the pipeline of this program has no hub block. Add one and build again, or name the place: distigen push FOLDER --repo NAMESPACE/NAME"))
	}
	code, err := PushRun(func([]Pushed, []string) (Hub, error) { return c.program.Hub, nil }, o.out, PushOptions{Simulated: o.pushSimulated,
		Quiet: o.quiet, JSON: o.json(), Stdout: c.stdout, Stderr: c.stderr, Interrupts: c.interrupts})
	if err != nil {
		return c.fail(code, err)
	}
	return code
}

// PushRun pushes the datasets of a finished run, by the run.json in its folder. to says where, by what the record and the names of
// the datasets say. The exit code is 0 if there is no error.
func PushRun(to func(targets []Pushed, datasets []string) (Hub, error), dir string, o PushOptions) (code int, err error) {
	rec, err := earlier(dir)
	if err != nil {
		return exitUsage, fmt.Errorf("the folder %s holds no run: %w. Name the output folder of one", dir, err)
	}
	switch {
	case rec.DryRun:
		return exitUsage, fmt.Errorf("the folder %s holds a dry run, which makes no data to push. Run the pipeline", dir)
	case rec.Status != finished && rec.Status != withRejects && rec.Status != withUnsent:
		return exitUsage, fmt.Errorf("the run in %s is not finished, but %s. Run the pipeline again, it goes on where it was stopped; then push", dir, rec.Status)
	case rec.Simulated && !o.Simulated:
		return exitUsage, simulatedData(dir)
	}
	hub, err := to(rec.Hub, rec.datasetNames())
	if err != nil {
		return exitUsage, err
	}
	release, err := lock(dir)
	if err != nil {
		return exitFatal, err
	}
	defer release()
	return ended(pushRecord(hub, dir, rec, o, newPushShow(o)))
}

func simulatedData(dir string) error {
	return fmt.Errorf("the data in %s are simulated. With --push-simulated they are pushed all the same", dir)
}

// enterPushed notes what became of datasets, and keeps what is known of others.
func (r *record) enterPushed(pushed []Pushed) {
	others := slices.DeleteFunc(slices.Clone(r.Hub), func(old Pushed) bool {
		return slices.ContainsFunc(pushed, func(p Pushed) bool { return p.Dataset == old.Dataset })
	})
	r.Hub = append(others, pushed...)
}

func (r *record) datasetNames() (names []string) {
	for _, set := range r.Datasets {
		names = append(names, set.Name)
	}
	return names
}

// PushFolder pushes the folder of one dataset, which may be there without the run that it is of.
func PushFolder(dir string, o PushOptions, push func(context.Context, PushFrom) error) (code int, err error) {
	var set struct{ Simulated bool }
	if text, err := os.ReadFile(filepath.Join(dir, "dataset.json")); err == nil && json.Unmarshal(text, &set) == nil && set.Simulated && !o.Simulated {
		return exitUsage, simulatedData(dir)
	}
	show := newPushShow(o)
	ctx, stop := o.interruptible(show)
	defer stop()
	err = push(ctx, PushFrom{Dir: dir, Say: show.say, Progress: show.progress})
	show.end()
	if ctx.Err() != nil && err != nil {
		err = context.Canceled
	}
	return ended(err)
}

// ended gives the end of a push its exit code.
func ended(err error) (code int, _ error) {
	switch {
	case errors.As(err, new(badUsage)):
		return exitUsage, err
	case errors.Is(err, context.Canceled):
		return exitInterrupted, errors.New("the push was interrupted. The same command again goes on: what the Hub has is not sent again")
	case err != nil:
		return exitFatal, err
	}
	return exitFine, nil
}

// interruptible is a context that ends with the first Ctrl-C.
func (o PushOptions) interruptible(show *pushShow) (ctx context.Context, stop func()) {
	ctx, stop = context.WithCancel(context.Background())
	go func() {
		select {
		case <-o.Interrupts:
			show.say("Interrupted: the push stops. What is sent stays sent.")
			stop()
		case <-ctx.Done():
		}
	}()
	return ctx, stop
}

// pushRecord pushes, and notes in run.json what came of it.
func pushRecord(hub Hub, dir string, rec *record, o PushOptions, show *pushShow) error {
	ctx, stop := o.interruptible(show)
	defer stop()
	pushed, err := hub.Push(ctx, PushFrom{Dir: dir, Datasets: rec.datasetNames(), Say: show.say, Progress: show.progress})
	show.end()
	if len(pushed) > 0 {
		rec.enterPushed(pushed)
		if written := replaceFile(filepath.Join(dir, "run.json"), rec); written != nil && err == nil {
			show.say(fmt.Sprintf("run.json cannot be written: %v.", written))
		}
	}
	if ctx.Err() != nil && err != nil {
		return context.Canceled
	}
	return err
}

// UnknownDataset is the error of a dataset that the run has not.
func UnknownDataset(name string, there []string) error {
	there = slices.Sorted(slices.Values(there))
	return badUsage{fmt.Errorf("the run has no dataset %s, but %s%s", name, strings.Join(there, ", "), didYouMean(name, there))}
}
