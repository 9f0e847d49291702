package failures

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// condition is a way to fail that hits one row, and what becomes of that row.
type condition struct {
	step   string
	answer http.Handler // in the place of a reply
	times  int          // only the first so many requests of the row are hit; 0: all
	late   bool         // they are not answered before all other rows are done
	args   []string

	requests int           // of the step, for the row; 0: any number
	wait     time.Duration // the least time between the first two of them
	class    string        // with which the row is rejected; empty: it is in the dataset, as if nothing had been
	stops    []string      // what is said when the run stops; nil: it does not
	other    bool          // the row is in the dataset with what the endpoint sent
}

// Whatever befalls the requests of one row, what becomes of it is what the table says, and all other rows are as they would
// have been, and asked for as often.
func TestOneRow(t *testing.T) {
	c := calmRun(t)
	for group, conditions := range map[string]map[string]condition{
		"status": statuses(t), "connection": connections(t), "reply": replies(t), "instructions": instructions(t, c), "ratings": ratings(t, c),
		"lines": lines(t, calmRun(t, plainText...)),
	} {
		for name, condition := range conditions {
			t.Run(group+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := c
				if group == "lines" {
					c = calmRun(t, plainText...)
				}
				condition.check(t, c)
			})
		}
	}
}

func (k condition) check(t *testing.T, c *calm) {
	f := &fault{request: request{k.step, victim}, times: k.times, late: k.late, answer: k.answer}
	s := serve(t, f)
	out := filepath.Join(t.TempDir(), "out")
	o := s.run(t, "run", out, k.args...)
	asked := s.requests()
	if n := asked[request{k.step, victim}]; n != k.requests && k.requests > 0 {
		t.Errorf("it was asked for %d times, and not %d", n, k.requests)
	}
	if got := f.again.Sub(f.hits[0]); k.wait > 0 && (got < k.wait || got > k.wait+time.Second) {
		t.Errorf("it was asked for again after %v, and the server had said %v", got, k.wait)
	}
	switch {
	case k.stops != nil:
		k.stopped(t, s, o, c, f)
		return
	case k.class != "":
		k.rejected(t, o, c)
	default:
		k.fine(t, o, c)
	}
	k.untouched(t, asked)
	if t.Failed() {
		t.Logf("exit code %d, requests%s\n%s", o.code, told(asked), o.stderr)
	}
}

func (k condition) fine(t *testing.T, o outcome, c *calm) {
	if o.code != 0 || len(o.rejects(t)) > 0 {
		t.Errorf("exit code %d, rejects %+v", o.code, o.rejects(t))
	}
	lines := o.lines(t)
	if k.other && len(lines) == rows {
		if lines[c.victim] == c.lines[c.victim] || len(lines[c.victim]) < huge {
			t.Error("the row does not have what was sent")
		}
		lines[c.victim] = c.lines[c.victim]
	}
	if !slices.Equal(lines, c.lines) {
		t.Errorf("the dataset is not that of an undisturbed run:\n%.3000s", strings.Join(lines, "\n"))
	}
}

func (k condition) rejected(t *testing.T, o outcome, c *calm) {
	if o.code != 3 {
		t.Errorf("exit code %d", o.code)
	}
	if r := o.rejects(t); len(r) != 1 || r[0].Class != k.class || r[0].Step != k.step || r[0].Row.Input != victim || r[0].Message == "" {
		t.Errorf("rejects %.1000v", r)
	} else if len(r[0].Reply) > 100_000 {
		t.Errorf("a reply of %d bytes is among the rejects", len(r[0].Reply))
	}
	if !slices.Equal(o.lines(t), c.others()) {
		t.Errorf("the other rows are not those of an undisturbed run:\n%.3000s", strings.Join(o.lines(t), "\n"))
	}
}

// untouched checks that all else was asked for as ever: the other rows, and the row itself up to the step that failed.
func (k condition) untouched(t *testing.T, asked map[request]int) {
	over := false
	for _, step := range order {
		for q, n := range asked {
			want := 1
			switch {
			case q.step != step || q == (request{k.step, victim}):
				continue
			case q.row == victim && over && k.class != "":
				want = 0
			}
			if n != want {
				t.Errorf("%s was asked for %s %d times, and not %d", q.row, step, n, want)
			}
		}
		over = over || step == k.step
	}
	want := rows * len(order)
	if k.class != "" {
		want -= len(order) - 1 - slices.Index(order, k.step)
	}
	if len(asked) != want {
		t.Errorf("requests%s", told(asked))
	}
}

// stopped checks that the run has stopped at once and said why, and that it goes on where it was when all is well again.
func (k condition) stopped(t *testing.T, s *server, o outcome, c *calm, f *fault) {
	asked := s.requests()
	if o.code != 4 {
		t.Errorf("exit code %d", o.code)
	}
	for _, text := range k.stops {
		if !strings.Contains(o.stderr, text) {
			t.Errorf("it does not say %q", text)
		}
	}
	if took := o.ended.Sub(f.hits[len(f.hits)-1]); took > time.Second {
		t.Errorf("it goes on for %v", took)
	}
	s.breaks()
	o2 := s.run(t, "run", o.out)
	k.stops = nil
	k.fine(t, o2, c)
	again := s.requests()
	for q, n := range again {
		// One that was under way when it stopped is asked again.
		if n > 1 || q.row != victim && (k.late && q.step != order[2] || asked[q] > 1) {
			t.Errorf("when it goes on, %s is asked for %s %d times", q.row, q.step, n)
		}
	}
	if t.Failed() {
		t.Logf("exit code %d, requests%s and then%s\n%s%s", o.code, told(asked), told(again), o.stderr, o2.stderr)
	}
}
