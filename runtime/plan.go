package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// planRows is how many rows of each source a plan looks at unless it is told otherwise.
const planRows = 200

// planned is what a run would ask, as far as it can be told before it. Rows, tokens and money are estimates.
type planned struct {
	Pipeline  string           `json:"pipeline"`
	Hash      string           `json:"pipeline_hash"`
	Simulated bool             `json:"simulated"` // the run that is planned asks the simulator
	Out       string           `json:"out"`
	Last      *lastRun         `json:"last_run,omitempty"`
	Sources   []plannedSource  `json:"sources"`
	Steps     []plannedStep    `json:"steps"`
	Datasets  []plannedDataset `json:"datasets"`
	Requests  int64            `json:"requests"`
	New       int64            `json:"new_requests"` // those that the journal has no reply to
	Prompt    int64            `json:"prompt_tokens"`
	Reply     int64            `json:"completion_tokens"`
	USD       float64          `json:"usd"`
	Unpriced  int64            `json:"requests_unpriced"`
	Exact     bool             `json:"all_rows"` // all rows of the sources were looked at
}

// lastRun is the run whose results are in the output folder.
type lastRun struct {
	Started time.Time `json:"started"`
	Status  status    `json:"status"`
	Changed bool      `json:"pipeline_changed"` // since then
}

type plannedSource struct {
	Step   string `json:"step"`
	Rows   int64  `json:"rows"` // -1: it cannot tell
	Looked int64  `json:"rows_looked_at"`
}

// plannedStep is a step with its rows, its requests in all, and of those the new ones with what they take.
type plannedStep struct {
	Step     string  `json:"step"`
	Model    string  `json:"model,omitempty"`
	In       int64   `json:"rows_in"`
	Out      int64   `json:"rows_out"`
	Requests int64   `json:"requests"`
	New      int64   `json:"new_requests"`
	Prompt   int64   `json:"prompt_tokens"`
	Reply    int64   `json:"completion_tokens"`
	USD      float64 `json:"usd"`
	Unpriced int64   `json:"requests_unpriced"`

	asks bool
}

type plannedDataset struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// plan tells what a run would ask and cost. The pipeline goes over the first rows of its sources; replies that the journal has
// are taken from it, and the simulator makes up the others.
func (c command) plan(o options) int {
	pipe := &Pipeline{settings: o.settings, base: c.base(o)}
	if code := c.wire(pipe, true); code != exitFine {
		return code
	}
	url, stop, err := c.simulator(pipe.asked(), "")
	if err != nil {
		return c.fail(exitUsage, err)
	}
	defer stop()
	st := newStats(pipe.nodes)
	watch := &planWatch{watch: watch{st}, of: map[string]*tally{}}
	to := endpoint.Options{Simulated: o.simulate, Watch: watch, StandIn: url}
	set, err := endpoint.New(pipe.asked(), to)
	if err != nil {
		return c.fail(exitFatal, err)
	}
	defer set.Close()
	known, err := openPast(o)
	if err != nil {
		return c.fail(exitFatal, err)
	}
	defer known.close()
	if err := set.Use(known, false); err != nil {
		return c.fail(exitFatal, err)
	}
	spill, err := os.MkdirTemp("", "distigen-plan-")
	if err != nil {
		return c.fail(exitFatal, unwritable(err))
	}
	defer os.RemoveAll(spill)
	rows := &rowCounter{of: map[*node]int64{}}
	e := newEngine(context.Background(), set, rows, slog.New(slog.DiscardHandler), st)
	e.base, e.spill, e.only, e.limit = pipe.base, spill, o.rows, rowsUnderWay(pipe.askedRows())
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-c.interrupts:
			c.letGo()
			e.fail(errInterrupted)
		case <-ended:
		}
	}()
	if err := e.run(pipe.nodes); err == errInterrupted {
		return c.fail(exitInterrupted, err)
	} else if err != nil {
		return c.fail(exitFatal, err)
	}
	p, err := c.planned(o, pipe, st, watch, known, rows)
	if err != nil {
		return c.fail(exitFatal, err)
	}
	if o.json() {
		j := json.NewEncoder(c.stdout)
		j.SetEscapeHTML(false)
		j.SetIndent("", "  ")
		if err := j.Encode(p); err != nil {
			return c.fail(exitFatal, err)
		}
		return exitFine
	}
	p.print(c.stdout)
	return exitFine
}

