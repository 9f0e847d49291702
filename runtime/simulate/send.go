package simulate

import (
	"math"
	"net"
	"net/http"
	"strconv"
	"time"
)

// piecesOfSlow is into how many pieces a slow reply is cut.
const piecesOfSlow = 10

const page = "<!DOCTYPE html>\n<html><head><title>Please wait</title></head><body><h1>One moment, please</h1></body></html>\n"

// wait waits, and reports whether the client is still there afterwards.
func (s *sim) wait(c *call, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	until, late := time.Now().Add(d), time.Duration(0)
	if s.exact {
		late = timersLate
	}
	t := time.NewTimer(d - late)
	defer t.Stop()
	select {
	case <-t.C:
		if s.exact {
			sleepUntil(until)
		}
		return true
	case <-c.Context().Done():
		return false
	}
}

// send sends the answer, as well as its fate lets it. It returns false if the connection has to be broken.
func (s *sim) send(w http.ResponseWriter, c *call, a answer) bool {
	switch c.fate.name {
	case "reset":
		reset(w)
		return false
	case "hang":
		<-c.Context().Done()
		return false
	case "badjson":
		a.body = a.body[:len(a.body)*2/3]
	}
	if a.status == 0 { // the client has gone
		return false
	}
	h := w.Header()
	if a.kind == "" {
		a.kind = "application/json"
	}
	h.Set("Content-Type", a.kind)
	h.Set(Header, "1")
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	if a.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(a.retryAfter.Seconds()))))
	}
	for name, value := range a.headers {
		h.Set(name, value)
	}
	w.WriteHeader(a.status)
	switch c.fate.name {
	case "broken":
		w.Write(a.body[:len(a.body)/2])
		http.NewResponseController(w).Flush()
		return false
	case "slow":
		return s.slowly(w, c, a.body)
	}
	w.Write(a.body) // a client that has gone is not told
	return true
}

func (s *sim) slowly(w http.ResponseWriter, c *call, body []byte) bool {
	for i := range piecesOfSlow {
		w.Write(body[len(body)*i/piecesOfSlow : len(body)*(i+1)/piecesOfSlow])
		http.NewResponseController(w).Flush()
		if i < piecesOfSlow-1 && !s.wait(c, c.fate.pace) {
			return false
		}
	}
	return true
}

// reset closes the connection so that the client sees a reset and not an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}
