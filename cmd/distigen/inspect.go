package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/distigen/distigen/cmd/distigen/internal/results"
	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/report"
)

// inspectFlags say how much is looked at.
type inspectFlags struct {
	samples  int
	limit    int64
	limited  bool // limit was given
	revision string
	asJSON   bool
}

func newInspect() *cobra.Command {
	var flags inspectFlags
	cmd := &cobra.Command{
		Use: "inspect [FOLDER|REPOSITORY]", Short: "Look at the datasets of a run, of a folder, or of the Hub", Args: cobra.MaximumNArgs(1),
		Long: `Prints what a run has made: for each dataset its columns with their types and distributions, whether ratings and choice
agree, what is there twice, and sample rows, pairs side by side; and the rejects by class. FOLDER is the output folder,
./out if it is left out.

It prints the same of Parquet files that others have made: of a folder with or without a card, of a single file, or of a dataset on the
Hugging Face Hub, NAMESPACE/NAME. Of the Hub, 10,000 rows of each split are looked at unless --limit says otherwise, and no more is
downloaded than they take; what has come is kept in the cache. HF_TOKEN is for datasets that are private, HF_ENDPOINT names another Hub.`,
		Example: `  distigen inspect
  distigen inspect --samples 5 maths-1
  distigen inspect --json maths-1 | jq .datasets[0].duplicates
  distigen inspect acme/maths --revision v1 --limit 1000`,
		RunE: func(cmd *cobra.Command, args []string) error {
			flags.limited = cmd.Flags().Changed("limit")
			if flags.limit < 0 {
				return failure{exitUsage, fmt.Errorf("--limit %d is no number of rows. 0 is for all", flags.limit)}
			}
			if len(args) > 0 && !isFile(filepath.Join(args[0], "run.json")) {
				return flags.foreign(cmd, args[0])
			}
			if flags.limited || flags.revision != "" {
				return failure{exitUsage, errors.New("--limit and --revision are for datasets of others: name a folder of Parquet files, or NAMESPACE/NAME on the Hub")}
			}
			return flags.run(cmd, args)
		},
	}
	f := cmd.Flags()
	f.IntVar(&flags.samples, "samples", 2, "show so many sample `ROWS`")
	f.Int64Var(&flags.limit, "limit", 0, "look at so many `ROWS` of each split of a folder of others or of the Hub, 0 for all (default: all, and 10000 of the Hub)")
	f.StringVar(&flags.revision, "revision", "", "the `BRANCH`, tag or commit on the Hub (default: main)")
	f.BoolVar(&flags.asJSON, "json", false, "print a JSON object")
	return cmd
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// run looks at the datasets of a run.
func (f inspectFlags) run(cmd *cobra.Command, args []string) error {
	run, err := openRun(args)
	if err != nil {
		return err
	}
	var all []*results.Findings
	for _, d := range run.Datasets {
		found, err := d.Examine(f.samples)
		if err != nil {
			return fatal(err)
		}
		all = append(all, found)
	}
	if f.asJSON {
		return printJSON(cmd.OutOrStdout(), map[string]any{"pipeline": run.Pipeline, "status": run.Status, "simulated": run.Simulated, "datasets": all, "rejects": run.Rejects})
	}
	inspected(cmd.OutOrStdout(), run, all)
	return nil
}

func inspected(w io.Writer, run *results.Run, all []*results.Findings) {
	fmt.Fprintf(w, "Pipeline %s, %s.\n", run.Pipeline, strings.ReplaceAll(run.Status, "_", " "))
	if run.Simulated {
		fmt.Fprintln(w, "SIMULATED: no model was asked, the texts are made up.")
	}
	for i, f := range all {
		d := run.Datasets[i]
		fmt.Fprintf(w, "\nDataset %s: %s in %s\n\n", d.Name, plural(int(f.Rows), "row"), d.Path)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, c := range d.Columns {
			fmt.Fprintf(t, "  %s\t%s\t%s\n", c.Name, briefly(c.Type), distribution(f.Histogram(c.Name)))
		}
		t.Flush()
		tellFindings(w, f)
		for _, row := range f.Samples {
			tellSample(w, row)
		}
	}
	if len(run.Rejects) > 0 {
		fmt.Fprintf(w, "\nRejected, with the reasons in rejects.jsonl:\n")
		for _, class := range slices.Sorted(maps.Keys(run.Rejects)) {
			fmt.Fprintf(w, "  %d %s\n", run.Rejects[class], class)
		}
	}
}

// briefly is a type, of which the fields of a large object are not all told: distributions stand beside it.
func briefly(t component.Type) string {
	const longest = 40
	text := t.String()
	if len(text) <= longest {
		return text
	}
	end := strings.LastIndex(text[:longest-3], " ") // after a field, if it has room for one
	if end < 0 {
		end = strings.LastIndex(text[:longest-3], "(")
	}
	return text[:end+1] + "..."
}

// distribution is a column's on a line.
func distribution(h *report.Histogram) string {
	if h == nil {
		return ""
	}
	if len(h.Values) > 0 {
		var all []string
		for _, v := range h.Values {
			all = append(all, fmt.Sprintf("%s %d", oneLine(v.Text), v.Count))
		}
		return strings.Join(append(all, h.Notes...), ", ")
	}
	return fmt.Sprintf("%s %s %s, %s; %s", h.First, sparks(h.Bars), h.Last, strings.Join(h.Notes, ", "), h.What)
}

// sparks draws bars as letters.
func sparks(bars []report.Bar) string {
	const levels = "▁▂▃▄▅▆▇█"
	most := 0.0
	for _, b := range bars {
		most = max(most, b.Height)
	}
	var s strings.Builder
	for _, b := range bars {
		if b.Height == 0 {
			s.WriteByte(' ')
			continue
		}
		s.WriteRune([]rune(levels)[min(int(b.Height/most*8), 7)])
	}
	return s.String()
}

func tellFindings(w io.Writer, f *results.Findings) {
	fmt.Fprintln(w)
	if a := f.Agreement; a != nil {
		if a.Pairs == 0 {
			fmt.Fprintln(w, "  The pairs have no ratings.")
		} else {
			fmt.Fprintf(w, "  Of %s, %d have a chosen answer with a higher rating than the rejected one, %d with the same, and %d with a lower one.\n",
				plural(int(a.Pairs), "pair"), a.Higher, a.Same, a.Lower)
		}
		if a.SameText > 0 {
			fmt.Fprintf(w, "  In %s the chosen and the rejected answer are the same text.\n", plural(int(a.SameText), "pair"))
		}
	}
	if f.Duplicates > 0 {
		fmt.Fprintf(w, "  %s the same in all columns as an earlier one.\n", are(f.Duplicates))
	}
	for _, c := range slices.Sorted(maps.Keys(f.Repeated)) {
		fmt.Fprintf(w, "  %s the %s of an earlier row.\n", have(f.Repeated[c]), c)
	}
	if f.Duplicates == 0 && len(f.Repeated) == 0 {
		fmt.Fprintln(w, "  No row is there twice.")
	}
}

func are(n int64) string {
	if n == 1 {
		return "1 row is"
	}
	return fmt.Sprintf("%d rows are", n)
}

func have(n int64) string {
	if n == 1 {
		return "1 row has"
	}
	return fmt.Sprintf("%d rows have", n)
}

// tellSample prints a row; the conversations of a pair stand side by side where there is room.
func tellSample(w io.Writer, s results.Sample) {
	fmt.Fprintf(w, "\n  Row %d\n", s.Number)
	var row map[string]json.RawMessage
	if json.Unmarshal(s.Row, &row) != nil {
		return
	}
	chosen, rejected := conversation(row["chosen"]), conversation(row["rejected"])
	if len(chosen) == 0 || len(rejected) == 0 {
		tellShort(w, s.Row)
		return
	}
	width := (screenWidth(w) - 9) / 2
	prompt := append(promptOf(row["prompt"], len(chosen)), chosen[:len(chosen)-1]...)
	for _, m := range prompt {
		indented(w, m.Role, strings.Join(shortened(wrapped(m.Content, screenWidth(w)-6)), "\n"))
	}
	title := func(name string) string {
		for _, with := range []string{"_model", "_rating"} {
			if v, ok := row[name+with]; ok && string(v) != "null" {
				name += ", " + strings.Trim(string(v), `"`)
			}
		}
		return name
	}
	left := append([]string{title("chosen")}, shortened(wrapped(chosen[len(chosen)-1].Content, width))...)
	right := append([]string{title("rejected")}, shortened(wrapped(rejected[len(rejected)-1].Content, width))...)
	for i := range max(len(left), len(right)) {
		l, r := "", ""
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		fmt.Fprintf(w, "   %s%s | %s\n", l, strings.Repeat(" ", max(0, width-len([]rune(l)))), r)
	}
}

// promptOf is the conversation that the answers of a pair continue, where they are apart from it.
func promptOf(column json.RawMessage, turns int) []said {
	if turns > 1 {
		return nil // the answers have it themselves
	}
	if talk := conversation(column); len(talk) > 0 {
		return talk
	}
	var text string
	if json.Unmarshal(column, &text) != nil || text == "" {
		return nil
	}
	return []said{{Role: "user", Content: text}}
}

// sampleLines are shown of a long text.
const sampleLines = 30

func shortened(lines []string) []string {
	if len(lines) <= sampleLines+1 {
		return lines
	}
	return append(lines[:sampleLines:sampleLines], fmt.Sprintf("… and %d more lines", len(lines)-sampleLines))
}

// tellShort prints the columns of a row, and no more than the beginning of long texts.
func tellShort(w io.Writer, row json.RawMessage) {
	eachColumn(row, func(name, text string) {
		if text = runtime.Printable(text); strings.Contains(text, "\n") || len(text) > 80 {
			text = strings.Join(shortened(wrapped(text, screenWidth(w)-6)), "\n")
		}
		indented(w, name, text)
	})
}

func conversation(text json.RawMessage) []said {
	var all []said
	if json.Unmarshal(text, &all) != nil {
		return nil
	}
	return all
}

func screenWidth(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width >= 60 {
			return min(width, 200)
		}
	}
	return 120
}

// wrapped breaks a text into lines of at most so many characters.
func wrapped(text string, width int) (lines []string) {
	for paragraph := range strings.Lines(runtime.Printable(text)) {
		line := []rune(nil)
		for _, word := range strings.Fields(paragraph) {
			w := []rune(word)
			if len(line) > 0 && len(line)+1+len(w) > width {
				lines, line = append(lines, string(line)), nil
			}
			if len(line) > 0 {
				line = append(line, ' ')
			}
			for line = append(line, w...); len(line) > width; line = line[width:] {
				lines = append(lines, string(line[:width]))
			}
		}
		lines = append(lines, string(line))
	}
	return lines
}
