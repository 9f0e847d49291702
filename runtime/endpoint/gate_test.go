package endpoint

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// come waits for a pass.
func (g *gate) come(ctx context.Context, p llm.Priority) (*pass, error) {
	return g.enter(ctx, &ticket{Priority: p, trouble: &trouble{}})
}

// shut closes the gate for so long.
func (g *gate) shut(d time.Duration) {
	g.mu.Lock()
	defer g.unlock()
	g.close(true, d, "a test", time.Now())
}

// in gets a pass at once.
func (g *gate) in(t *testing.T) *pass {
	t.Helper()
	p, err := g.come(t.Context(), llm.Priority{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLaterStepsAndEarlierRowsGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		first := g.in(t)
		waiting := []llm.Priority{{Step: 1, Row: 1}, {Step: 1, Row: 2}, {Step: 2, Row: 1}, {Step: 2, Row: 9}, {Step: 3, Row: 5}}
		want := []llm.Priority{{Step: 3, Row: 5}, {Step: 2, Row: 1}, {Step: 2, Row: 9}, {Step: 1, Row: 1}, {Step: 1, Row: 2}}
		rand.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
		var got []llm.Priority
		for _, p := range waiting {
			go func() {
				pass, err := g.come(t.Context(), p)
				if err != nil {
					t.Error(err)
				}
				got = append(got, p) // one is inside at a time
				g.leave(pass)
			}()
		}
		synctest.Wait()
		g.leave(first)
		synctest.Wait()
		if !slices.Equal(got, want) {
			t.Errorf("got %v", got)
		}
	})
}

func TestFirstComeFirstServedAmongEquals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		first := g.in(t)
		var got []int
		for i := range 20 {
			go func() {
				pass, _ := g.come(t.Context(), llm.Priority{Step: 1, Row: 1})
				got = append(got, i)
				g.leave(pass)
			}()
			synctest.Wait()
		}
		g.leave(first)
		synctest.Wait()
		if !slices.IsSorted(got) || len(got) != 20 {
			t.Errorf("got %v", got)
		}
	})
}

func TestInFlightIsTheLeastOfTheModels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside, most atomic.Int64
		f := func(*http.Request, string) (*http.Response, error) {
			most.Store(max(most.Load(), inside.Add(1)))
			time.Sleep(time.Second)
			inside.Add(-1)
			return response(200, completion("x")), nil
		}
		a, b, other := local(), local(), local()
		a.MaxInFlight, b.MaxInFlight, other.MaxInFlight, other.BaseURL = 3, 2, 1, "http://other/v1"
		s, _ := newTestSet(t, transport(f), a, b, other)
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				if _, err := s.ask(t.Context(), []llm.Model{a, b}[i%2], "x"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most.Load() != 2 || len(s.all) != 2 {
			t.Errorf("%d requests were under way, at one of %d endpoints", most.Load(), len(s.all))
		}
		s.noneInside(t)
	})
}

func TestWaitHungry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		s, _ := newTestSet(t, transport(func(*http.Request, string) (*http.Response, error) {
			<-hold
			return response(200, completion("x")), nil
		}))
		hungry := func() bool {
			done := make(chan error, 1)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() { done <- s.WaitHungry(ctx) }()
			synctest.Wait()
			select {
			case err := <-done:
				return err == nil
			default:
				cancel()
				if err := <-done; !errors.Is(err, context.Canceled) {
					t.Errorf("the error is %v", err)
				}
				return false
			}
		}
		for i, want := range []bool{true, true, false, false} { // two have room, the third waits
			if got := hungry(); got != want {
				t.Errorf("with %d requests hungry is %v", i, got)
			}
			go s.ask(t.Context(), local(), "x")
			synctest.Wait()
		}
		woken := make(chan error, 3)
		for range 3 {
			go func() { woken <- s.WaitHungry(t.Context()) }()
		}
		synctest.Wait()
		for i := range 3 { // four are there, two of which wait
			if len(woken) > 0 {
				t.Fatalf("woken with %d requests left", 4-i)
			}
			hold <- struct{}{}
			synctest.Wait()
		}
		if len(woken) != 3 {
			t.Errorf("%d of 3 are woken", len(woken))
		}
		hold <- struct{}{}
		synctest.Wait()
		s.all[0].gate.shut(time.Minute)
		if hungry() {
			t.Error("a paused endpoint is hungry")
		}
		before := time.Now()
		if err := s.WaitHungry(t.Context()); err != nil || time.Since(before) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(before))
		}
	})
}