var errInterrupted = errors.New("interrupted, and nothing was changed")

// planned takes the counts of the trial up to all rows.
func (c command) planned(o options, pipe *Pipeline, st *stats, w *planWatch, known *past, rows *rowCounter) (*planned, error) {
	p := &planned{Pipeline: c.program.Name, Hash: c.program.Hash, Simulated: o.simulate, Out: o.out, Last: lookBack(o, c.program.Hash),
		Sources: []plannedSource{}, Steps: []plannedStep{}, Datasets: []plannedDataset{}, Exact: true}
	f := &forecaster{nodes: pipe.nodes}
	f.countSources(pipe.base)
	counts := st.byNode()
	for _, n := range pipe.nodes {
		if len(n.inputs) > 0 {
			continue
		}
		s := plannedSource{Step: n.step, Rows: -1, Looked: counts[n].Out + counts[n].Rejected}
		if total, ok := f.total(n); ok {
			s.Rows = int64(total)
		} else if o.rows == 0 || s.Looked < int64(o.rows) {
			s.Rows = s.Looked
		}
		p.Exact = p.Exact && s.Rows == s.Looked
		p.Sources = append(p.Sources, s)
	}
	left, ok := f.byNode(counts)
	if !ok || p.Exact {
		left = nil // what was looked at is all that can be told
	}
	var stored map[string]int64
	if !p.Exact && known.journal != nil {
		var err error
		if stored, err = known.bySteps(); err != nil {
			return nil, err
		}
	}
	for _, n := range pipe.nodes {
		switch in := counts[n]; {
		case n.verb == "dataset":
			p.Datasets = append(p.Datasets, plannedDataset{n.step, scaled(rows.of[n], counts[n.inputs[0]], left[n.inputs[0]])})
		case !n.hidden:
			s := w.step(n, in, left[n], stored)
			p.Steps = append(p.Steps, s)
			p.Requests += s.Requests
			p.New += s.New
			p.Prompt += s.Prompt
			p.Reply += s.Reply
			p.USD += s.USD
			p.Unpriced += s.Unpriced
		}
	}
	return p, nil
}

// scaled are the rows of a dataset once all those of its step are there.
func scaled(rows int64, c StepCounts, x expected) int64 {
	if x.out == 0 || c.Out == 0 {
		return rows
	}
	return int64(math.Round(float64(rows) * x.out / float64(c.Out)))
}

// step is a step as planned: what the trial has counted, and what remains.
func (w *planWatch) step(n *node, c StepCounts, left expected, stored map[string]int64) plannedStep {
	s := plannedStep{Step: n.step, In: c.In + int64(math.Round(left.rows))*int64(len(n.inputs)), Out: c.Out}
	if left.out > 0 {
		s.Out = int64(math.Round(left.out))
	}
	if n.task == nil {
		return s
	}
	s.asks, s.Model = true, n.task.Model.Name
	seen := w.of[n.step]
	if seen == nil {
		return s
	}
	more, old := int64(math.Round(left.calls)), seen.told.calls
	s.Requests, s.New = c.Calls+old+more, c.Calls+more
	if old > 0 { // rows beyond those that were looked at may have replies, too
		s.New -= min(more, max(0, stored[n.step]-old))
	}
	each := seen.fresh
	if seen.told.calls > 0 { // what models have really said tells more of how long their replies are
		each = seen.told
	}
	s.Prompt, s.Reply = each.share(each.prompt, s.New), each.share(each.reply, s.New)
	if cost := endpoint.Cost(n.task.Model, int(s.Prompt), int(s.Reply)); cost >= 0 {
		s.USD = float64(cost) / 1e9
	} else {
		s.Unpriced = s.New
	}
	return s
}

