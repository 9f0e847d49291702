package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/distigen/distigen/cmd/distigen/internal/results"
	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/hub"
	"github.com/distigen/distigen/runtime/report"
)

// hubRows are looked at of each split of a dataset on the Hub.
const hubRows = 10_000

// foreign looks at Parquet files of others.
func (f inspectFlags) foreign(cmd *cobra.Command, name string) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	got := &arriving{w: cmd.ErrOrStderr()}
	snapshot, err := f.find(ctx, name, got)
	if err != nil {
		return err
	}
	done := got.show()
	defer done()
	all, err := results.Foreigners(ctx, snapshot, f.limit)
	if err != nil {
		return fatal(err)
	}
	if len(all) == 0 {
		return failure{exitUsage, fmt.Errorf("there is no run in %s, since it has no run.json, and no Parquet file. Name the output folder of a run, a folder of Parquet files, or NAMESPACE/NAME on the Hub", name)}
	}
	found := make([]*results.Findings, len(all))
	for i, d := range all {
		if found[i], err = d.Examine(f.samples); err != nil {
			return fatal(err)
		}
	}
	done()
	if f.asJSON {
		datasets := []any{}
		for i, d := range all {
			datasets = append(datasets, struct {
				*results.Foreign
				*results.Findings
			}{d, found[i]})
		}
		return printJSON(cmd.OutOrStdout(), map[string]any{"name": snapshot.ID, "commit": snapshot.Commit, "datasets": datasets})
	}
	inspectedForeign(cmd.OutOrStdout(), snapshot, all, found)
	return nil
}

// find finds the folder, the file or the dataset of the Hub that is meant.
func (f *inspectFlags) find(ctx context.Context, name string, got *arriving) (*hub.Snapshot, error) {
	if _, err := os.Stat(name); err == nil {
		if f.revision != "" {
			return nil, failure{exitUsage, fmt.Errorf("--revision is for datasets of the Hub, and %s is on this machine", name)}
		}
		s, err := hub.Local(name)
		return s, fatal(err)
	}
	if hub.CheckID(name) != nil || !strings.Contains(name, "/") {
		return nil, failure{exitUsage, fmt.Errorf("there is no %s, and so no run.json in it. Name the output folder of a run, a folder of Parquet files, or NAMESPACE/NAME on the Hub", name)}
	}
	if f.revision == "" {
		f.revision = "main"
	}
	if err := hub.CheckRevision(f.revision); err != nil {
		return nil, failure{exitUsage, fmt.Errorf("--revision cannot be that: %w", err)}
	}
	if !f.limited {
		f.limit = hubRows
	}
	c, err := hub.FromEnv()
	if err != nil {
		return nil, fatal(err)
	}
	c.Receiving(func(n int) { got.bytes.Add(int64(n)) })
	cache, err := hub.DefaultCache()
	if err != nil {
		return nil, fatal(err)
	}
	s, err := c.Resolve(ctx, name, f.revision, cache)
	if err != nil {
		err = fmt.Errorf("there is no folder %s here, so the Hub was asked: %w", name, err)
	}
	return s, fatal(err)
}

func inspectedForeign(w io.Writer, s *hub.Snapshot, all []*results.Foreign, found []*results.Findings) {
	if s.Commit == "" {
		fmt.Fprintf(w, "Parquet files in %s.\n", runtime.Printable(s.ID))
	} else {
		fmt.Fprintf(w, "Dataset %s on the Hub, at commit %.10s.\n", s.ID, s.Commit)
	}
	for i, d := range all {
		fmt.Fprintf(w, "\nConfig %s\n\n", runtime.Printable(d.Name))
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, p := range d.Splits {
			looked := ""
			if p.Looked < p.Rows {
				looked = fmt.Sprintf(", of which the first %s are looked at", report.Count(p.Looked))
			}
			fmt.Fprintf(t, "  %s\t%s rows in %s, %.1f MB%s\n", runtime.Printable(p.Name), report.Count(p.Rows), plural(p.Files, "file"), float64(p.Bytes)/1e6, looked)
		}
		t.Flush()
		fmt.Fprintln(w)
		for _, c := range d.Columns {
			kind, says := briefly(c.Type), distribution(found[i].Histogram(c.Name))
			if c.Problem != "" {
				kind, says = "-", "not looked at: it "+c.Problem
			}
			fmt.Fprintf(t, "  %s\t%s\t%s\n", oneLine(c.Name), kind, strings.Join(nonEmpty(says, oneLine(c.Doc)), "; "))
		}
		t.Flush()
		tellFindings(w, found[i])
		for _, row := range found[i].Samples {
			tellSample(w, row)
		}
	}
}

func nonEmpty(texts ...string) (all []string) {
	for _, t := range texts {
		if t != "" {
			all = append(all, t)
		}
	}
	return all
}

// arriving shows what comes from the Hub: one line that changes on a terminal, a line every few seconds elsewhere, nothing of what is
// soon there.
type arriving struct {
	w     io.Writer
	bytes atomic.Int64
}

// show begins to, and returns what ends it. What ends it may be called twice.
func (a *arriving) show() (end func()) {
	every, tty := 5*time.Second, false
	if f, ok := a.w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		every, tty = time.Second, true
	}
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-over:
				if tty {
					fmt.Fprint(a.w, "\r\x1b[2K")
				}
				return
			case <-tick.C:
			}
			line := fmt.Sprintf("From the Hub: %.1f MB so far.", float64(a.bytes.Load())/1e6)
			switch {
			case a.bytes.Load() == 0:
			case tty:
				fmt.Fprint(a.w, "\r\x1b[2K"+line)
			default:
				fmt.Fprintln(a.w, line)
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(over)
		<-done
	})
}
