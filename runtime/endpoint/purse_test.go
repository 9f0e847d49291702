package endpoint

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// ledger is a journal's part of a purse, in memory.
type ledger struct {
	totals   journal.Totals
	unstored journal.Amount
	entries  []*journal.Entry
	notes    int
	fails    error
}

func (l *ledger) Get(journal.Key) (*journal.Entry, bool) { return nil, false }
func (l *ledger) Put(*journal.Entry) error               { return nil }
func (l *ledger) WaitRoom(context.Context) error         { return nil }
func (l *ledger) Totals() journal.Totals                 { return l.totals }
func (l *ledger) Unstored() (journal.Amount, error)      { return l.unstored, l.fails }

func (l *ledger) NoteUnstored(a journal.Amount) error {
	l.unstored = a
	l.notes++
	return l.fails
}

func (l *ledger) Each(f func(*journal.Entry) error) error {
	for _, e := range l.entries {
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

func calls(n int64) amount { return amount{Calls: n} }

// Whatever becomes of requests, the caps hold, and what is noted is never less than what may have been spent without a reply
// in the journal.
func TestCapsHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dice := rand.New(rand.NewPCG(5, 6))
		var l ledger
		p := &purse{cap: amount{Calls: 700, NanoUSD: 100_000}}
		if err := p.open(&l, nil); err != nil {
			t.Fatal(err)
		}
		holds := func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			if all := plus(plus(p.stored, p.lost), p.reserved); !within(all, p.cap) || p.reserved.Calls < 0 {
				t.Errorf("%+v is spent or reserved of %+v", all, p.cap)
			}
			if at := plus(p.lost, p.reserved); at.Calls > l.unstored.Calls || at.NanoUSD > l.unstored.NanoUSD {
				t.Errorf("%+v may be lost, and %+v is noted", at, l.unstored)
			}
		}
		var all sync.WaitGroup
		var stopped, sent atomic.Int64
		for range 900 {
			worst := amount{Calls: 1, NanoUSD: 50 + dice.Int64N(400)}
			stored, lost := amount{Calls: 1, NanoUSD: dice.Int64N(worst.NanoUSD)}, amount{}
			switch dice.IntN(10) {
			case 0:
				stored, lost = amount{}, worst
			case 1:
				stored, lost = amount{}, calls(1)
			case 2:
				stored = amount{} // it was not sent
			}
			takes := time.Duration(dice.IntN(1000)) * time.Millisecond
			all.Go(func() {
				time.Sleep(takes)
				err := p.reserve(t.Context(), worst)
				holds()
				if err != nil {
					stopped.Add(1)
					return
				}
				sent.Add(1)
				time.Sleep(takes)
				p.settle(worst, stored, lost)
				holds()
			})
		}
		all.Wait()
		if stopped.Load() == 0 || sent.Load() < 500 || l.notes > 150 {
			t.Errorf("%d sent, %d stopped, %d notes", sent.Load(), stopped.Load(), l.notes)
		}
		if err := p.close(); err != nil || l.unstored != p.lost {
			t.Errorf("%v; %+v is noted in the end, and %+v is lost", err, l.unstored, p.lost)
		}
	})
}

// A request waits for those under way, and the run is stopped only when none is.
func TestReservationsAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &purse{cap: calls(2)}
		for range 2 {
			if err := p.reserve(t.Context(), calls(1)); err != nil {
				t.Fatal(err)
			}
		}
		got := make(chan error, 1)
		go func() { got <- p.reserve(t.Context(), calls(1)) }()
		synctest.Wait()
		if len(got) > 0 {
			t.Fatalf("%v while others are under way", <-got)
		}
		p.settle(calls(1), amount{}, amount{}) // was never sent
		if err := <-got; err != nil {
			t.Fatal(err)
		}
		p.settle(calls(1), calls(1), amount{})
		go func() { got <- p.reserve(t.Context(), calls(1)) }()
		p.settle(calls(1), amount{}, calls(1))
		stop := (*llm.StopError)(nil)
		if err := <-got; !errors.As(err, &stop) || err.Error() != "The budget is spent: 2 of 2 calls (max_calls). "+
			"Nothing of it is lost: the same command with a higher cap goes on, such as --max-calls 4." {
			t.Errorf("%v", err)
		}
		if s := p.spent(); s != (Spent{Calls: 2, MaxCalls: 2}) {
			t.Errorf("%+v", s)
		}
		ctx, cancel := context.WithCancel(t.Context())
		p = &purse{cap: calls(1)}
		p.reserve(ctx, calls(1))
		go func() { got <- p.reserve(ctx, calls(1)) }()
		synctest.Wait()
		cancel()
		if err := <-got; !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

