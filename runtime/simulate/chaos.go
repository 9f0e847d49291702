package simulate

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/distigen/distigen/runtime/simulate/author"
)

// chaos decides what happens to requests.
type chaos struct {
	Faults
	matched []atomic.Int64 // how many requests each rule has matched
	seen    [64]seen       // by hash, so that requests seldom wait for each other
}

// seen counts how often each request has come.
type seen struct {
	sync.Mutex
	times map[uint64]int
}

func newChaos(f Faults) *chaos {
	c := &chaos{Faults: f, matched: make([]atomic.Int64, len(f.rules))}
	for i := range c.seen {
		c.seen[i].times = map[uint64]int{}
	}
	return c
}

// fate decides about a request by its body.
func (c *chaos) fate(body []byte) fate {
	h := author.Hash(string(body))
	try := c.seen[h%uint64(len(c.seen))].next(h)
	f, scripted := c.scripted(body, try)
	dice := func(what string) float64 {
		return float64(author.Hash(what, strconv.FormatUint(c.seed, 36), strconv.FormatUint(h, 36), strconv.Itoa(try))>>11) / (1 << 53)
	}
	if !scripted {
		x := dice("fault")
		for _, r := range c.rates {
			if x -= r.rate; x < 0 {
				f.name, f.status = r.name, statusOf(r.name)
				break
			}
		}
	}
	if f.retryAfter == 0 && f.name != "answer" {
		f.retryAfter = c.retryAfter
	}
	f.pace = c.pace
	f.delay += c.latency
	if c.jitter > 0 {
		f.delay += time.Duration(float64(c.jitter) * dice("jitter"))
	}
	return f
}

func (s *seen) next(h uint64) int {
	s.Lock()
	defer s.Unlock()
	s.times[h]++
	return s.times[h]
}

// scripted finds the first line of the script that fits.
func (c *chaos) scripted(body []byte, try int) (fate, bool) {
	var text string
	for i := range c.rules {
		r := &c.rules[i]
		if r.match != nil && !r.match.Match(body) {
			if text == "" {
				text = conversation(body)
			}
			if !r.match.MatchString(text) {
				continue
			}
		}
		nth := int(c.matched[i].Add(1))
		if r.Nth.has(nth) && r.Try.has(try) {
			return r.fate, true
		}
	}
	return fate{}, false
}

// conversation is the text of a request's messages, without the escapes of JSON; a line if there is none.
func conversation(body []byte) string {
	var r struct{ Messages []struct{ Content any } }
	var all []string
	if json.Unmarshal(body, &r) == nil {
		for _, m := range r.Messages {
			all = append(all, textOf(m.Content))
		}
	}
	return strings.Join(all, "\n") + "\n"
}
