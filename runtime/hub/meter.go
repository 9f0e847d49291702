package hub

import "sync/atomic"

// Meter shows how far a push is. It may be read while the push goes on.
type Meter struct {
	total, now, before atomic.Int64
}

// Total is how many bytes of large files there are.
func (m *Meter) Total() int64 { return m.total.Load() }

// Done is how many of them the Hub has, by now.
func (m *Meter) Done() int64 { return m.now.Load() + m.before.Load() }

// Sent is how many of them went over the line now; the others were there.
func (m *Meter) Sent() int64 { return m.now.Load() }

func (m *Meter) sent(n int)    { m.now.Add(int64(n)) }
func (m *Meter) there(n int64) { m.before.Add(n) }
