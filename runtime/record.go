package runtime

import (
	"net/url"
	"time"

	"github.com/distigen/distigen/runtime/dataset"
	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/llm"
)

// status is how a run stands.
type status string

const (
	running     status = "running"
	finished    status = "finished"
	withRejects status = "finished_with_rejects"
	failed      status = "failed"
	interrupted status = "interrupted"
	overBudget  status = "budget_spent"
	withUnsent  status = "finished_unsent" // all rows are in the datasets, and some not where they were to be sent
)

// record is run.json: what was run, how, and what came of it.
type record struct {
	Distigen  string              `json:"distigen"`
	Pipeline  string              `json:"pipeline"`
	Hash      string              `json:"pipeline_hash"`
	Status    status              `json:"status"`
	Error     string              `json:"error,omitempty"`
	Simulated bool                `json:"simulated"`
	DryRun    bool                `json:"dry_run"`
	Started   time.Time           `json:"started"`
	Finished  *time.Time          `json:"finished,omitempty"`
	Settings  map[string]string   `json:"settings"`
	Models    []modelRecord       `json:"models"`
	Steps     []StepCounts        `json:"steps"`
	Totals    totals              `json:"totals"`
	Expected  *forecast           `json:"expected,omitempty"` // while the run goes on
	Ledger    Ledger              `json:"ledger"`
	Rejects   map[llm.Class]int64 `json:"rejects"`
	Journal   journalRecord       `json:"journal"`
	Endpoints []endpointRecord    `json:"endpoints"`
	Budget    *budgetRecord       `json:"budget,omitempty"`
	Datasets  []datasetRecord     `json:"datasets"`
	Hub       []Pushed            `json:"hub,omitempty"`
	HubOff    []HubOff            `json:"hub_off,omitempty"`
	Sinks     []sinkRecord        `json:"sinks,omitempty"`

	pipe *Pipeline
}

// journalRecord is what the journal of the folder holds: the replies of this run and of those before it.
type journalRecord struct {
	Replies  int64   `json:"replies"`
	USD      float64 `json:"usd"`
	Unpriced int64   `json:"calls_unpriced"` // replies whose price is not known
	Damaged  int64   `json:"damaged"`        // records that this run found damaged
}

type modelRecord struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	Model    string `json:"model"`
	Host     string `json:"host"`
}

type totals struct {
	Source           int64   `json:"source_rows"`
	Written          int64   `json:"written"`
	Rejected         int64   `json:"rejected"`
	Unfinished       int64   `json:"unfinished_rows,omitempty"` // read, and not at an end when the run was stopped
	Calls            int64   `json:"calls"`
	Retries          int64   `json:"retries"`
	Recalled         int64   `json:"recalled"`
	PromptTokens     int64   `json:"prompt_tokens"`
	CompletionTokens int64   `json:"completion_tokens"`
	USD              float64 `json:"usd"`
	Unpriced         int64   `json:"calls_unpriced"`
	Seconds          float64 `json:"seconds"` // from start to end
}

func newRecord(p Program, o options, pipe *Pipeline) *record {
	r := &record{Distigen: V1, Pipeline: p.Name, Hash: p.Hash, Status: running, Simulated: o.simulate, DryRun: o.dry,
		Started: time.Now().UTC().Truncate(time.Second), Settings: map[string]string{}, Models: []modelRecord{},
		Steps: []StepCounts{}, Rejects: map[llm.Class]int64{}, Endpoints: []endpointRecord{}, Datasets: []datasetRecord{}, HubOff: p.HubOff, pipe: pipe}
	if p.Hub != nil {
		r.Hub = p.Hub.Targets()
	}
	for _, g := range pipe.settings.given {
		r.Settings[g.String()] = endpoint.Public(g.text)
	}
	for _, m := range pipe.models {
		host := "the provider's own"
		if u, err := url.Parse(m.BaseURL); err == nil && u.Host != "" {
			host = u.Host
		}
		if o.simulate {
			host = "simulator"
		}
		r.Models = append(r.Models, modelRecord{m.Alias, m.Provider, m.Name, host})
	}
	return r
}

// take brings the record up to what the run has done.
func (r *record) take(e *engine, out *output) {
	r.Ledger = e.ledger
	r.enter(e.stats.snapshot(), e, out)
	r.Totals.Unfinished = e.unfinished
	r.Expected = nil
}

func (r *record) enter(steps []StepCounts, e *engine, out *output) {
	r.Simulated = r.Simulated || faked(e.asks)
	r.Steps = steps
	r.Totals = sum(r.Steps)
	r.Totals.Source, r.Totals.Written, r.Totals.Rejected = r.Ledger.Source, r.Ledger.Written, r.Ledger.Rejected
	r.Rejects, r.Datasets = out.counts()
	r.Sinks = sinkRecords(r.pipe, e)
	r.takeLimits(e.asks)
}

// look brings the record up to now, while the run goes on.
func (r *record) look(v view, e *engine, out *output) {
	e.mu.Lock()
	r.Ledger = e.ledger
	e.mu.Unlock()
	r.enter(v.steps, e, out)
	r.Expected, r.Totals.Seconds = v.forecast, v.after.Seconds()
}

// sum adds up the steps.
func sum(steps []StepCounts) (t totals) {
	spent := int64(0)
	for _, s := range steps {
		t.Calls += s.Calls
		t.Retries += s.Retries
		t.Recalled += s.Recalled
		t.Unpriced += s.Unpriced
		t.PromptTokens += s.PromptTokens
		t.CompletionTokens += s.CompletionTokens
		spent += s.nanoUSD
	}
	t.USD = float64(spent) / 1e9
	return t
}

// faked reports whether some reply was of a simulator that was asked by its address.
func faked(asks asks) bool {
	f, ok := asks.(interface{ Faked() bool })
	return ok && f.Faked()
}

// madeBy is what the datasets of a run come from, as it stands.
func madeBy(r *record, asks asks) func() dataset.Made {
	made := dataset.Made{Distigen: r.Distigen, Pipeline: r.Pipeline, Hash: r.Hash, Simulated: r.Simulated}
	return func() dataset.Made {
		now := made
		now.Simulated = made.Simulated || faked(asks)
		return now
	}
}
