package endpoint

import (
	"cmp"
	"context"
	"time"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// asker asks one model for one row.
type asker struct {
	set      *Set
	endpoint *endpoint
	task     llm.Task
	call     llm.Call
	recalled bool // the last reply came from the journal
}

// Call says for what is asked.
func (a *asker) Call() llm.Call { return a.call }

// question is one request with its identity: who asks, which time, and the exact bytes.
type question struct {
	call    llm.Call
	round   int // how often the row was asked for anew after all attempts had failed
	attempt int // from 1
	body    []byte
	model   llm.Model
	timeout time.Duration
	most    int // tokens that the reply may have; 0: not known
	trouble trouble
	sent    int       // tries so far
	texts   []*wanted // that get vectors; nil: the reply is a text
	raw     bool      // the text is gone on with as it stands
}

// saying is what a model is asked: a conversation, or a text to go on with.
type saying struct {
	messages []llm.Message
	schema   *llm.Schema
	raw      *llm.Raw // nil: a conversation
}

// Ask asks until accept takes a reply, at most MaxAttempts times; and in as many rounds as the failed rows were asked for
// anew.
func (a *asker) Ask(ctx context.Context, messages []llm.Message, schema *llm.Schema, accept func(string) error) (llm.Reply, error) {
	return a.rounds(ctx, saying{messages: messages, schema: schema}, accept)
}

// Complete is Ask for a text that the model goes on with.
func (a *asker) Complete(ctx context.Context, raw llm.Raw, accept func(string) error) (llm.Reply, error) {
	return a.rounds(ctx, saying{raw: &raw}, accept)
}

func (a *asker) rounds(ctx context.Context, what saying, accept func(string) error) (llm.Reply, error) {
	for round := 0; ; round++ {
		reply, bad, err := a.ask(ctx, round, what, accept)
		if bad == nil {
			return reply, err
		}
		if again, err := a.asksAnew(what, round+1); !again || err != nil {
			return reply, cmp.Or[error](err, bad)
		}
	}
}

// ask is one round. bad is why its last reply cannot be used.
func (a *asker) ask(ctx context.Context, round int, what saying, accept func(string) error) (reply llm.Reply, bad *llm.RowError, err error) {
	said := what
	for attempt := 1; ; attempt++ {
		body, err := a.endpoint.bodyOf(a.task, said, a.call, round, attempt)
		if err != nil {
			return reply, nil, err
		}
		q := &question{call: a.call, round: round, attempt: attempt, body: body, model: a.task.Model, most: mostTokens(a.task), raw: what.raw != nil,
			timeout: time.Duration(cmp.Or(a.task.Model.TimeoutSecs, defaultTimeout)) * time.Second}
		last := reply.Text
		if reply, err = a.answer(ctx, q, last); err != nil {
			return reply, nil, err
		}
		err = judge(reply, accept)
		if err == nil {
			return reply, nil, nil
		}
		if bad = unusable(err, reply); bad == nil {
			return reply, nil, err
		}
		if attempt >= a.task.MaxAttempts {
			return reply, bad, nil
		}
		if !a.recalled {
			a.set.watch.Repeated(a.call, attempt, bad)
		}
		if what.raw == nil {
			said.messages = told(what.messages, reply, bad)
		}
	}
}

// asksAnew reports whether a row whose replies all failed is asked for again in a further round: if it was before, as the
// journal notes, or if failed rows are to be asked for anew and all of this one's replies are old.
func (a *asker) asksAnew(what saying, round int) (bool, error) {
	if a.set.journal == nil {
		return false, nil
	}
	body, err := a.endpoint.bodyOf(a.task, what, a.call, 0, 1)
	if err != nil {
		return false, err
	}
	mark := a.endpoint.keyOf(&question{call: a.call, round: round, attempt: -1, body: body})
	if _, ok := a.set.recall(mark); ok {
		return true, nil
	}
	if !a.set.anew || !a.recalled {
		return false, nil
	}
	return true, a.set.keep(&journal.Entry{Key: mark, Mark: true, Time: time.Now(), Step: a.call.Step, Row: a.call.Row, Sample: a.call.Sample,
		Round: round, Address: a.endpoint.name})
}
