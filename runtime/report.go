package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/report"
)

// reportName is the page that tells of a run, in its folder.
const reportName = "report.html"

// rejectsTold is how many rejects the report tells one by one.
const rejectsTold = 20

// notes stands before the output of a run. It writes down where the rows come from, and gathers for the report what goes on,
// in memory that is bounded.
type notes struct {
	out     *output
	lineage *lineages
	calls   *report.Calls
	rows    map[*node]*report.Rows
	rejects []report.Reject
	broken  error // why a row could not be noted
}

func newNotes(out *output, calls *report.Calls, nodes []*node) (*notes, error) {
	n := &notes{out: out, calls: calls, rows: map[*node]*report.Rows{}}
	for _, d := range nodes {
		if d.verb == "dataset" {
			n.rows[d] = report.NewRows(d.step, columnsOf(d.rowType))
		}
	}
	var err error
	n.lineage, err = newLineages(out.dir, nodes)
	return n, err
}

// drop passes on why a row does not go on.
func (n *notes) drop(d Dropped) error { return n.out.drop(d) }

// write passes rows on, and notes those that were written.
func (n *notes) write(of from, rows []written, rejects []reject) error {
	if err := n.out.write(rows, rejects); err != nil {
		return err
	}
	for _, row := range rows {
		if err := n.lineage.add(row.dataset, row.id, row.path, of); err != nil {
			return unwritable(err)
		}
		if err := n.rows[row.dataset].Add(row.text); err != nil {
			n.broken = err
		}
	}
	for _, r := range rejects {
		if err := n.lineage.add(nil, r.RowID, r.path, of); err != nil {
			return unwritable(err)
		}
		if len(n.rejects) < rejectsTold {
			n.rejects = append(n.rejects, report.Reject{Step: r.Step, Class: string(r.Class), Message: r.Message, Reply: r.Reply, Source: r.Ordinal})
		}
	}
	return nil
}

// flush brings to disk what is complete.
func (n *notes) flush() error {
	if err := n.lineage.flush(); err != nil {
		return unwritable(err)
	}
	return n.out.flush()
}

// finish writes all there is. It may be tried again.
func (n *notes) finish() error {
	if err := n.lineage.flush(); err != nil {
		return unwritable(err)
	}
	return n.out.finish()
}

// close ends the files.
func (n *notes) close(stopped bool) error {
	err := n.out.close(stopped)
	if lineage := n.lineage.close(stopped); lineage != nil {
		err = errors.Join(err, unwritable(lineage))
	}
	return err
}

// writeReport writes the page. It is not worth the run's exit code that it cannot be written.
func (w *work) writeReport() {
	page := w.page()
	var text bytes.Buffer
	err := page.Write(&text)
	if err == nil {
		err = replaceText(w.path(reportName), text.Bytes())
	}
	if err != nil {
		w.log.Warn("the report cannot be written", "error", err)
		return
	}
	if w.notes.broken != nil {
		w.log.Warn("the report lacks rows", "error", w.notes.broken)
	}
}

func (w *work) page() *report.Page {
	r := w.rec
	p := &report.Page{Pipeline: r.Pipeline, Description: w.program.Description, Status: strings.ReplaceAll(string(r.Status), "_", " "), Error: r.Error,
		Simulated: r.Simulated, DryRun: r.DryRun, Hash: r.Hash, Version: r.Distigen, Started: r.Started, Took: time.Duration(r.Totals.Seconds * float64(time.Second)), Figures: figures(r),
		Rejects: w.notes.rejects}
	p.Place(graph(w.pipe.nodes, w.engine.stats.byNode(), r.Datasets, r.Sinks))
	var asking []string
	models := modelsOf(w.pipe.nodes)
	for _, s := range r.Steps {
		if s.asks {
			asking = append(asking, s.Step)
			p.Costs = append(p.Costs, report.Cost{Step: s.Step, Model: models[s.Step], Calls: s.Calls, Retries: s.Retries, Recalled: s.Recalled,
				Prompt: s.PromptTokens, Completion: s.CompletionTokens, Money: money(s.USD, s.Unpriced)})
		}
	}
	p.Take(w.notes.calls, asking)
	for _, class := range slices.Sorted(maps.Keys(r.Rejects)) {
		p.Classes = append(p.Classes, report.Class{Name: string(class), Rows: r.Rejects[class]})
	}
	for _, name := range slices.Sorted(maps.Keys(r.Settings)) {
		p.Settings = append(p.Settings, report.Setting{Name: name, Value: r.Settings[name]})
	}
	for _, s := range r.Sinks {
		if s.Off != "" || s.Unsent > 0 {
			p.Notes = append(p.Notes, s.summary())
		}
	}
	for i, d := range w.out.datasets {
		p.Add(w.notes.rows[d], r.Datasets[i].Path, r.Datasets[i].Rows)
	}
	return p
}

