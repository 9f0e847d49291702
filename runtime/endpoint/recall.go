package endpoint

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// Journal keeps replies, so that none is paid for twice. A *journal.Journal is one.
type Journal interface {
	Get(journal.Key) (*journal.Entry, bool)
	Put(*journal.Entry) error
	WaitRoom(context.Context) error
	Totals() journal.Totals
	Each(func(*journal.Entry) error) error
	Unstored() (journal.Amount, error)
	NoteUnstored(journal.Amount) error
}

// Use has all replies go through a journal, before the first one is asked for. With anew, rows whose replies have all
// failed are asked for again.
func (s *Set) Use(j Journal, anew bool) error {
	s.journal, s.anew = j, anew
	return s.purse.open(j, s.tasks)
}

func (s *Set) recall(key journal.Key) (*journal.Entry, bool) {
	if s.journal == nil {
		return nil, false
	}
	return s.journal.Get(key)
}

func (s *Set) keep(e *journal.Entry) error {
	if s.journal == nil {
		return nil
	}
	if err := s.journal.Put(e); err != nil {
		return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("A reply cannot be stored: %v.", err), Err: err,
			Remedy: "Mend that and run again: what was stored before is not asked for again."}
	}
	return nil
}

// waitRoom waits while replies cannot be stored, so that none is paid for that would be lost.
func (s *Set) waitRoom(ctx context.Context) error {
	if s.journal == nil {
		return nil
	}
	return s.journal.WaitRoom(ctx)
}

const (
	// simulatorHeader is set by distigen's simulator in all that it sends.
	simulatorHeader = "X-Distigen-Simulator"
	// ofSimulator marks the address of a simulator that was asked as if it were a real server.
	ofSimulator = " (simulator)"
)

// keyOf is the identity of a question. The step's name is no part of it, so that a step can get another one.
func (e *endpoint) keyOf(q *question) journal.Key {
	h := sha256.New()
	var numbers []byte
	for _, s := range []string{"1", e.name, q.call.Row, string(q.body)} {
		numbers = binary.AppendUvarint(numbers[:0], uint64(len(s)))
		h.Write(numbers)
		h.Write([]byte(s))
	}
	numbers = numbers[:0]
	for _, n := range []int{q.call.Sample, q.call.Twin, q.round, q.attempt} {
		numbers = binary.AppendVarint(numbers, int64(n))
	}
	h.Write(numbers)
	return journal.Key(h.Sum(nil))
}

// entry is a reply as the journal keeps it.
func (e *endpoint) entry(key journal.Key, q *question, r llm.Reply, took time.Duration) *journal.Entry {
	return &journal.Entry{Key: key, Time: time.Now(), Took: took, Step: q.call.Step, Row: q.call.Row, Sample: q.call.Sample, Attempt: q.attempt,
		Round: q.round, Address: e.name, Request: q.body, Text: r.Text, Model: r.Model, FinishReason: r.FinishReason,
		PromptTokens: r.PromptTokens, CompletionTokens: r.CompletionTokens, NanoUSD: costOf(q, r)}
}
