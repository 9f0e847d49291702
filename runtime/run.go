package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/distigen/distigen/runtime/dataset"
	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/report"
)

// run runs the pipeline once.
func (c command) run(o options) int {
	pipe := &Pipeline{settings: o.settings, base: c.base(o)}
	if code := c.wire(pipe, o.dry); code != exitFine {
		return code
	}
	if o.simulate {
		url, stop, err := c.simulator(pipe.asked(), o.faults)
		if err != nil {
			return c.fail(exitUsage, err)
		}
		defer stop()
		pipe.redirect(url)
	}
	st := newStats(pipe.nodes)
	asks, err := c.endpoints(pipe.asked(), o.simulate, st)
	if err != nil {
		return c.fail(exitFatal, offerSimulator(err))
	}
	if open, ok := asks.(interface{ Close() }); ok {
		defer open.Close()
	}
	if err := c.keepBudget(asks, o, pipe); err != nil {
		return c.fail(exitFatal, err)
	}
	if err := c.readyToPush(o); err != nil {
		return c.fail(exitFatal, err)
	}
	if err := o.goesOn(); err != nil {
		return c.fail(exitUsage, err)
	}
	rec := newRecord(c.program, o, pipe)
	release, err := openFolder(o, rec)
	if err != nil {
		return c.fail(exitFatal, err)
	}
	defer release()
	w := &work{command: c, options: o, pipe: pipe, rec: rec, made: madeBy(rec, asks)}
	if err = w.open(); err == nil {
		st.log = w.log
		st.calls = w.notes.calls
		w.engine = newEngine(context.Background(), asks, w.notes, w.log, st)
		if err = w.startTelemetry(context.Background()); err == nil {
			err = w.openJournal(asks)
		}
		if err == nil {
			err = w.checkSinks(context.Background())
		}
		if err == nil {
			err = w.drive()
		}
	}
	if w.engine == nil {
		return c.fail(exitFatal, err)
	}
	return w.end(err)
}

// wire has the program build its graph and checks it. Nothing is sent where dry is true.
func (c command) wire(pipe *Pipeline, dry bool) int {
	c.program.Wire(pipe)
	pipe.detach(dry)
	if c.program.Lines {
		pipe.writeLines()
	}
	pipe.check()
	if len(pipe.problems) > 0 {
		return c.fail(exitUsage, pipe.problems...)
	}
	if errs := pipe.makeReady(); len(errs) > 0 {
		return c.fail(exitFatal, errs...)
	}
	return exitFine
}

// offerSimulator adds to the failure of a missing key how to do without.
func offerSimulator(err error) error {
	fatal := (*llm.FatalError)(nil)
	if !errors.As(err, &fatal) || fatal.Class != llm.Unauthorized || strings.Contains(err.Error(), "--simulate") {
		return err
	}
	return fmt.Errorf("%w Or add --simulate to try the pipeline without a key, on a simulator", err)
}

// asked lists the models that some step asks.
func (p *Pipeline) asked() []llm.Model {
	var models []llm.Model
	for _, n := range p.nodes {
		if n.task != nil {
			models = append(models, n.task.Model)
		}
	}
	return models
}

// askedRows is asked, with as many requests at once as there may be rows in them.
func (p *Pipeline) askedRows() []llm.Model {
	models := p.asked()
	i := 0
	for _, n := range p.nodes {
		if n.task == nil {
			continue
		}
		if e := n.task.Vectors; e != nil {
			models[i].MaxInFlight = min(e.BatchSize*models[i].MaxInFlight, max(textsUnderWay, models[i].MaxInFlight))
		}
		i++
	}
	return models
}

// redirect sends all requests to another base URL.
func (p *Pipeline) redirect(url string) {
	for _, n := range p.nodes {
		if n.task != nil {
			n.task.Model.BaseURL = url
		}
	}
}

// work is a run under way, with its files.
type work struct {
	command
	options   options
	pipe      *Pipeline
	rec       *record
	made      func() dataset.Made
	out       *output
	notes     *notes
	logFile   *os.File
	log       *slog.Logger
	engine    *engine
	journal   *journal.Journal // nil if no model is asked
	damaged   atomic.Int64     // records of the journal
	notice    chan string      // what the user is to see
	stopSinks func()           // has them send no more; nil before they do
	finishing atomic.Bool      // only the sinks have still something to do
	telemetry Telemetry        // nil: none
	monitor   *monitor
	said      *slog.Logger // what is told on lines of a log
	began     time.Time
}

func (w *work) open() error {
	w.began, w.notice = time.Now(), make(chan string, 16)
	w.said = slog.New(w.options.logHandler(w.stderr))
	var err error
	if err = replaceFile(w.path("run.json"), w.rec); err != nil {
		return unwritable(err)
	}
	if w.logFile, err = os.Create(w.path("run.log")); err != nil {
		return unwritable(err)
	}
	w.log = slog.New(w.options.logHandler(w.logFile))
	w.log.Info("run started", "pipeline", w.rec.Pipeline, "hash", w.rec.Hash, "simulated", w.rec.Simulated, "settings", w.rec.Settings)
	if w.out, err = newOutput(w.options.results(), w.pipe.nodes, w.made); err != nil {
		return err
	}
	w.notes, err = newNotes(w.out, report.NewCalls(w.began), w.pipe.nodes)
	return err
}

func (w *work) path(name string) string { return filepath.Join(w.options.results(), name) }