func figures(r *record) []report.Figure {
	t := r.Totals
	all := []report.Figure{{Value: number(t.Source), What: "source rows"}, {Value: number(t.Written), What: "rows written"},
		{Value: number(t.Rejected), What: "rows rejected"}}
	if l := r.Ledger; l.Sent+l.Unsent > 0 {
		all = append(all, report.Figure{Value: number(l.Sent), What: "rows sent"})
		if l.Unsent > 0 {
			all = append(all, report.Figure{Value: number(l.Unsent), What: "rows that wait to be sent"})
		}
	}
	if t.Calls+t.Recalled == 0 {
		return all
	}
	all = append(all, report.Figure{Value: number(t.Calls), What: "calls"})
	if t.Recalled > 0 {
		all = append(all, report.Figure{Value: number(t.Recalled), What: "replies from the journal"})
	}
	all = append(all, report.Figure{Value: number(t.PromptTokens + t.CompletionTokens), What: "tokens"})
	switch {
	case t.Calls > 0 && t.Calls == t.Unpriced:
		all = append(all, report.Figure{Value: "?", What: "USD: prices are not known"})
	case t.Unpriced > 0:
		all = append(all, report.Figure{Value: fmt.Sprintf("%.4f+?", t.USD), What: "USD, and calls without a known price"})
	default:
		all = append(all, report.Figure{Value: fmt.Sprintf("%.4f", t.USD), What: "USD"})
	}
	if r.Journal.Replies > t.Calls {
		all = append(all, report.Figure{Value: fmt.Sprintf("%.4f", r.Journal.USD), What: "USD in all runs of this folder"})
	}
	return all
}

func modelsOf(nodes []*node) map[string]string {
	models := map[string]string{}
	for _, n := range nodes {
		if n.task != nil {
			models[n.step] = n.task.Model.Name
		}
	}
	return models
}

// graph is the pipeline as it is drawn: branches belong to what they come from.
func graph(nodes []*node, counts map[*node]StepCounts, sets []datasetRecord, sinks []sinkRecord) []report.Node {
	var drawn []report.Node
	at := map[*node]int{}
	written := map[string]int64{}
	for _, s := range sets {
		written[s.Name] = s.Rows
	}
	for _, n := range nodes {
		if n.hidden {
			at[n] = at[n.inputs[0]]
			continue
		}
		c := counts[n]
		d := report.Node{Name: n.step, Kind: n.verb, Dataset: n.verb == "dataset", Bad: c.Rejected > 0}
		switch i := slices.IndexFunc(sinks, func(s sinkRecord) bool { return s.Step == n.step }); {
		case d.Dataset:
			d.Lines = []string{"dataset, " + rows(written[n.step])}
		case i >= 0:
			d.Lines, d.Bad = sinkLines(sinks[i], c.Rejected), d.Bad || sinks[i].Error != ""
		default:
			d.Lines = stepLines(c)
		}
		for _, in := range n.inputs {
			for in.hidden {
				in = in.inputs[0]
			}
			d.Inputs = append(d.Inputs, report.Input{From: at[in], Rows: counts[in].Out})
		}
		at[n] = len(drawn)
		drawn = append(drawn, d)
	}
	return drawn
}

// stepLines are what stands below the name of a step: its rows, and its calls or what it took out.
func stepLines(c StepCounts) []string {
	first := rows(c.Out) + " out"
	if c.Rejected > 0 {
		first += fmt.Sprintf(", %s rejected", number(c.Rejected))
	}
	lines := []string{first}
	switch {
	case c.asks:
		calls := plural(c.Calls, "call")
		if c.Recalled > 0 {
			calls += fmt.Sprintf(", %s recalled", number(c.Recalled))
		}
		lines = append(lines, calls)
	case c.Filtered > 0:
		lines = append(lines, number(c.Filtered)+" filtered out")
	case c.Discarded > 0:
		lines = append(lines, number(c.Discarded)+" without a partner")
	}
	return lines
}

// sinkLines are what stands below the name of a step that sends rows: how many, those that wait, and those that were refused.
func sinkLines(s sinkRecord, refused int64) []string {
	if s.Off != "" {
		return []string{"off, nothing is sent"}
	}
	first := rows(s.Sent) + " sent"
	if s.There > 0 {
		first += fmt.Sprintf(", %s there before", number(s.There))
	}
	var rest []string
	if s.Unsent > 0 {
		rest = append(rest, number(s.Unsent)+" waiting")
	}
	if refused > 0 {
		rest = append(rest, number(refused)+" refused")
	}
	if len(rest) == 0 {
		return []string{first}
	}
	return []string{first, strings.Join(rest, ", ")}
}

// called notes a try for the report.
func (s *stats) called(op endpoint.Operation) {
	if s.calls != nil {
		s.calls.Add(op.Call.Step, op.Began, op.Took, op.Reply.PromptTokens+op.Reply.CompletionTokens, op.Class != "")
	}
}
