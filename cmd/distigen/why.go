package main

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/cmd/distigen/internal/results"
	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/journal"
)

func newWhy() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "why ROW [FOLDER]", Short: "Tell how a row came about", Args: cobra.RangeArgs(1, 2),
		Long: `Tells the whole birth of a row: the source row that it comes from, each question that a model was asked on the way, with its
prompt, its reply, the model, the time, the tokens and the price, and what had to be asked again.

ROW is the number of a row in a dataset, from 1 (17, or default:17 where there are several datasets), or the id of a row, or
how it begins: those of rejected rows are in rejects.jsonl. FOLDER is the output folder, ./out if it is left out.`,
		Example: `  distigen why 17
  distigen why default:17 maths-1
  distigen why 3fa9c1 --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			run, err := openRun(args[1:])
			if err != nil {
				return err
			}
			b, err := run.Find(args[0])
			if err != nil {
				return failure{exitUsage, err}
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), birthOf(b))
			}
			tellBirth(cmd.OutOrStdout(), run, b)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

// openRun opens the output folder that an argument names.
func openRun(args []string) (*results.Run, error) {
	dir := "out"
	if len(args) > 0 {
		dir = args[0]
	}
	run, err := results.Open(dir)
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	return run, nil
}

// birth is what why --json prints.
type birth struct {
	runtime.Lineage
	Dataset string            `json:"dataset,omitempty"`
	Number  int64             `json:"number,omitempty"`
	Columns json.RawMessage   `json:"columns,omitempty"`
	Reject  *results.Reject   `json:"reject,omitempty"`
	Dropped []runtime.Dropped `json:"dropped,omitempty"`
	Replies []entry           `json:"replies"`
	Retries []string          `json:"retries"`
}

func birthOf(b *results.Birth) birth {
	v := birth{b.Lineage, b.Dataset, b.Number, b.Columns, b.Reject, b.Dropped, []entry{}, append([]string{}, b.Retries...)}
	for _, e := range b.Replies {
		v.Replies = append(v.Replies, entryOf(e))
	}
	return v
}

func tellBirth(w io.Writer, run *results.Run, b *results.Birth) {
	switch {
	case b.Dataset != "":
		fmt.Fprintf(w, "Row %d of dataset %s, with the id %s.\n", b.Number, b.Dataset, b.ID)
	case b.Reject == nil && len(b.Dropped) > 0:
		fmt.Fprintf(w, "A row that was filtered out, with the id %s.\n", b.ID)
	default:
		fmt.Fprintf(w, "A rejected row, with the id %s.\n", b.ID)
	}
	fmt.Fprintf(w, "It comes from row %d of %s%s.\n", b.Row, b.Source, wayOf(b.Path))
	if run.Simulated {
		fmt.Fprintln(w, "SIMULATED: no model was asked, the texts are made up.")
	}
	if r := b.Reject; r != nil {
		fmt.Fprintf(w, "Step %s rejected it (%s): %s\n", r.Step, r.Class, runtime.Printable(r.Message))
	}
	for _, d := range b.Dropped {
		fmt.Fprintf(w, "Step %s filtered it out (%s): %s\n", d.Step, d.Class, runtime.Printable(d.Message))
	}
	fmt.Fprintln(w)
	tellColumns(w, b.Columns)
	var sum journal.Totals
	for i, e := range b.Replies {
		fmt.Fprintf(w, "\n%d. %s asked %s at %s: %.1f s, %d and %d tokens, %s%s\n", i+1, e.Step, e.Model, e.Time.UTC().Format("2006-01-02 15:04:05"), e.Took.Seconds(),
			e.PromptTokens, e.CompletionTokens, priceOf(e.NanoUSD), remarkOf(e))
		for _, m := range messagesOf(e.Request) {
			indented(w, m.Role, m.Content)
		}
		indented(w, "reply", replyOf(e))
		sum.Calls++
		if e.NanoUSD < 0 {
			sum.Unpriced++
		} else {
			sum.NanoUSD += e.NanoUSD
		}
	}
	if len(b.Retries) > 0 {
		fmt.Fprintf(w, "\nAsked again in the last run, as run.log has it:\n")
		for _, line := range b.Retries {
			fmt.Fprintf(w, "  %s\n", runtime.Printable(line))
		}
	}
	total := priceOf(sum.NanoUSD)
	if sum.Unpriced > 0 {
		total += fmt.Sprintf(" and what the %s cost whose price is not known", replies(int(sum.Unpriced)))
	}
	fmt.Fprintf(w, "\nIn all %s, %s.\n", replies(len(b.Replies)), total)
}

func replies(n int) string {
	if n == 1 {
		return "1 reply"
	}
	return fmt.Sprintf("%d replies", n)
}

func wayOf(path []int) string {
	if len(path) == 0 {
		return ""
	}
	var steps []string
	for _, i := range path {
		steps = append(steps, fmt.Sprint(i+1))
	}
	return ", number " + strings.Join(steps, ", then ") + " of what was made of it"
}

func priceOf(nanoUSD int64) string {
	if nanoUSD < 0 {
		return "price not known"
	}
	return fmt.Sprintf("%.6f USD", float64(nanoUSD)/1e9)
}

func remarkOf(e *journal.Entry) string {
	var all []string
	if e.Sample > 0 {
		all = append(all, fmt.Sprintf("sample %d", e.Sample+1))
	}
	if e.Attempt > 1 {
		all = append(all, fmt.Sprintf("attempt %d, since the reply before could not be used", e.Attempt))
	}
	if e.Round > 0 {
		all = append(all, "asked anew by retry")
	}
	if e.FinishReason != "" && e.FinishReason != "stop" && e.FinishReason != journal.IsVector {
		all = append(all, "ended by "+e.FinishReason)
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}

type said struct{ Role, Content string }

// messagesOf are those of a request.
func messagesOf(request []byte) []said {
	var body struct {
		Messages []said
		Input    []string // of a request for embeddings
		Prompt   string   // that is gone on with as it stands
	}
	if err := json.Unmarshal(request, &body); err != nil {
		return []said{{"request", string(request)}}
	}
	if body.Prompt != "" {
		return []said{{"text", body.Prompt}}
	}
	for _, text := range body.Input {
		body.Messages = append(body.Messages, said{"text", text})
	}
	return body.Messages
}

// replyOf is what a model said, for people.
func replyOf(e *journal.Entry) string {
	if e.FinishReason == journal.IsVector {
		return fmt.Sprintf("a vector of %d numbers", base64.RawStdEncoding.DecodedLen(len(strings.TrimRight(e.Text, "=")))/4)
	}
	return e.Text
}

// tellColumns prints the columns of a row in their order.
func tellColumns(w io.Writer, row json.RawMessage) {
	eachColumn(row, func(name, text string) { indented(w, name, text) })
}

// eachColumn visits the columns of a row in their order.
func eachColumn(row json.RawMessage, do func(name, text string)) {
	d := json.NewDecoder(bytes.NewReader(row))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return
	}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return
		}
		var text string
		if json.Unmarshal(value, &text) != nil || len(value) > 0 && value[0] != '"' {
			text = cmp.Or(spoken(value), string(value))
		}
		do(fmt.Sprint(name), text)
	}
}

// spoken is a conversation as one reads it, a message after the other; empty of what is none.
func spoken(value json.RawMessage) string {
	var turns []string
	for _, m := range conversation(value) {
		if m.Role == "" {
			return "" // a list of something else
		}
		turns = append(turns, m.Role+": "+m.Content)
	}
	return strings.Join(turns, "\n")
}

// indented prints a text below its name, or beside it if it is short.
func indented(w io.Writer, name, text string) {
	text = runtime.Printable(text)
	if len(text) <= 80 && !strings.Contains(text, "\n") {
		fmt.Fprintf(w, "   %s: %s\n", name, text)
		return
	}
	fmt.Fprintf(w, "   %s:\n", name)
	for line := range strings.Lines(text) {
		fmt.Fprintf(w, "      %s\n", strings.TrimRight(line, "\n"))
	}
}
