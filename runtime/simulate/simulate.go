package simulate

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Options say how the simulator behaves. The zero value is a fast, faultless API without limits that takes any key.
type Options struct {
	Key      string           // the only API key that is taken; empty: any key, but there must be one
	NoKey    bool             // take requests without a key, too
	AnyModel bool             // answer for models that the provider does not know, too, and take OpenAI's names of settings for them
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

// Header is in every reply of a simulator, so that nobody takes its data for those of a model.
const Header = "X-Distigen-Simulator"

// Server is a running simulator.
type Server struct {
	URL string // base URL of the API, with /v1

	sim  *sim
	http *http.Server
}

// Start runs a simulator on addr, such as 127.0.0.1:0 for any free port.
func Start(addr string, o Options) (*Server, error) {
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("the simulator cannot listen on %q: %w", addr, err)
	}
	if !o.Remote && !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("the simulator listens on this machine only, and other machines can reach %q. Take 127.0.0.1:PORT", addr)
	}
	l, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		return nil, fmt.Errorf("the simulator cannot listen on %q: %w", addr, err)
	}
	s := &Server{URL: "http://" + l.Addr().String() + "/v1", sim: newSim(o)}
	s.sim.exact = true
	// Replies that are broken off on purpose are not worth a line on standard error.
	s.http = &http.Server{Handler: s.sim, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute}
	go s.http.Serve(l) // ends with Close; a listener on loopback gives no other error worth a report
	return s, nil
}

// Close stops the simulator and breaks what is under way.
func (s *Server) Close() error { return s.http.Close() }

// Requests tells what was asked so far.
func (s *Server) Requests() Requests { return s.sim.log.snapshot() }

// Handler returns the API without a listener. Its paths begin with /v1.
func Handler(o Options) http.Handler { return newSim(o) }
