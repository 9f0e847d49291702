package endpoint

import (
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// Operation is a request that was sent, with what came back: one try.
type Operation struct {
	Call     llm.Call
	Attempt  int // of the question, from 1
	Try      int // of the request, from 1
	Provider string
	Host     string
	Model    string // as asked for
	Began    time.Time
	Took     time.Duration
	Status   int       // of HTTP; 0 if no reply came
	Class    llm.Class // of the failure; empty if there was a reply
	Reply    llm.Reply
	Settings llm.Generation
	Texts    int  // of a request for embeddings; 0: a chat
	Raw      bool // a text was gone on with as it stands
}

// operation is what is told of a try.
func (a *asker) operation(q *question, began time.Time, took time.Duration, x *exchange, reply llm.Reply, f *failure) Operation {
	op := Operation{Call: q.call, Attempt: q.attempt, Try: q.sent, Provider: a.endpoint.provider, Host: a.endpoint.host, Model: q.model.Name,
		Began: began, Took: took, Status: x.status, Reply: reply, Texts: len(q.texts), Raw: q.raw, Settings: merge(a.task.Generation, q.model.Generation)}
	if f != nil {
		op.Class = f.class
	}
	return op
}