// amounts are requests with their tokens.
type amounts struct{ calls, prompt, reply int64 }

func (a amounts) share(tokens, calls int64) int64 {
	if a.calls == 0 {
		return 0
	}
	return int64(math.Round(float64(tokens) * float64(calls) / float64(a.calls)))
}

// tally is what was seen of a step's requests: those of the simulator, and those of the journal.
type tally struct{ fresh, told amounts }

// planWatch counts the tokens of requests.
type planWatch struct {
	watch
	mu sync.Mutex
	of map[string]*tally // by step
}

// Asked counts a request that the simulator has answered.
func (w *planWatch) Asked(a endpoint.Answer) {
	w.watch.Asked(a)
	w.note(a.Call.Step, func(s *tally) *amounts { return &s.fresh }, 1, a.Prompt, a.Completion)
}

// Recalled counts a reply that the journal had.
func (w *planWatch) Recalled(call llm.Call, e *journal.Entry) {
	w.watch.Recalled(call, e)
	calls := int64(1)
	if e.Shared { // it came in the request of another row
		calls = 0
	}
	w.note(call.Step, func(s *tally) *amounts { return &s.told }, calls, e.PromptTokens, e.CompletionTokens)
}

func (w *planWatch) note(step string, of func(*tally) *amounts, calls int64, prompt, reply int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of[step] == nil {
		w.of[step] = &tally{}
	}
	a := of(w.of[step])
	a.calls += calls
	a.prompt += int64(prompt)
	a.reply += int64(reply)
}

// rowCounter counts the rows of datasets, and keeps none.
type rowCounter struct{ of map[*node]int64 }

func (r *rowCounter) write(_ from, rows []written, _ []reject) error {
	for _, w := range rows {
		r.of[w.dataset]++
	}
	return nil
}

// past is the journal of earlier runs, to which nothing is added. Without one, nothing is known.
type past struct{ journal *journal.Journal }

func openPast(o options) (*past, error) {
	if _, err := os.Stat(o.journal()); o.fresh || errors.Is(err, fs.ErrNotExist) {
		return &past{}, nil
	}
	j, err := journal.Open(o.journal(), journal.Options{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("%w. Mend that, or name another folder with --out", err)
	}
	return &past{j}, nil
}

func (p *past) close() {
	if p.journal != nil {
		p.journal.Close()
	}
}

// bySteps counts the replies by the step that asked for them.
func (p *past) bySteps() (map[string]int64, error) {
	counts := map[string]int64{}
	err := p.Each(func(e *journal.Entry) error {
		if !e.Mark && !e.Shared {
			counts[e.Step]++
		}
		return nil
	})
	return counts, err
}

// Get finds a reply.
func (p *past) Get(k journal.Key) (*journal.Entry, bool) {
	if p.journal == nil {
		return nil, false
	}
	return p.journal.Get(k)
}

// Each calls f with every reply.
func (p *past) Each(f func(*journal.Entry) error) error {
	if p.journal == nil {
		return nil
	}
	return p.journal.Each(f)
}

// Put keeps nothing.
func (p *past) Put(*journal.Entry) error { return nil }

// WaitRoom waits for nothing.
func (p *past) WaitRoom(context.Context) error { return nil }

// Totals are none: a plan spends nothing.
func (p *past) Totals() journal.Totals { return journal.Totals{} }

// Unstored is nothing, likewise.
func (p *past) Unstored() (journal.Amount, error) { return journal.Amount{}, nil }

// NoteUnstored notes nothing, likewise.
func (p *past) NoteUnstored(journal.Amount) error { return nil }

// lookBack is the last run in the output folder; nil if there was none, or it was one of the other kind.
func lookBack(o options, hash string) *lastRun {
	text, err := os.ReadFile(filepath.Join(o.out, "run.json"))
	var r record
	if err != nil || json.Unmarshal(text, &r) != nil || r.Simulated != o.simulate {
		return nil
	}
	return &lastRun{r.Started, r.Status, r.Hash != hash}
}

// print is the plan as people read it.
func (p *planned) print(w io.Writer) {
	var b strings.Builder
	fmt.Fprintf(&b, "Plan of %s\n\n", p.Pipeline)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "  rows in\tout\trequests\tnew\ttokens in\tout\tUSD\t  step")
	for _, s := range p.Steps {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t  %s%s\n", count(s.In), count(s.Out), count(s.Requests), s.fresh(), count(s.Prompt), count(s.Reply),
			s.price(), s.Step, s.remark())
	}
	t.Flush()
	b.WriteString("\n")
	for _, s := range p.Sources {
		b.WriteString(s.print())
	}
	for _, d := range p.Datasets {
		fmt.Fprintf(&b, "Dataset %s: about %s\n", d.Name, rows(d.Rows))
	}
	b.WriteString(p.news())
	b.WriteString(p.terms())
	fmt.Fprint(w, printable(b.String()))
}

