package runtime

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

// summary is what the user reads at the end.
func summary(r *record, out string) string {
	var b strings.Builder
	verb := map[status]string{finished: "finished", withRejects: "finished, with rejects,", failed: "FAILED", interrupted: "was interrupted",
		overBudget: "stopped, its budget spent,", withUnsent: "finished, with rows that are NOT SENT,"}
	fmt.Fprintf(&b, "\nPipeline %s %s after %.1f seconds.\n", r.Pipeline, verb[r.Status], r.Totals.Seconds)
	if r.Simulated {
		b.WriteString("SIMULATED: no model was asked, the texts are made up.\n")
	}
	b.WriteString("\n")
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "  rows in\tout\trejected\tcalls\tretries\ttokens\tUSD\tseconds\t  step")
	for _, s := range r.Steps {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t  %s%s\n", count(s.In), count(s.Out), count(s.Rejected), count(s.Calls),
			count(s.Retries), count(s.PromptTokens+s.CompletionTokens), money(s.USD, s.Unpriced), seconds(s.Seconds), s.Step, remark(s))
	}
	t.Flush()
	b.WriteString("\n")
	for _, set := range r.Datasets {
		path := filepath.Join(out, filepath.FromSlash(set.Path))
		if set.Kept > 0 {
			fmt.Fprintf(&b, "Dataset %s: %s so far; %s has the %s of an earlier run until there are as many\n", set.Name, rows(set.Rows), path, rows(set.Kept))
			continue
		}
		fmt.Fprintf(&b, "Dataset %s: %s in %s%s\n", set.Name, rowsBySplit(set), filesOf(path, set), unfit(set))
	}
	for _, s := range r.Sinks {
		b.WriteString(s.summary())
	}
	for _, h := range r.HubOff {
		fmt.Fprintf(&b, "Not pushed: %s\n", h)
	}
	if r.Totals.Rejected > 0 {
		fmt.Fprintf(&b, "Rejected: %s in %s\n", rows(r.Totals.Rejected), filepath.Join(out, "rejects.jsonl"))
		for _, class := range slices.Sorted(maps.Keys(r.Rejects)) {
			fmt.Fprintf(&b, "  %s %s\n", number(r.Rejects[class]), class)
		}
	}
	if r.Totals.Unfinished > 0 {
		fmt.Fprintf(&b, "Not finished: %s\n", rows(r.Totals.Unfinished))
	}
	fmt.Fprintf(&b, "In all: %s, %s, %s prompt and %s completion tokens%s. More in %s, run.log and report.html.\n", plural(r.Totals.Source, "source row"),
		plural(r.Totals.Calls, "call"), number(r.Totals.PromptTokens), number(r.Totals.CompletionTokens), spent(r), filepath.Join(out, "run.json"))
	return printable(b.String())
}

// unfit counts the rows that the trainer of a dataset cannot learn from.
func unfit(set datasetRecord) string {
	if set.Rejected == 0 {
		return ""
	}
	return fmt.Sprintf("; %s rejected as unfit for %s", rows(set.Rejected), set.Trainer)
}

// rowsBySplit counts the rows, of each split where there are several.
func rowsBySplit(set datasetRecord) string {
	all := rows(set.Rows)
	if len(set.Splits) < 2 {
		return all
	}
	var parts []string
	for _, s := range set.Splits {
		parts = append(parts, s.Name+" "+number(s.Rows))
	}
	return all + " (" + strings.Join(parts, ", ") + ")"
}

// filesOf is the file of a dataset, or the folder where there are several.
func filesOf(folder string, set datasetRecord) string {
	var files []fileRecord
	for _, s := range set.Splits {
		files = append(files, s.Files...)
	}
	if len(files) == 1 {
		return filepath.Join(folder, filepath.FromSlash(files[0].Path))
	}
	return filepath.Join(folder, dataFolder)
}

// spent tells the money: of a simulated run, what it would have been.
func spent(r *record) string {
	switch {
	case r.Totals.Calls == r.Totals.Unpriced:
		return ""
	case r.Simulated:
		return fmt.Sprintf(", for which the real models would have cost %s", usd(r.Totals.USD))
	case r.Totals.Unpriced > 0:
		return fmt.Sprintf(", %s and the calls whose price is not known (%s)", usd(r.Totals.USD), number(r.Totals.Unpriced))
	}
	return ", " + usd(r.Totals.USD)
}

// money is a column of the summary; a price that is not known is never a nought.
func money(amount float64, unpriced int64) string {
	switch {
	case unpriced > 0 && amount == 0:
		return "?"
	case unpriced > 0:
		return fmt.Sprintf("%.4f+?", amount)
	case amount == 0:
		return "-"
	}
	return fmt.Sprintf("%.4f", amount)
}

func usd(amount float64) string {
	if amount < 1 {
		return fmt.Sprintf("%.4f USD", amount)
	}
	return fmt.Sprintf("%.2f USD", amount)
}

func remark(s StepCounts) string {
	var notes []string
	replies := "replies"
	if s.Recalled == 1 {
		replies = "reply"
	}
	for _, n := range []struct {
		count int64
		what  string
	}{{s.Recalled, replies + " from the journal"}, {s.There, "sent before"}, {s.Kept, "kept with nulls"}, {s.Filtered, "filtered out" + byClass(s.FilteredBy)}, {s.Discarded, "discarded, their partners were rejected"}} {
		if n.count > 0 {
			notes = append(notes, number(n.count)+" "+n.what)
		}
	}
	if len(notes) == 0 {
		return ""
	}
	return " (" + strings.Join(notes, ", ") + ")"
}

// byClass says how many rows of each class there are, where that is known.
func byClass(counts map[string]int64) string {
	var parts []string
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, number(counts[class])+" "+class)
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, " and ")
}

func count(n int64) string {
	if n == 0 {
		return "-"
	}
	return number(n)
}

func seconds(s float64) string {
	if s == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", s)
}

func rows(n int64) string { return plural(n, "row") }

func plural(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return number(n) + " " + what
}
