package simulate

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Faults are failures on purpose. The zero value has none.
type Faults struct {
	rates            []rate
	rules            []rule
	latency, jitter  time.Duration
	retryAfter, pace time.Duration
	seed             uint64
}

type rate struct {
	name string
	rate float64
}

// kinds are the faults that have a name of their own; the others are HTTP statuses.
var kinds = append([]string{"reset", "hang", "broken", "slow", "badjson", "html"}, ofContent...)

// ofContent are those that concern chat completions only.
var ofContent = []string{"nochoices", "filter", "empty", "null", "truncate", "preamble", "offformat", "outofscale", "tie"}

// statusOf is the HTTP status that a fault stands for; 0 if it is none.
func statusOf(name string) int {
	status, err := strconv.Atoi(name)
	if err != nil || len(name) != 3 || status < 400 || status > 599 {
		return 0
	}
	return status
}

func isFault(name string) bool { return statusOf(name) > 0 || slices.Contains(kinds, name) }

func (f Faults) any() bool { return len(f.rates)+len(f.rules) > 0 || f.latency+f.jitter > 0 }

// ParseFaults reads a comma-separated list such as 429=0.05,latency=50ms,script=FILE. The package's documentation says
// what it may hold.
func ParseFaults(spec string) (Faults, error) {
	f := Faults{pace: 100 * time.Millisecond}
	sum := 0.0
	for part := range strings.SplitSeq(spec, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return Faults{}, fmt.Errorf("the fault %q has no value. Write %s=0.1 for one request in ten", part, part)
		}
		if err := f.set(name, value); err != nil {
			return Faults{}, err
		}
	}
	for _, r := range f.rates {
		sum += r.rate
	}
	if sum > 1+1e-9 {
		return Faults{}, fmt.Errorf("the rates of the faults make %g together. They must not make more than 1", sum)
	}
	return f, nil
}

func (f *Faults) set(name, value string) (err error) {
	durations := map[string]*time.Duration{"latency": &f.latency, "jitter": &f.jitter, "retry-after": &f.retryAfter, "pace": &f.pace}
	switch d := durations[name]; {
	case d != nil:
		*d, err = duration(name, value)
	case name == "seed":
		if f.seed, err = strconv.ParseUint(value, 10, 64); err != nil {
			err = fmt.Errorf("the seed %q of the faults is no whole number", value)
		}
	case name == "script":
		f.rules, err = readScript(value)
	case isFault(name):
		r, bad := strconv.ParseFloat(value, 64)
		if bad != nil || !(r >= 0 && r <= 1) {
			return fmt.Errorf("the rate of the fault %s is %q. Give a number from 0 to 1", name, value)
		}
		f.rates = append(f.rates, rate{name, r})
	default:
		err = unknownFault(name, "latency, jitter, retry-after, pace, seed, script")
	}
	return err
}

func duration(name, value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s is %q. Give a duration such as 50ms or 2s", name, value)
	}
	return d, nil
}

func unknownFault(name, others string) error {
	return errors.New("there is no fault " + strconv.Quote(name) + ". There are the statuses 400 to 599, " + strings.Join(kinds, ", ") + "; and " + others)
}

// fate is what happens to one request.
type fate struct {
	name       string // of the fault; empty: none
	status     int    // to be sent in the place of a reply; 0: none
	body       string // with that status; empty: the API's error
	headers    map[string]string
	text       *string
	delay      time.Duration
	retryAfter time.Duration
	pace       time.Duration
}

// answer is what is sent in the place of a reply.
func (f *fate) answer() answer {
	if f.name == "answer" {
		return answer{status: f.status, body: []byte(f.body), headers: f.headers, retryAfter: f.retryAfter}
	}
	messages := map[int]string{
		http.StatusTooManyRequests:     "Requests rate limit exceeded",
		http.StatusInternalServerError: "Internal Server Error",
		http.StatusServiceUnavailable:  "Service unavailable.",
	}
	message := messages[f.status]
	if message == "" {
		message = http.StatusText(f.status)
	}
	a := apiError(f.status, message)
	if f.status == http.StatusTooManyRequests || f.status == http.StatusServiceUnavailable {
		a.retryAfter = f.retryAfter
	}
	return a
}
