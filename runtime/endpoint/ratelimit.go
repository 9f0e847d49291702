package endpoint

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// unlimited is what servers say where there is no limit.
const unlimited = 1_000_000_000

// rates are limits of an endpoint, for a minute; 0: none is known.
type rates struct{ requests, tokens float64 }

// least takes the smaller one of each.
func (r rates) least(o rates) rates {
	return rates{smaller(r.requests, o.requests), smaller(r.tokens, o.tokens)}
}

func smaller(a, b float64) float64 {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// quota is what a server says of its limits along with a response.
type quota struct {
	rates
	left rates         // until they are reached; -1: it does not say
	wait time.Duration // until there is some left again; 0: it does not say
}

// readLimits reads the headers of Mistral, old and new, and those of OpenAI, which others have taken over.
func readLimits(h http.Header) quota {
	least := func(names ...string) float64 {
		found := -1.0
		for _, name := range names {
			if n, err := strconv.ParseFloat(strings.TrimSpace(h.Get(name)), 64); err == nil && n >= 0 && (found < 0 || n < found) {
				found = n
			}
		}
		return found
	}
	q := quota{
		rates: rates{
			least("X-Ratelimit-Limit-Req-Minute", "X-Ratelimit-Limit-Requests"),
			least("X-Ratelimitbysize-Limit-Minute", "X-Ratelimit-Limit-Tokens-Minute", "X-Ratelimit-Limit-Tokens"),
		},
		left: rates{
			least("X-Ratelimit-Remaining-Req-Minute", "X-Ratelimit-Remaining-Requests"),
			least("X-Ratelimitbysize-Remaining-Minute", "X-Ratelimit-Remaining-Tokens-Minute", "X-Ratelimit-Remaining-Tokens"),
		},
	}
	q.requests, q.tokens = limit(q.requests), limit(q.tokens)
	if q.left.requests == 0 {
		q.wait = untilReset(h.Get("X-Ratelimit-Reset-Requests"))
	}
	if q.left.tokens == 0 {
		q.wait = max(q.wait, untilReset(h.Get("X-Ratelimit-Reset-Tokens")))
	}
	return q
}

// limit is what a header says, without what is no limit.
func limit(n float64) float64 {
	if n <= 0 || n >= unlimited {
		return 0
	}
	return n
}

// untilReset reads 6m0s, or seconds.
func untilReset(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		seconds, bad := strconv.ParseFloat(text, 64)
		if bad != nil || !(seconds < patience.Seconds()) {
			return 0
		}
		d = time.Duration(seconds * float64(time.Second))
	}
	return min(max(d, 0), patience)
}
