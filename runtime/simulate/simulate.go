// Package simulate is a fake Mistral API, for trying, testing and measuring without a key and without cost.
package simulate

import (
	"net/http"
	"time"
)

// Options say how the simulator behaves. The zero value is a fast, faultless API without limits that takes any key.
type Options struct {
	Key      string           // the only API key that is taken; empty: any key, but there must be one
	AnyModel bool             // answer for model names that the provider does not know, too
	Limits   Limits           // rate limits
	Faults   Faults           // failures on purpose; see ParseFaults
	Record   bool             // keep every request for Requests
	Remote   bool             // let Start listen on addresses that other machines can reach
	Now      func() time.Time // the clock; nil: time.Now
}

// Limits are the rate limits. Zero: no limit.
type Limits struct {
	RequestsPerSecond int
	RequestsPerMinute int
	TokensPerMinute   int
	RetryAfter        bool // say in a 429 when to come back
}

// Server is a running simulator.
type Server struct {
	URL string // base URL of the API, with /v1
}

// Start runs a simulator on addr, such as 127.0.0.1:0 for any free port.
func Start(addr string, o Options) (*Server, error) { return nil, nil }

// Close stops the simulator and breaks what is under way.
func (s *Server) Close() error { return nil }

// Requests tells what was asked so far.
func (s *Server) Requests() Requests { return Requests{} }

// Requests is what a simulator was asked.
type Requests struct {
	Count  int            // all of them
	Status map[int]int    // by HTTP status; 0: no status was sent (reset, hang)
	Faults map[string]int // by the name of the fault, as in ParseFaults
	Log    []Request      // each one, in the order of arrival; with Options.Record only
}

// Request is one recorded request.
type Request struct {
	Method, Path string
	Body         []byte
	Status       int
	Fault        string // the fault it met; empty: none
}

// Handler returns the API without a listener. Its paths begin with /v1.
func Handler(o Options) http.Handler { return nil }

// Faults are failures on purpose. The zero value has none.
type Faults struct{}

// ParseFaults reads a comma-separated list such as 429=0.05,latency=50ms,script=FILE.
func ParseFaults(spec string) (Faults, error) { return Faults{}, nil }
