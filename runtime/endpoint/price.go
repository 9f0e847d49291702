package endpoint

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"strings"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/models"
)

// Cap has a budget limit what these tasks spend, before the first request. A cap in money is an error where it is not known
// what a request can cost.
func (s *Set) Cap(b Budget, tasks []llm.Task) error {
	s.tasks = tasks
	s.purse.cap = capOf(b)
	if b.MaxUSD == 0 {
		return nil
	}
	var errs []error
	told := map[string]bool{}
	for _, t := range tasks {
		if err := CheckCap(t); err != nil && !told[err.Error()] {
			told[err.Error()] = true
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// CheckCap returns a *llm.FatalError if it is not known what a request of a task can cost at the most.
func CheckCap(t llm.Task) error {
	_, out, ok := priceOf(t.Model)
	switch {
	case !ok:
		return &llm.FatalError{Class: llm.InvalidParams,
			Message: fmt.Sprintf("There is a cap in money (max_usd), and the price of the model %s is not known.", nameOf(t.Model)),
			Remedy:  "Add it to the model block, in US dollars for a million tokens: price = { input = 0.1, output = 0.3 }. Or cap the calls alone (max_calls)."}
	case out > 0 && mostTokens(t) == 0:
		return &llm.FatalError{Class: llm.InvalidParams,
			Message: fmt.Sprintf("There is a cap in money (max_usd), and it is not known how long a reply of the model %s can be.", nameOf(t.Model)),
			Remedy:  "Set max_new_tokens in the generation of the model, or in its steps. Or cap the calls alone (max_calls)."}
	}
	return nil
}

// priceOf is what a million tokens of a request and of a reply cost in US dollars: as the model block says, or the
// provider's price list.
func priceOf(m llm.Model) (in, out float64, ok bool) {
	if m.Price.Input != nil && m.Price.Output != nil {
		return *m.Price.Input, *m.Price.Output, true
	}
	if known, listed := models.Lookup(m.Name); m.Provider != "openai" && listed && known.USDIn != nil {
		if known.Embeds {
			return *known.USDIn, 0, true // a vector costs nothing
		}
		if known.USDOut != nil {
			return *known.USDIn, *known.USDOut, true
		}
	}
	return 0, 0, false
}

// mostTokens is how many tokens a reply can have: as set, or as the model's context holds; 0 if that is not known.
func mostTokens(t llm.Task) int {
	if t.Vectors != nil {
		return 0 // a vector has no tokens
	}
	if n := merge(t.Generation, t.Model.Generation).MaxNewTokens; n != nil {
		return *n
	}
	if t.Raw {
		return rawTokens
	}
	if known, ok := models.Lookup(t.Model.Name); ok && t.Model.Provider != "openai" {
		return known.Context
	}
	return 0
}

// Cost is the price of a request in billionths of a US dollar; -1 where it is not known.
func Cost(m llm.Model, prompt, completion int) int64 {
	in, out, ok := priceOf(m)
	if !ok {
		return -1
	}
	return int64(math.Ceil(1000*in*float64(prompt) + 1000*out*float64(completion)))
}

// costOf is the price of a request that was answered. Where the server does not say how many tokens it took, it is what it
// can have been at the most: a token has one byte at least.
func costOf(q *question, r llm.Reply) int64 {
	prompt, completion := r.PromptTokens, r.CompletionTokens
	if prompt == 0 {
		prompt = len(q.body)
	}
	if completion == 0 {
		completion = len(r.Text)
	}
	return Cost(q.model, prompt, completion)
}

// worstOf is what a request can cost at the most.
func worstOf(q *question) amount {
	return amount{Calls: 1, NanoUSD: max(Cost(q.model, len(q.body), q.most), 0)}
}

// billed is what a request that failed may cost: nothing if it was refused, and all where nobody knows whether the model has
// answered it.
func billed(x *exchange, end ending, worst amount) amount {
	switch {
	case end.dead:
		return amount{} // it was not sent
	case x.status == 0, x.isGood(), x.status == http.StatusRequestTimeout, x.status == http.StatusBadGateway, x.status == http.StatusGatewayTimeout, x.status >= 520:
		return worst
	}
	return amount{Calls: 1}
}

// isDead reports whether there was no connection to send a request on.
func isDead(err error) bool {
	op := (*net.OpError)(nil)
	return errors.As(err, &op) && op.Op == "dial"
}

// open begins with what the folder of the journal has spent.
func (p *purse) open(j Journal, tasks []llm.Task) error {
	lost, err := j.Unstored()
	if err != nil {
		return unreadable(err)
	}
	t := j.Totals()
	stored := amount{Calls: t.Calls, NanoUSD: t.NanoUSD}
	if t.Unpriced > 0 && p.cap.NanoUSD > 0 {
		late, err := priceLate(j, tasks)
		if err != nil {
			return err
		}
		stored.NanoUSD += late
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stored, p.lost, p.noted, p.note = stored, lost, lost, j.NoteUnstored
	return nil
}

func unreadable(err error) error {
	return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("What was spent cannot be read from the journal: %v.", err), Err: err,
		Remedy: "Mend that, choose another folder with --out, or start over with --fresh."}
}

// priceLate is what those replies cost whose price was not known when they were stored, by the prices that are known now.
func priceLate(j Journal, tasks []llm.Task) (nano int64, err error) {
	err = j.Each(func(e *journal.Entry) error {
		if e.Mark || e.NanoUSD >= 0 {
			return nil
		}
		var body struct{ Model string }
		if err := json.Unmarshal(e.Request, &body); err != nil {
			return unreadable(err)
		}
		provider, _, _ := strings.Cut(e.Address, " ")
		m := llm.Model{Name: body.Model, Provider: provider}
		for _, t := range tasks {
			if t.Model.Name == body.Model {
				m = t.Model
			}
		}
		q := &question{model: m, body: e.Request}
		amount := costOf(q, llm.Reply{Text: e.Text, PromptTokens: e.PromptTokens, CompletionTokens: e.CompletionTokens})
		if amount < 0 {
			return &llm.FatalError{Class: llm.InvalidParams,
				Message: fmt.Sprintf("There is a cap in money (max_usd), and the journal has replies of the model %s, whose price is not known.", cmp.Or(body.Model, "?")),
				Remedy:  "Choose another folder with --out, start over with --fresh, or cap the calls alone (max_calls)."}
		}
		nano += amount
		return nil
	})
	return nano, err
}