// What earlier runs have spent counts, with what may have been under way when one was killed.
func TestEarlierRunsCount(t *testing.T) {
	for name, c := range map[string]struct {
		ledger
		cap  Budget
		want string
	}{
		"within":               {ledger{totals: journal.Totals{Calls: 5, NanoUSD: 500}, unstored: journal.Amount{Calls: 2, NanoUSD: 300}}, Budget{MaxCalls: 8, MaxUSD: 1e-6}, ""},
		"calls":                {ledger{totals: journal.Totals{Calls: 5}, unstored: journal.Amount{Calls: 3}}, Budget{MaxCalls: 8}, "8 of 8 calls"},
		"money":                {ledger{totals: journal.Totals{NanoUSD: 700}, unstored: journal.Amount{NanoUSD: 290}}, Budget{MaxUSD: 1e-6}, "0.000000990 of 0.00000100 USD (max_usd), and the next request may cost up to 0.000000100"},
		"a smaller cap":        {ledger{totals: journal.Totals{Calls: 50}}, Budget{MaxCalls: 8}, "50 of 8 calls"},
		"damaged":              {ledger{fails: errors.New("it is damaged")}, Budget{MaxCalls: 8}, "What was spent cannot be read from the journal: it is damaged. Mend that"},
		"priced late":          {ledger{totals: journal.Totals{Calls: 1, Unpriced: 1}, entries: []*journal.Entry{unpriced("m-1", 400)}}, Budget{MaxUSD: 1e-6}, ""},
		"priced late, money":   {ledger{totals: journal.Totals{Calls: 1, Unpriced: 1}, entries: []*journal.Entry{unpriced("m-1", 950)}}, Budget{MaxUSD: 1e-6}, "0.000000952 of"},
		"price not known":      {ledger{totals: journal.Totals{Calls: 1, Unpriced: 1}, entries: []*journal.Entry{unpriced("m-2", 1)}}, Budget{MaxUSD: 1e-6}, "replies of the model m-2, whose price is not known. Choose another folder"},
		"price not asked for":  {ledger{totals: journal.Totals{Calls: 1, Unpriced: 1}, entries: []*journal.Entry{unpriced("m-2", 1)}}, Budget{MaxCalls: 8}, ""},
		"unpriced, but listed": {ledger{totals: journal.Totals{Calls: 1, Unpriced: 1}, entries: []*journal.Entry{{NanoUSD: -1, Address: "mistral https://api.mistral.ai/v1", Request: []byte(`{"model":"ministral-8b-latest"}`), PromptTokens: 1}}}, Budget{MaxUSD: 1e-6}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := local()
			m.Price = llm.Price{Input: llm.Ptr(0.001), Output: llm.Ptr(0.002)}
			s, _ := newTestSet(t, always(200, completion("x")), m)
			tasks := []llm.Task{{Model: m, Generation: llm.Generation{MaxNewTokens: llm.Ptr(1)}}}
			err := s.Cap(c.cap, tasks)
			if err == nil {
				err = s.Use(&c.ledger, false)
			}
			if err == nil {
				err = s.purse.reserve(t.Context(), amount{Calls: 1, NanoUSD: 100})
			}
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

func unpriced(model string, prompt int) *journal.Entry {
	return &journal.Entry{NanoUSD: -1, Address: "openai http://server/v1", Request: []byte(`{"model":"` + model + `"}`), PromptTokens: prompt, Text: "x"}
}

// A cap in money is refused where it cannot be kept.
func TestCapsThatCannotBeKept(t *testing.T) {
	priced := func(m llm.Model) llm.Model {
		m.Price = llm.Price{Input: llm.Ptr(1.0), Output: llm.Ptr(2.0)}
		return m
	}
	free := local()
	free.Price = llm.Price{Input: llm.Ptr(0.0), Output: llm.Ptr(0.0)}
	half := local()
	half.Price.Input = llm.Ptr(1.0)
	short := llm.Generation{MaxNewTokens: llm.Ptr(5)}
	for name, c := range map[string]struct {
		task llm.Task
		cap  Budget
		want string
	}{
		"listed":             {llm.Task{Model: llm.Model{Name: "mistral-large-latest"}}, Budget{MaxUSD: 1}, ""},
		"no price":           {llm.Task{Model: local()}, Budget{MaxUSD: 1}, "the price of the model small is not known. Add it to the model block, in US dollars for a million tokens: price = { input = 0.1, output = 0.3 }"},
		"half a price":       {llm.Task{Model: half}, Budget{MaxUSD: 1}, "the price of the model small is not known"},
		"not known":          {llm.Task{Model: llm.Model{Name: "mistral-nothing"}}, Budget{MaxUSD: 1}, "the price of the model mistral-nothing is not known"},
		"another API's":      {llm.Task{Model: llm.Model{Name: "mistral-large-latest", Provider: "openai"}}, Budget{MaxUSD: 1}, "not known"},
		"calls alone":        {llm.Task{Model: local()}, Budget{MaxCalls: 1}, ""},
		"no end":             {llm.Task{Model: priced(local())}, Budget{MaxUSD: 1}, "how long a reply of the model small can be. Set max_new_tokens"},
		"an end of the step": {llm.Task{Model: priced(local()), Generation: short}, Budget{MaxUSD: 1}, ""},
		"free":               {llm.Task{Model: free}, Budget{MaxUSD: 1}, ""},
	} {
		s, err := New(nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Cap(c.cap, []llm.Task{c.task, c.task})
		if (err == nil) != (c.want == "") || err != nil && strings.Count(err.Error(), c.want) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What requests cost that get no reply: nothing, a call, or all that they can have cost.
func TestWhatIsLost(t *testing.T) {
	for name, c := range map[string]struct {
		send  http.RoundTripper
		calls int64
		nano  int64 // in thousands; -1 is all
		reply bool
	}{
		"a reply":       {always(200, completion("x")), 1, 3 + 2*2, true},
		"half a usage":  {always(200, strings.ReplaceAll(completion("x"), ":2,", ":0,")), 1, 3 + 2*1, true},
		"no usage":      {always(200, strings.ReplaceAll(strings.ReplaceAll(completion("x"), ":3,", ":0,"), ":2,", ":0,")), 1, -2, true},
		"429":           {always(429, "{}"), 1, 0, false},
		"500":           {always(500, "{}"), 1, 0, false},
		"400":           {always(400, "{}"), 1, 0, false},
		"504":           {always(504, "{}"), 1, -1, false},
		"524":           {always(524, "{}"), 1, -1, false},
		"408":           {always(408, "{}"), 1, -1, false},
		"bad JSON":      {always(200, "{"), 1, -1, false},
		"broken":        {transport(func(*http.Request, string) (*http.Response, error) { return nil, errors.New("broken") }), 1, -1, false},
		"no connection": {transport(func(*http.Request, string) (*http.Response, error) { return nil, noConnection }), 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := local()
			m.MaxRetries, m.MaxOutageSecs = new(0), new(0)
			m.Price = llm.Price{Input: llm.Ptr(1.0), Output: llm.Ptr(2.0)}
			m.Generation.MaxNewTokens = llm.Ptr(9)
			s, _ := newTestSet(t, c.send, m)
			if _, err := s.ask(t.Context(), m, "What?"); (err == nil) != c.reply {
				t.Fatal(err)
			}
			body := int64(len(`{"model":"m-1","messages":[{"role":"user","content":"What?"}],"max_tokens":9}`))
			nano := map[int64]int64{-1: body + 2*9, -2: body + 2*1}[c.nano]
			if nano == 0 {
				nano = c.nano
			}
			if got := s.Spent(); got.Calls != c.calls || got.NanoUSD != 1000*nano || s.purse.reserved != (amount{}) {
				t.Errorf("%+v, and not %d; reserved %+v", got, 1000*nano, s.purse.reserved)
			}
		})
	}
}

// Over HTTP, with failures and with several runs, the server never sees more requests than the cap.
func TestServerSeesNoMoreThanTheCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l ledger
		seen, before := 0, 0
		var mu sync.Mutex
		for _, most := range []int{40, 40, 100} {
			dice := randomly(func(f float64) float64 { return f })
			r := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				mu.Lock()
				seen++
				fails := dice() < 0.3
				mu.Unlock()
				if fails {
					w.WriteHeader(500)
					return
				}
				replies(func(string) (time.Duration, int) { return time.Second, 2 })(w, req)
			}), func(m *llm.Model) { m.MaxInFlight, m.MaxRetries = 8, new(9) })
			if err := errors.Join(r.Cap(Budget{MaxCalls: most}, nil), r.Use(&l, false)); err != nil {
				t.Fatal(err)
			}
			before = seen
			r.ask(t, 300, "a")
			if stop := (*llm.StopError)(nil); !errors.As(r.err, &stop) || seen != most {
				t.Errorf("%v; the server saw %d requests", r.err, seen)
			}
			l.totals.Calls += int64(r.status[200])
			if err := r.Settle(); err != nil || l.unstored.Calls != int64(seen)-l.totals.Calls {
				t.Errorf("%v; %+v is noted", err, l.unstored)
			}
		}
		if before == seen {
			t.Error("a higher cap does not go on")
		}
	})
}

func TestMoney(t *testing.T) {
	for nano, want := range map[int64]string{5_000_000_000: "5.00", 4_999_000_001: "5.00", 1_230_000_000: "1.23", 123_400_000: "0.124", 1: "0.000000001", 12_345_678: "0.0124", 0: "0.00"} {
		if got := money(nano); got != want {
			t.Errorf("%d is %s and not %s", nano, got, want)
		}
	}
	for usd, want := range map[float64]int64{0.1: 100_000_000, 4.35: 4_350_000_000, 1e-9: 1} {
		if got := capOf(Budget{MaxUSD: usd}); got.NanoUSD != want {
			t.Errorf("%v is %d", usd, got.NanoUSD)
		}
	}
}
