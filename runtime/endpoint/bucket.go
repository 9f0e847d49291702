package endpoint

import "time"

// bucket lets so much through a second. It has room for little, so that a limit of a second is kept as well as one of a
// minute: what was not used does not come all at once afterwards.
type bucket struct {
	rate  float64 // a second; 0: any
	room  float64
	level float64   // below nothing when more has gone through than may
	at    time.Time // of the level
}

// set changes the rate. A bucket that had none begins with what used went out in the last second.
func (b *bucket) set(rate, room, used float64, now time.Time) {
	if b.rate == 0 {
		b.level, b.at = room-used, now
	}
	b.fill(now)
	b.rate, b.room = rate, room
	b.level = min(b.level, room)
}

func (b *bucket) fill(now time.Time) {
	b.level = min(b.room, b.level+b.rate*now.Sub(b.at).Seconds())
	b.at = now
}

// wait is how long it takes until there is so much in it.
func (b *bucket) wait(need float64, now time.Time) time.Duration {
	if b.rate == 0 {
		return 0
	}
	if b.fill(now); b.level >= need-1e-9 {
		return 0
	}
	return max(time.Duration((need-b.level)/b.rate*float64(time.Second)), time.Microsecond)
}

// take takes so much out, or gives it back.
func (b *bucket) take(n float64) {
	if b.rate > 0 {
		b.level = min(b.level-n, b.room)
	}
}

// recent is what went out in the last minute.
type recent [256]struct {
	at       int64 // quarter of a second
	requests int
	tokens   int
}

const quarter = time.Second / 4

func (r *recent) add(at time.Time, requests, tokens int) {
	q := at.UnixNano() / int64(quarter)
	slot := &r[q%int64(len(r))]
	if slot.at < q {
		slot.at, slot.requests, slot.tokens = q, 0, 0
	}
	if slot.at == q {
		slot.requests += requests
		slot.tokens += tokens
	}
}

// since counts what went out after a time.
func (r *recent) since(from time.Time) (requests, tokens int) {
	q := from.UnixNano() / int64(quarter)
	for _, slot := range r {
		if slot.at > q {
			requests += slot.requests
			tokens += slot.tokens
		}
	}
	return requests, tokens
}
