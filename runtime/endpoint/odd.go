package endpoint

import (
	"sync"

	"github.com/distigen/distigen/runtime/llm"
)

// odd is how many refusals in a row that would stop a run are held to be of their rows alone, where the endpoint has served
// requests of that kind before: a firewall may refuse one prompt, and a load balancer err.
const odd = 2

// proofs tell which requests the endpoint has served.
type proofs struct {
	mu   sync.Mutex
	have map[alike]*proof
}

// alike are requests that differ in nothing but their row.
type alike struct{ step, model string }

type proof struct {
	served  bool
	refused int // one after the other
}

func newProofs() *proofs { return &proofs{have: map[alike]*proof{}} }

func (p *proofs) of(q *question) *proof {
	k := alike{q.call.Step, q.model.Name}
	if p.have[k] == nil {
		p.have[k] = &proof{}
	}
	return p.have[k]
}

// served notes that a request was.
func (p *proofs) served(q *question) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*p.of(q) = proof{served: true}
}

// spare makes a failure that would stop the run one of the row alone, if the endpoint has served such requests and has not
// refused several since.
func (p *proofs) spare(f *failure, q *question) {
	p.mu.Lock()
	defer p.mu.Unlock()
	has := p.of(q)
	if has.refused++; !has.served || has.refused > odd {
		return
	}
	f.class, f.remedy = llm.Refused, ""
	f.message += " Since the endpoint has served such requests before, this is held to be of the row alone."
}