func (s plannedStep) fresh() string {
	if s.asks {
		return number(s.New)
	}
	return ""
}

func (s plannedStep) price() string {
	if !s.asks {
		return ""
	}
	return money(s.USD, s.Unpriced)
}

func (s plannedStep) remark() string {
	if s.Model == "" {
		return ""
	}
	return " (" + s.Model + ")"
}

func (s plannedSource) print() string {
	switch {
	case s.Rows < 0:
		return fmt.Sprintf("Source %s: at least %s. It does not tell how many there are; all is reckoned for these (more: --rows)\n", s.Step, rows(s.Looked))
	case s.Rows > s.Looked:
		return fmt.Sprintf("Source %s: %s, of which the first %s were looked at (more: --rows)\n", s.Step, rows(s.Rows), number(s.Looked))
	}
	return fmt.Sprintf("Source %s: %s\n", s.Step, rows(s.Rows))
}

// news tells what is new since earlier runs in the folder.
func (p *planned) news() string {
	old := p.Requests - p.New
	text := ""
	switch {
	case p.Last != nil && p.Last.Changed:
		text = fmt.Sprintf("The pipeline has changed since the run of %s in %s.\n", p.Last.Started.Local().Format("2006-01-02 15:04"), p.Out)
	case p.Last != nil:
		text = fmt.Sprintf("The pipeline is that of the run of %s in %s.\n", p.Last.Started.Local().Format("2006-01-02 15:04"), p.Out)
	}
	if old == 0 {
		return text
	}
	text += fmt.Sprintf("The journal in %s has the replies to %s, which are not paid for again.\n", p.Out, plural(old, "request"))
	var whole []string
	for _, s := range p.Steps {
		if s.asks && s.New > 0 && s.New == s.Requests {
			whole = append(whole, s.Step)
		}
	}
	if len(whole) > 0 {
		text += fmt.Sprintf("All requests are new at %s.\n", strings.Join(whole, ", "))
	}
	return text
}

// terms is what is to be paid, and how sure that is.
func (p *planned) terms() string {
	if p.Requests == 0 {
		return "No model is asked.\n"
	}
	about := ""
	if !p.Exact {
		about = "about "
	}
	text := fmt.Sprintf("To be paid: %s%s, about %s prompt and %s completion tokens, about %s USD\n", about, plural(p.New, "new request"), number(p.Prompt),
		number(p.Reply), money(p.USD, p.Unpriced))
	if p.Unpriced > 0 {
		text += fmt.Sprintf("The price of %s is not known: add it to the model block, price = { input = 0.1, output = 0.3 }, in USD for a million tokens.\n",
			strings.Join(p.unpriced(), ", "))
	}
	if p.New == 0 {
		return text
	}
	return text + `
The requests were counted by a trial that asks no model: what the journal does not have, the simulator made up. Behind steps where a
model decides how many rows there are, and of tokens and money, these are estimates. After a dry run they rest on real replies.
To be sure of the money: run --max-usd.
`
}

// unpriced names the models whose price is not known.
func (p *planned) unpriced() []string {
	var names []string
	for _, s := range p.Steps {
		if s.Unpriced > 0 && !slices.Contains(names, s.Model) {
			names = append(names, s.Model)
		}
	}
	return names
}
