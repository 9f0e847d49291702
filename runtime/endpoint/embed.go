package endpoint

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// wanted is the text of a row that is to get a vector.
type wanted struct {
	asker  *asker
	text   string
	body   []byte // of a request for this text alone, which is what the journal knows it by
	key    journal.Key
	values []float32
	model  string
	err    error
	done   chan struct{} // closed when there is a vector, or an error
}

// Embed gets the vector of a row's text: from the journal, or from the model, in a request that it shares with other rows.
func (a *asker) Embed(ctx context.Context, text string) (llm.Vector, error) {
	if strings.TrimSpace(text) == "" {
		return llm.Vector{}, &llm.RowError{Class: llm.Empty, Message: "The text is empty, so that there is nothing to embed."}
	}
	w := &wanted{asker: a, text: text, done: make(chan struct{})}
	var err error
	if w.body, err = a.endpoint.embedBody(a.task, []string{text}); err != nil {
		return llm.Vector{}, err
	}
	w.key = a.endpoint.keyOf(&question{call: a.call, body: w.body, attempt: 1})
	if e, ok := a.set.recall(w.key); ok {
		if values, ok := unpacked(e.Text); ok {
			a.noteRecalled(e)
			return llm.Vector{Values: exactly(values), Model: e.Model}, nil
		}
	}
	a.set.gather(ctx, w)
	select {
	case <-w.done:
	case <-ctx.Done():
		return llm.Vector{}, ctx.Err()
	}
	if w.err != nil {
		return llm.Vector{}, w.err
	}
	return llm.Vector{Values: exactly(w.values), Model: w.model}, nil
}

// embedBody is the JSON of a request for the vectors of some texts. They are wanted in base64, which is a third of the size of
// numbers in JSON; a server that sends numbers nevertheless is understood.
type embedBody struct {
	Model           string   `json:"model"`
	Input           []string `json:"input"`
	OutputDimension *int     `json:"output_dimension,omitempty"` // as Mistral calls it
	Dimensions      *int     `json:"dimensions,omitempty"`       // as all others do
	EncodingFormat  string   `json:"encoding_format"`
}

func (a address) embedBody(t llm.Task, texts []string) ([]byte, error) {
	b := embedBody{Model: t.Model.Name, Input: texts, EncodingFormat: "base64"}
	if a.provider == "mistral" {
		b.OutputDimension = t.Vectors.Dimensions
	} else {
		b.Dimensions = t.Vectors.Dimensions
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(b); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

// embed asks for the vectors of some rows in one request. Where that is refused, it may be for one of the texts: the rows are
// parted until that one is found, so that the others get their vectors.
func (s *Set) embed(ctx context.Context, texts []*wanted) {
	err := s.askVectors(ctx, texts)
	if err != nil && len(texts) > 1 && mayBeOfOne(err) {
		half := len(texts) / 2
		s.embed(ctx, texts[:half])
		s.embed(ctx, texts[half:])
		return
	}
	for _, w := range texts {
		w.err = err
		close(w.done)
	}
}

// mayBeOfOne reports whether a failure may be for one text of a request. Those that are not, would befall each part again.
func mayBeOfOne(err error) bool {
	row, ok := err.(*llm.RowError)
	return ok && row.Class != llm.RateLimited && row.Class != llm.Connection
}

func (s *Set) askVectors(ctx context.Context, texts []*wanted) error {
	first := texts[0]
	a := first.asker
	body := first.body
	if len(texts) > 1 {
		all := make([]string, len(texts))
		for i, w := range texts {
			all[i] = w.text
		}
		var err error
		if body, err = a.endpoint.embedBody(a.task, all); err != nil {
			return err
		}
	}
	q := &question{call: a.call, attempt: 1, body: body, model: a.task.Model, texts: texts,
		timeout: time.Duration(cmp.Or(a.task.Model.TimeoutSecs, defaultTimeout)) * time.Second}
	_, err := a.fetch(ctx, q, first.key, "")
	if row, ok := err.(*llm.RowError); ok && len(texts) == 1 && row.Class == llm.Refused {
		row.Message += fmt.Sprintf(" The text of this row has %d letters.", utf8.RuneCountInString(first.text))
	}
	return err
}

// storeVectors brings the vectors of a request into the journal, each under the identity of its row. Price and tokens are
// parted by the lengths of the texts.
func (a *asker) storeVectors(q *question, whole *journal.Entry) error {
	shares := newShares(q.texts, whole)
	errs := make(chan error, len(q.texts))
	for i, w := range q.texts {
		e := *whole
		e.Key, e.Row, e.Request, e.Text, e.FinishReason = w.key, w.asker.call.Row, w.body, packed(w.values), journal.IsVector
		e.PromptTokens, e.NanoUSD = shares.next(len(w.text))
		e.Shared = i > 0
		w.model = e.Model
		go func() { errs <- a.set.keep(&e) }() // so that they go to disk together
	}
	var first error
	for range q.texts {
		first = cmp.Or(first, <-errs)
	}
	return first
}

// shares parts the tokens and the price of a request, so that they add up exactly.
type shares struct {
	whole                   *journal.Entry
	length, passed          int64
	tokensGiven, priceGiven int64
}

func newShares(texts []*wanted, whole *journal.Entry) *shares {
	s := &shares{whole: whole}
	for _, w := range texts {
		s.length += int64(len(w.text))
	}
	return s
}

func (s *shares) next(length int) (tokens int, nanoUSD int64) {
	s.passed += int64(length)
	upTo := func(all int64) int64 { return int64(float64(all) * float64(s.passed) / float64(s.length)) }
	tokens = int(upTo(int64(s.whole.PromptTokens)) - s.tokensGiven)
	s.tokensGiven += int64(tokens)
	if s.whole.NanoUSD < 0 {
		return tokens, s.whole.NanoUSD
	}
	nanoUSD = upTo(s.whole.NanoUSD) - s.priceGiven
	s.priceGiven += nanoUSD
	return tokens, nanoUSD
}
