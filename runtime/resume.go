package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// goesOn refuses to go on with a run that is not there.
func (o options) goesOn() error {
	if o.command != "resume" && !o.retry {
		return nil
	}
	if _, err := os.Stat(o.journal()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no run in %s to go on with. Start one with run, or name its folder with --out", o.out)
	}
	return nil
}

// openJournal has all replies go through the journal of the folder.
func (w *work) openJournal(asks asks) error {
	set, ok := asks.(interface {
		Use(j endpoint.Journal, anew bool) error
	})
	if !ok || len(w.pipe.asked()) == 0 {
		return nil
	}
	dir := w.options.journal()
	if w.options.fresh {
		if err := w.putAside(dir); err != nil {
			return err
		}
	}
	j, err := journal.Open(dir, journal.Options{Damage: w.damage, Stalled: w.stalled})
	if err != nil {
		return &llm.FatalError{Class: llm.StepFailed, Message: sentence(err.Error()), Err: err,
			Remedy: "Mend that, choose another folder with --out, or start over with --fresh."}
	}
	w.journal = j
	w.log.Info("journal opened", "entries", j.Len())
	return set.Use(j, w.options.retry)
}

// putAside keeps a journal that is not gone on with: it is paid for.
func (w *work) putAside(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	to := dir + "-" + time.Now().UTC().Format("20060102T150405Z")
	if err := os.Rename(dir, to); err != nil {
		return unwritable(err)
	}
	w.log.Info("journal put aside", "folder", to)
	w.tell("The journal of the earlier run is now in " + to + ". Remove it if you do not need its replies any more.")
	return nil
}

// tell has a text shown, unless there are too many already.
func (w *work) tell(text string) {
	select {
	case w.notice <- text:
	default:
	}
}

func (w *work) damage(d journal.Damage) {
	w.damaged.Add(1)
	w.log.Warn("journal damaged", "offset", d.Offset, "bytes", d.Bytes, "reason", d.Reason)
	if !d.Tail {
		w.tell(fmt.Sprintf("A record of the journal is damaged, and its reply will be asked for again: %s.", d.Reason))
	}
}

func (w *work) stalled(err error) {
	if err == nil {
		w.log.Info("replies can be stored again")
		w.tell("Replies can be stored again; the run goes on.")
		return
	}
	w.log.Warn("replies cannot be stored", "error", err)
	w.tell(fmt.Sprintf("Paused, since replies cannot be stored: %v. Make room; the run goes on by itself.", err))
}

func (w *work) closeJournal() error {
	if w.journal == nil {
		return nil
	}
	err := w.journal.Close()
	t := w.journal.Totals()
	w.rec.Journal = journalRecord{t.Calls, float64(t.NanoUSD) / 1e9, t.Unpriced, w.damaged.Load()}
	return err
}
