package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/journal"
)

// journalOf says which journal a command works on, and which of its entries.
type journalOf struct {
	simulated bool
	step, row string
	limit     int
	asJSON    bool
	entries   int
	damaged   int
}

func newJournal() *cobra.Command {
	var of journalOf
	cmd := &cobra.Command{
		Use: "journal", Short: "Look at the replies that a run has stored",
		Long: `Every reply of a model is in the journal of the output folder before it is used, under the hash of what was asked: endpoint,
request, row and sample. It is what makes a run go on where it was stopped. FOLDER is the output folder, ./out if it is
left out.`,
		Example: `  distigen journal list                       the replies, in the order in which they came
  distigen journal list --step judge --limit 5 maths-1
  distigen journal show 3fa9                  one of them, with its request
  distigen journal verify                     is every record whole?
  distigen journal compact                    without what is damaged or superseded`,
		Args: noSuchCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().BoolVar(&of.simulated, "simulated", false, "the journal of simulated runs, which stands apart")
	list := &cobra.Command{Use: "list [FOLDER]", Short: "List the replies", Args: cobra.MaximumNArgs(1),
		Example: "  distigen journal list --step judge\n  distigen journal list --json | jq -r .text",
		RunE:    func(cmd *cobra.Command, args []string) error { return of.list(cmd, args) }}
	list.Flags().StringVar(&of.step, "step", "", "only those of a `STEP`, or of an instance")
	list.Flags().StringVar(&of.row, "row", "", "only those of a row, by its `ID` or how that begins")
	list.Flags().IntVar(&of.limit, "limit", 0, "at most so many; 0 lists all")
	list.Flags().BoolVar(&of.asJSON, "json", false, "print a JSON object to a line, with texts and requests")
	show := &cobra.Command{Use: "show KEY [FOLDER]", Short: "Show one reply with its request", Args: cobra.RangeArgs(1, 2),
		Example: "  distigen journal show 3fa9",
		RunE:    func(cmd *cobra.Command, args []string) error { return of.show(cmd, args[0], args[1:]) }}
	verify := &cobra.Command{Use: "verify [FOLDER]", Short: "Check that every record is whole", Args: cobra.MaximumNArgs(1),
		Example: "  distigen journal verify maths-1",
		RunE:    func(cmd *cobra.Command, args []string) error { return of.verify(cmd, args) }}
	compact := &cobra.Command{Use: "compact [FOLDER]", Short: "Write the journal anew, without what is damaged or superseded",
		Args: cobra.MaximumNArgs(1), Example: "  distigen journal compact maths-1",
		RunE: func(cmd *cobra.Command, args []string) error { return of.compact(cmd, args) }}
	cmd.AddCommand(list, show, verify, compact)
	return cmd
}

// dir is the folder of the journal.
func (of *journalOf) dir(args []string) (dir string, err error) {
	out := "out"
	if len(args) > 0 {
		out = args[0]
	}
	dir = runtime.JournalIn(out, of.simulated)
	if _, err := os.Stat(dir); err != nil {
		other := ""
		if _, err := os.Stat(runtime.JournalIn(out, !of.simulated)); err == nil {
			other = fmt.Sprintf(" There is one of simulated runs: add --simulated=%v.", !of.simulated)
		}
		return "", failure{exitUsage, fmt.Errorf("there is no journal in %s.%s Name the output folder of a run", out, other)}
	}
	return dir, nil
}

// each goes over the entries.
func (of *journalOf) each(dir string, do func(e *journal.Entry) error) error {
	return journal.Scan(dir, func(e *journal.Entry, _ int64) error { return do(e) }, func(journal.Damage) {})
}

// entry is what list --json prints.
type entry struct {
	Key              string    `json:"key"`
	Time             time.Time `json:"time"`
	Seconds          float64   `json:"seconds"`
	Step             string    `json:"step"`
	Row              string    `json:"row"`
	Sample           int       `json:"sample"`
	Attempt          int       `json:"attempt"`
	Round            int       `json:"round"`
	Endpoint         string    `json:"endpoint"`
	Model            string    `json:"model"`
	FinishReason     string    `json:"finish_reason"`
	PromptTokens     int       `json:"prompt_tokens"`
	CompletionTokens int       `json:"completion_tokens"`
	USD              *float64  `json:"usd"` // null where the price is not known
	Text             string    `json:"text"`
	Request          string    `json:"request"`
}

func entryOf(e *journal.Entry) entry {
	v := entry{hex.EncodeToString(e.Key[:]), e.Time.UTC(), e.Took.Seconds(), e.Step, e.Row, e.Sample, e.Attempt, e.Round, e.Address, e.Model,
		e.FinishReason, e.PromptTokens, e.CompletionTokens, nil, e.Text, string(e.Request)}
	if e.NanoUSD >= 0 {
		usd := float64(e.NanoUSD) / 1e9
		v.USD = &usd
	}
	return v
}

var errLimit = errors.New("enough")

func (of *journalOf) list(cmd *cobra.Command, args []string) error {
	dir, err := of.dir(args)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	if !of.asJSON {
		fmt.Fprintln(t, "KEY\tTIME\tSTEP\tROW\tSAMPLE\tATTEMPT\tMODEL\tTOKENS\tUSD\tREPLY")
	}
	err = of.each(dir, func(e *journal.Entry) error {
		base, _, _ := strings.Cut(e.Step, "[")
		if e.Mark || of.step != "" && of.step != e.Step && of.step != base || !strings.HasPrefix(e.Row, of.row) {
			return nil
		}
		if of.entries++; of.limit > 0 && of.entries > of.limit {
			return errLimit
		}
		if of.asJSON {
			return printLine(cmd.OutOrStdout(), entryOf(e))
		}
		usd := "?"
		if e.NanoUSD >= 0 {
			usd = fmt.Sprintf("%.6f", float64(e.NanoUSD)/1e9)
		}
		_, err := fmt.Fprintf(t, "%x\t%s\t%s\t%.8s\t%d\t%s\t%s\t%d\t%s\t%s\n", e.Key[:6], e.Time.UTC().Format("2006-01-02 15:04:05"), e.Step, e.Row, e.Sample,
			attempt(e), e.Model, e.PromptTokens+e.CompletionTokens, usd, oneLine(replyOf(e)))
		return err
	})
	if errors.Is(err, errLimit) {
		err = nil
	}
	return fatal(errors.Join(err, t.Flush()))
}

func attempt(e *journal.Entry) string {
	if e.Round > 0 {
		return fmt.Sprintf("%d, asked anew %d times", e.Attempt, e.Round)
	}
	return fmt.Sprint(e.Attempt)
}

// oneLine is the beginning of a text, safe for a terminal.
func oneLine(text string) string {
	text = runtime.Printable(strings.Join(strings.Fields(text), " "))
	if r := []rune(text); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return text
}

func (of *journalOf) show(cmd *cobra.Command, key string, args []string) error {
	dir, err := of.dir(args)
	if err != nil {
		return err
	}
	var found []*journal.Entry
	err = of.each(dir, func(e *journal.Entry) error {
		if !e.Mark && strings.HasPrefix(hex.EncodeToString(e.Key[:]), strings.ToLower(key)) {
			found = append(found, e)
		}
		return nil
	})
	switch {
	case err != nil:
		return fatal(err)
	case len(found) == 0:
		return failure{exitUsage, fmt.Errorf("no reply has a key that begins with %q. distigen journal list shows the keys", key)}
	case len(found) > 1 && found[0].Key != found[1].Key:
		return failure{exitUsage, fmt.Errorf("%d replies have a key that begins with %q. Write more of it", len(found), key)}
	}
	return printJSON(cmd.OutOrStdout(), entryOf(found[len(found)-1]))
}

func (of *journalOf) verify(cmd *cobra.Command, args []string) error {
	dir, err := of.dir(args)
	if err != nil {
		return err
	}
	w := cmd.OutOrStdout()
	err = journal.Scan(dir, func(e *journal.Entry, _ int64) error {
		of.entries++
		return nil
	}, func(d journal.Damage) {
		if d.Tail {
			fmt.Fprintf(w, "The last %d bytes are no whole record: a run was stopped while it wrote, or is writing now. The next run removes them.\n", d.Bytes)
			return
		}
		of.damaged++
		fmt.Fprintf(w, "%d bytes at %d are damaged: %s. What was there will be asked for again.\n", d.Bytes, d.Offset, d.Reason)
	})
	if err != nil {
		return fatal(err)
	}
	fmt.Fprintf(w, "%s: %s whole, %d damaged.\n", dir, plural(of.entries, "record"), of.damaged)
	if of.damaged > 0 {
		return failure{code: exitWrong}
	}
	return nil
}

func (of *journalOf) compact(cmd *cobra.Command, args []string) error {
	dir, err := of.dir(args)
	if err != nil {
		return err
	}
	release, err := runtime.LockFolder(filepath.Dir(dir))
	if err != nil {
		return fatal(err)
	}
	defer release()
	c, err := journal.Compact(dir)
	if err != nil {
		return fatal(err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: %s left, %d superseded, %d damaged; %d bytes instead of %d.\n", dir, plural(c.Entries, "record"), c.Superseded,
		c.Damaged, c.After, c.Before)
	return nil
}

// printLine prints a value as a line of JSON.
func printLine(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
