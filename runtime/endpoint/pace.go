package endpoint

import (
	"fmt"
	"math"
	"time"
)

const (
	// below is how far below a limit one stays, since requests do not arrive as evenly as they are sent.
	below = 0.995
	// atOnce is how much of a second's requests may go out at once, so that one that comes late is made up for.
	atOnce = 0.1
)

// pace is the rate at which requests go out to an endpoint: the smallest of what the settings allow, what the server says,
// and what it was found to let through.
type pace struct {
	set     rates
	said    rates
	learned learned

	requests, tokens bucket
	recent           recent
	began            time.Time
	bound            bool // somebody had to wait for it since the rate was last raised
}

// update has the buckets follow the rates.
func (p *pace) update(now time.Time) {
	r := p.set.least(p.said)
	requests, tokens := below*r.requests/60, below*r.tokens/60
	if p.learned.rate > 0 && requests > 0 && p.learned.rate >= requests {
		p.learned.rate = 0 // that much is known from elsewhere
	}
	requests = smaller(requests, below*p.learned.rate)
	if requests == p.requests.rate && tokens == p.tokens.rate {
		return
	}
	if requests > 0 && p.requests.rate == 0 {
		p.learned.change(p.learned.rate, now) // what was sent before was not held back
	}
	n, t := p.recent.since(now.Add(-time.Second))
	p.requests.set(requests, max(1, atOnce*requests), float64(n), now)
	p.tokens.set(tokens, tokens, float64(t), now)
}

// hear takes in what the server says.
func (p *pace) hear(q quota, now time.Time) {
	if q.requests > 0 {
		p.said.requests = q.requests
	}
	if q.tokens > 0 {
		p.said.tokens = q.tokens
	}
	p.update(now)
	if q.left.requests >= 0 && p.requests.rate > 0 {
		p.requests.level = min(p.requests.level, q.left.requests)
	}
	if q.left.tokens >= 0 && p.tokens.rate > 0 {
		p.tokens.level = min(p.tokens.level, q.left.tokens)
	}
}

// known reports whether there is a rate to keep.
func (p *pace) known() bool { return p.requests.rate > 0 || p.tokens.rate > 0 }

// wait is how long the next request has to wait. One that takes more tokens than a second brings is let through as soon as
// there are any, and those after it wait.
func (p *pace) wait(now time.Time) time.Duration {
	d := max(p.requests.wait(1, now), p.tokens.wait(1, now))
	p.bound = p.bound || d > 0
	return d
}

// send counts a request that goes out, with the tokens that it is expected to take, and numbers it.
func (p *pace) send(tokens int, now time.Time) (number int64) {
	if p.began.IsZero() {
		p.began, p.learned.since = now, now
	}
	p.recent.add(now, 1, tokens)
	p.requests.take(1)
	p.tokens.take(float64(tokens))
	p.learned.sent++
	return p.learned.sent
}

// correct puts right how many tokens a request took.
func (p *pace) correct(sent time.Time, expected, took int) {
	p.recent.add(sent, 0, took-expected)
	p.tokens.take(float64(took - expected))
}

// pass is for a request that got through.
func (p *pace) pass(number int64, now time.Time) {
	p.learned.pass(number)
	if p.bound {
		p.learned.grow(now)
		p.bound = false
		p.update(now)
	}
}

// refuse is for a request that was refused. It reports whether that tells something of the rate in force. If it does not,
// another may go in its place, since the server does not count it.
func (p *pace) refuse(number int64, sent, now time.Time) bool {
	p.recent.add(sent, -1, 0)
	tells := p.learned.refuse(number, now)
	if !tells {
		p.requests.take(-1)
	}
	return tells
}

// slower is for requests that are refused now and then, although the rate is kept.
func (p *pace) slower(now time.Time) {
	through, seconds := p.through(p.learned.since, now)
	current := p.requests.rate / below
	if current == 0 { // only the rate of tokens is known
		current = float64(through) / seconds
	}
	p.learned.lower(current, through, seconds, now)
	p.update(now)
}

// reopen is for an endpoint that lets requests through again after a closure, before which so many got through.
func (p *pace) reopen(row, through int, seconds float64, now time.Time) {
	p.learned.reopen(row, through, seconds, now)
	p.update(now)
}

// closes is how many requests refused in a row mean that no more is let through for a while: at a high rate it may be the
// end of a second only.
func (p *pace) closes(least int) int {
	if p.learned.doubted {
		least *= 4
	}
	return max(least, int(p.requests.rate/2))
}

// through counts the requests that got through since a time, or are under way, and in how many seconds, of the last minute.
func (p *pace) through(from, now time.Time) (int, float64) {
	if minute := now.Add(-time.Minute); from.Before(minute) {
		from = minute
	}
	n, _ := p.recent.since(from.Add(-quarter)) // with all of that quarter
	return n, now.Sub(from).Seconds()
}

// why says which rate is in force, and by whom; nothing if none is.
func (p *pace) why() string {
	text := ""
	if p.requests.rate > 0 {
		text = fmt.Sprintf("%s requests a minute, %s", few(60*p.requests.rate), p.by(p.requests.rate, p.set.requests, p.said.requests))
	}
	if p.tokens.rate > 0 {
		if text != "" {
			text += "; "
		}
		text += fmt.Sprintf("%s tokens a minute, %s", few(60*p.tokens.rate), p.by(p.tokens.rate, p.set.tokens, p.said.tokens))
	}
	return text
}

func (p *pace) by(rate, set, said float64) string {
	switch rate {
	case below * set / 60:
		return "as set"
	case below * said / 60:
		return "as the server says"
	}
	return "which is what gets through"
}

// few is a number with the digits that matter.
func few(f float64) string {
	if f >= 10 || f == math.Trunc(f) {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprintf("%.1f", f)
}
