package endpoint

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// fullTokens is how many tokens a request for embeddings has at most, about, if it has several texts.
	fullTokens = 16_000
	// linger is how long a text waits for others to share its request. A request takes longer than that.
	linger = 50 * time.Millisecond
	// longLinger is how long it waits while models are still at work, whose replies may become texts.
	longLinger = time.Second
)

// gathers are the texts that wait for others, by what they have to have in common.
type gathers struct {
	mu sync.Mutex
	of map[gatherKey]*gathering
}

type gatherKey struct {
	endpoint   *endpoint
	step       string
	model      string
	dimensions int
}

// gathering is a request that is not full yet.
type gathering struct {
	texts  []*wanted
	tokens int
	began  time.Time
	quiet  int // how often in a row nothing had happened when it was looked at
	timer  *time.Timer
}

func (w *wanted) gatherKey() gatherKey {
	k := gatherKey{endpoint: w.asker.endpoint, step: w.asker.call.Step, model: w.asker.task.Model.Name}
	if d := w.asker.task.Vectors.Dimensions; d != nil {
		k.dimensions = *d
	}
	return k
}

// tokensOf is about how many tokens a text has.
func tokensOf(text string) int { return len(text)/4 + 1 }

// gather has a text sent with others: as soon as the request is full, and after a while in any case.
func (s *Set) gather(ctx context.Context, w *wanted) {
	key, tokens, size := w.gatherKey(), tokensOf(w.text), max(1, w.asker.task.Vectors.BatchSize)
	s.gathers.mu.Lock()
	defer s.gathers.mu.Unlock()
	g := s.gathers.of[key]
	if g != nil && g.tokens+tokens > fullTokens {
		s.depart(ctx, key, g)
		g = nil
	}
	if g == nil {
		g = &gathering{began: time.Now()}
		if s.gathers.of == nil {
			s.gathers.of = map[gatherKey]*gathering{}
		}
		s.gathers.of[key] = g
		g.timer = time.AfterFunc(linger/2, func() { s.look(ctx, key, g) })
	}
	g.texts, g.tokens, g.quiet = append(g.texts, w), g.tokens+tokens, 0
	if len(g.texts) >= size {
		s.depart(ctx, key, g)
	}
}

// look sends a request for which no more texts seem to come. It looks twice: the reply of a model may be on its way here.
func (s *Set) look(ctx context.Context, key gatherKey, g *gathering) {
	s.gathers.mu.Lock()
	defer s.gathers.mu.Unlock()
	if g.quiet++; s.asking() {
		g.quiet = 0
	}
	if g.quiet == 2 || time.Since(g.began) >= longLinger {
		s.depart(ctx, key, g)
	} else if s.gathers.of[key] == g {
		g.timer.Reset(linger / 2)
	}
}

// asking reports whether a model has yet to reply.
func (s *Set) asking() bool {
	return slices.ContainsFunc(s.all, func(e *endpoint) bool { return e.gate.isAsking() })
}

// depart sends a request that is waited for no longer. It is called with mu held.
func (s *Set) depart(ctx context.Context, key gatherKey, g *gathering) {
	if s.gathers.of[key] != g {
		return // it has been sent
	}
	g.timer.Stop()
	delete(s.gathers.of, key)
	go s.embed(ctx, g.texts)
}
