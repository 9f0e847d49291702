package simulate

import (
	"maps"
	"sync"
)

// Requests is what a simulator was asked.
type Requests struct {
	Count  int            // all of them, also those under way
	Status map[int]int    // of those that are answered, by HTTP status; 0: none is sent
	Faults map[string]int // by the name of the fault, as in ParseFaults
	Log    []Request      // each one, in the order of arrival; with Options.Record only
}

// Request is one recorded request.
type Request struct {
	Method, Path string
	Body         []byte
	Status       int    // 0: none was sent, or not yet
	Fault        string // the fault it met; empty: none
}

// journal counts requests and keeps them if it is to.
type journal struct {
	mu     sync.Mutex
	record bool
	count  int
	status map[int]int
	faults map[string]int
	log    []*Request
}

func (j *journal) begin(method, path string, body []byte) *Request {
	r := &Request{Method: method, Path: path}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.count++
	if j.record {
		r.Body = body
		j.log = append(j.log, r)
	}
	return r
}

func (j *journal) end(r *Request, status int, fault string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r.Status, r.Fault = status, fault
	j.status[status]++
	if fault != "" {
		j.faults[fault]++
	}
}

func (j *journal) snapshot() Requests {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := Requests{Count: j.count, Status: maps.Clone(j.status), Faults: maps.Clone(j.faults)}
	for _, e := range j.log {
		r.Log = append(r.Log, *e)
	}
	return r
}