// drive runs the engine, and meanwhile writes out what is done, shows how it goes, and listens to the user.
func (w *work) drive() error {
	e := w.engine
	e.base, e.spill = w.pipe.base, w.options.results()
	e.limit = rowsUnderWay(w.pipe.askedRows())
	if w.options.dry {
		e.only = 1
	}
	w.monitor = newMonitor(w)
	go w.monitor.forecasts.countSources(e.base)
	ended := make(chan struct{})
	beside := make(chan struct{})
	go func() {
		defer close(beside)
		w.beside(ended)
	}()
	finish := w.startSinks()
	err := e.run(w.pipe.nodes)
	w.finishing.Store(true)
	finish(err != nil && err != e.halted)
	close(ended)
	<-beside
	return err
}

// rowsUnderWay bounds the source rows in work: enough to keep all endpoints busy, and few enough to end them soon.
func rowsUnderWay(models []llm.Model) int {
	if len(models) == 0 {
		return 2 * goruntime.GOMAXPROCS(0)
	}
	most := map[string]int{}
	for _, m := range models {
		at := m.Provider + " " + m.BaseURL
		most[at] = max(most[at], m.MaxInFlight)
	}
	sum := 0
	for _, n := range most {
		sum += n
	}
	return max(64, 4*sum)
}

// textsUnderWay bounds the texts that are embedded at once, whose vectors are in memory.
const textsUnderWay = 1024

// beside does what goes on beside the engine until it ends.
func (w *work) beside(ended <-chan struct{}) {
	show := newProgress(w)
	defer show.end()
	flush := time.NewTicker(time.Second)
	defer flush.Stop()
	memory := newSpareCollector()
	memory.adjust()
	for {
		select {
		case <-ended:
			for len(w.notice) > 0 {
				show.say(<-w.notice)
			}
			return
		case <-flush.C:
			memory.adjust()
			w.flush()
			w.keepRecord()
		case <-show.tick():
			show.draw()
		case text := <-w.notice:
			show.say(text)
		case <-w.interrupts:
			w.interrupt(show)
		}
	}
}

// flush brings to disk what is complete. What there is no room for waits; if it is for long, the journal will stop the run.
func (w *work) flush() {
	if err := w.notes.flush(); err != nil && !journal.NoRoom(err) {
		w.engine.fail(err)
	}
}

// keepRecord brings run.json up to now. It is not worth a stop that it cannot be written.
func (w *work) keepRecord() {
	w.rec.look(w.monitor.look(), w.engine, w.out)
	if err := replaceFile(w.path("run.json"), w.rec); err != nil {
		w.log.Warn("run.json cannot be written", "error", err)
	}
}

// interrupt drains the run the first time and stops it the second.
func (w *work) interrupt(show *progress) {
	if w.finishing.Load() {
		show.say("Interrupted: all rows are in the datasets; what is not sent yet is for the next run.")
		w.log.Warn("interrupted while sending")
		w.rec.Status = interrupted
		w.stopSinks()
		return
	}
	if w.engine.reading.Err() == nil {
		show.say("Interrupted: no new rows are read; the rows under way are finished first. Press Ctrl-C again to stop at once.")
		w.log.Warn("interrupted, draining")
		w.rec.Status = interrupted
		w.engine.drain()
		return
	}
	show.say("Interrupted again: stopping at once.")
	w.letGo()
	w.log.Warn("interrupted again, stopping")
	w.rec.Status = interrupted
	w.engine.cancel()
	w.stopSinks()
}

// end closes the files, tells what came of the run, and returns the exit code.
func (w *work) end(err error) int {
	stopped := err != nil || w.rec.Status == interrupted
	halted := err != nil && err == w.engine.halted
	err = errors.Join(err, w.withRoom(w.notes.finish), w.notes.close(stopped), w.settle(), w.closeJournal())
	w.rec.take(w.engine, w.out)
	if unbalanced := w.engine.ledger.check(); unbalanced != nil {
		err = errors.Join(err, unbalanced)
	}
	code := exitFine
	switch {
	case halted && err.Error() == w.engine.halted.Error(): // and nothing else went wrong
		w.rec.Status, w.rec.Error, code = overBudget, sentence(err.Error()), exitFatal
	case err != nil:
		w.rec.Status, w.rec.Error, code = failed, sentence(err.Error()), exitFatal
	case w.rec.Status == interrupted:
		code = exitInterrupted
	case w.engine.ledger.Unsent > 0:
		w.rec.Status, code = withUnsent, exitUnsent
	case w.rec.Totals.Rejected > 0:
		w.rec.Status, code = withRejects, exitRejects
	default:
		w.rec.Status = finished
	}
	now := time.Now().UTC().Truncate(time.Second)
	w.rec.Finished, w.rec.Totals.Seconds = &now, time.Since(w.began).Seconds()
	written := w.withRoom(func() error { return replaceFile(w.path("run.json"), w.rec) })
	if !stopped {
		written = errors.Join(written, clearDatasets(w.options.results(), w.rec.Datasets))
	}
	written = errors.Join(written, w.withRoom(w.writeCards))
	if written != nil {
		err, code = errors.Join(err, unwritable(written)), exitFatal
	}
	w.writeReport()
	w.log.Info("run ended", "status", w.rec.Status, "written", w.rec.Totals.Written, "rejected", w.rec.Totals.Rejected,
		"calls", w.rec.Totals.Calls, "seconds", w.rec.Totals.Seconds, "error", w.rec.Error)
	w.endTelemetry(err)
	w.logFile.Close()
	if w.options.json() {
		w.said.Info("run ended", "record", w.rec)
	} else {
		fmt.Fprint(w.stdout, summary(w.rec, w.options.results()))
	}
	if err != nil {
		return w.fail(code, err)
	}
	return w.push(code)
}