func TestWithoutEndpointsNothingIsWaitedFor(t *testing.T) {
	s, err := New(nil, Options{})
	if err != nil || s.WaitHungry(t.Context()) != nil {
		t.Error(err)
	}
}

// Who gives up at the moment when it is its turn passes the place on.
func TestPlaceIsPassedOn(t *testing.T) {
	g := newGate(1)
	inside := g.in(t)
	first, second := &ticket{turn: make(chan struct{})}, &ticket{turn: make(chan struct{})}
	heap.Push(&g.waiting, first)
	g.leave(inside)
	<-first.turn
	heap.Push(&g.waiting, second)
	g.giveUp(first)
	select {
	case <-second.turn:
	default:
		t.Error("the place is lost")
	}
}

func TestTicketsAreTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		first := g.in(t)
		cause := errors.New("stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		errs := make(chan error, 3)
		for row := range int64(3) {
			go func() {
				_, err := g.come(ctx, llm.Priority{Row: row})
				errs <- err
			}()
		}
		last := make(chan error, 1)
		go func() {
			_, err := g.come(t.Context(), llm.Priority{Row: 9})
			last <- err
		}()
		synctest.Wait()
		cancel(cause)
		for range 3 {
			if err := <-errs; !errors.Is(err, context.Canceled) {
				t.Errorf("the error is %v", err)
			}
		}
		if _, err := g.come(ctx, llm.Priority{}); !errors.Is(err, context.Canceled) {
			t.Errorf("an ended context enters: %v", err)
		}
		g.leave(first)
		if err := <-last; err != nil || g.inside != 1 || len(g.waiting) != 0 {
			t.Errorf("%v; inside %d, waiting %d", err, g.inside, len(g.waiting))
		}
	})
}

// A place that is given to who gives up at that moment is not lost.
func TestPlacesAreNotLostInRaces(t *testing.T) {
	g := newGate(3)
	var all sync.WaitGroup
	for i := range 400 {
		all.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			go cancel()
			if i%7 == 0 {
				g.shut(time.Microsecond)
			}
			if p, err := g.come(ctx, llm.Priority{Row: int64(i % 5)}); err == nil {
				g.hear(p, &trouble{}, ending{})
				g.leave(p)
			}
			cancel()
		})
	}
	all.Wait()
	if g.inside != 0 || len(g.waiting) != 0 {
		t.Errorf("inside %d, waiting %d", g.inside, len(g.waiting))
	}
}

func TestPriorityHoldsOverHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		m := local()
		m.MaxInFlight = 1
		s, _ := newTestSet(t, transport(func(_ *http.Request, body string) (*http.Response, error) {
			_, text, _ := strings.Cut(body, `"content":"`)
			sent = append(sent, text[:strings.IndexByte(text, '"')])
			time.Sleep(time.Second)
			return response(200, completion("x")), nil
		}), m)
		for i, p := range []llm.Priority{{Step: 1, Row: 0}, {Step: 1, Row: 1}, {Step: 2, Row: 4}, {Step: 2, Row: 3}} {
			go s.Asker(llm.Task{Model: m}, llm.Call{Priority: p}).Ask(t.Context(), user(fmt.Sprintf("%d/%d", p.Step, p.Row)), nil, anything)
			if i == 0 {
				synctest.Wait()
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := strings.Join(sent, " "); got != "1/0 2/3 2/4 1/1" {
			t.Errorf("sent %s", got)
		}
	})
}
