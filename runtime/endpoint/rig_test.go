package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// rig is a server in memory and rows that are asked of it, in the time of a synctest bubble.
type rig struct {
	*Set
	*witness
	model  llm.Model
	failed map[llm.Class]int
	err    error // that stopped it
	began  time.Time
	took   time.Duration

	mu      sync.Mutex
	refuses func() bool // connections
	status  map[int]int
	inside  int
	most    int
}

var noConnection = &net.OpError{Op: "dial", Err: errors.New("connection refused")}

// newRig makes a rig. Its model takes 16 requests at once and lets them be tried again once.
func newRig(t *testing.T, h http.Handler, change func(*llm.Model)) *rig {
	t.Helper()
	r := &rig{model: local(), failed: map[llm.Class]int{}, status: map[int]int{}, began: time.Now(), refuses: func() bool { return false }}
	r.model.MaxInFlight, r.model.MaxRetries = 16, new(1)
	if change != nil {
		change(&r.model)
	}
	r.Set, r.witness = newTestSet(t, transport(func(req *http.Request, body string) (*http.Response, error) {
		if r.refuses() {
			return nil, noConnection
		}
		r.counts(func() { r.inside++; r.most = max(r.most, r.inside) })
		defer r.counts(func() { r.inside-- })
		got := httptest.NewRecorder()
		sent := httptest.NewRequestWithContext(req.Context(), "POST", "/v1/chat/completions", strings.NewReader(body))
		sent.Header = req.Header.Clone()
		sent.Header.Set("Authorization", "Bearer a-key")
		h.ServeHTTP(got, sent)
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		r.counts(func() { r.status[got.Code]++ })
		return got.Result(), nil
	}), r.model)
	dice := rand.New(rand.NewPCG(1, 2))
	r.jitter = func() (f float64) { r.counts(func() { f = dice.Float64() }); return f }
	return r
}

func (r *rig) counts(count func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	count()
}

// ask asks for so many rows of each step, until they are done or the run is to stop.
func (r *rig) ask(t *testing.T, rows int, steps ...string) *rig {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var all sync.WaitGroup
	for i := range rows {
		for n, step := range steps {
			all.Go(func() {
				call := llm.Call{Step: step, Row: fmt.Sprint(i), Priority: llm.Priority{Row: int64(i), Step: n}}
				_, err := r.Asker(llm.Task{Model: r.model, MaxAttempts: 1}, call).Ask(ctx, user(fmt.Sprintf("Row %d of %s.", i, step)), nil, anything)
				row := (*llm.RowError)(nil)
				switch {
				case errors.As(err, &row):
					r.counts(func() { r.failed[row.Class]++ })
				case err != nil && ctx.Err() == nil:
					r.counts(func() { r.err = err })
					cancel()
				}
			})
		}
	}
	all.Wait()
	r.took = time.Since(r.began)
	r.noneInside(t)
	return r
}

// refusedShare is the share of requests that were answered with 429, in percent.
func (r *rig) refusedShare() float64 {
	all := 0
	for _, n := range r.status {
		all += n
	}
	return 100 * float64(r.status[429]) / float64(all)
}

// passed is how many requests a second got through.
func (r *rig) passed() float64 { return float64(r.status[200]+r.status[500]) / r.took.Seconds() }

// says reports whether a change was told that holds these words.
func (r *rig) says(words string) bool { return strings.Contains(strings.Join(r.limited, "\n"), words) }

// row is the number of the row in a request.
func rowOf(body string) (row int, step string) {
	_, text, _ := strings.Cut(body, "Row ")
	fmt.Sscanf(text, "%d of %s", &row, &step)
	step, _, _ = strings.Cut(step, ".")
	return row, step
}

// replies is a server that answers after as long as took says, with as many tokens.
func replies(took func(body string) (time.Duration, int)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		d, tokens := took(string(body))
		select {
		case <-time.After(d):
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, strings.Replace(completion("x"), `"completion_tokens":2`, fmt.Sprintf(`"completion_tokens":%d`, tokens), 1))
	}
}

// peek reads the body of a request and leaves it there.
func peek(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	return string(body)
}
