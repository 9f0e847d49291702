package runtime

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// mailbox is where rows are sent to in these tests.
type mailbox struct {
	mu      sync.Mutex
	name    string
	has     map[string]string
	batches []int // sizes of what was sent and taken
	opened  []component.SinkRun
	tries   int
	fail    func(try int, texts []string) error // of a sending
	check   error
}

func newMailbox() *mailbox { return &mailbox{name: "box 1", has: map[string]string{}} }

// posting is a sink.
type posting struct {
	To      *mailbox
	Address string `param:"address" doc:"Where to."`
	Size    int    `param:"batch_size" default:"2" min:"1" max:"10" doc:"How many together."`
	off     string
}

func (p posting) Off() string             { return p.off }
func (p posting) Target() string          { return "the mailbox " + p.Address }
func (p posting) Batch() int              { return p.Size }
func (p posting) Patience() time.Duration { return time.Minute }

func (p posting) Check(context.Context, component.SinkRun) error { return p.To.check }

func (p posting) Open(_ context.Context, run component.SinkRun) (component.Sender[string], error) {
	p.To.mu.Lock()
	defer p.To.mu.Unlock()
	p.To.opened = append(p.To.opened, run)
	return p.To, nil
}

func (m *mailbox) Place() string { return m.name }

func (m *mailbox) Send(_ context.Context, rows []component.SinkRow[string]) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tries++
	var texts []string
	for _, r := range rows {
		texts = append(texts, r.In)
	}
	if m.fail != nil {
		if err := m.fail(m.tries, texts); err != nil {
			return err
		}
	}
	m.batches = append(m.batches, len(rows))
	for _, r := range rows {
		m.has[r.ID] = r.In
	}
	return nil
}

func (m *mailbox) texts() []string { return slices.Sorted(maps.Values(m.has)) }

// sending adds a sink to a stage, which reads the source.
func sending(s *stage, p posting, also ...func(Outgoing)) {
	wire := s.program.Wire
	s.program.Wire = func(pipe *Pipeline) {
		wire(pipe)
		out := Sink(&Stream[queried]{pipe.nodes[0]}, "post", p, func(q queried) string { return q.Text })
		for _, f := range also {
			f(out)
		}
	}
}

var later = &component.Later{Err: errors.New("the post office is closed")}

func TestSinkSendsInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMailbox()
		s := newStage(t, "a", "b", "c", "d", "e")
		sending(s, posting{To: box})
		code, stdout, stderr := s.command("--simulate")
		if code != exitFine {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		if got := box.texts(); !slices.Equal(got, []string{"a", "b", "c", "d", "e"}) || !slices.Equal(box.batches, []int{2, 2, 1}) {
			t.Errorf("sent were %v, in batches of %v", got, box.batches)
		}
		if want := newRowIDs().of(queried{"a"}); box.has[want] != "a" {
			t.Errorf("ids are %v, and that of a is %s", box.has, want)
		}
		if !slices.Equal(box.opened, []component.SinkRun{{Simulated: true}}) {
			t.Errorf("opened %v", box.opened)
		}
		r := s.record(t)
		if want := (sinkRecord{Step: "post", To: "the mailbox ", Sent: 5}); len(r.Sinks) != 1 || r.Sinks[0] != want {
			t.Errorf("sinks are %+v", r.Sinks)
		}
		if want := (Ledger{Source: 5, Copies: 5, Written: 5, Sent: 5}); r.Ledger != want {
			t.Errorf("the ledger is %+v", r.Ledger)
		}
		if c := r.Steps[len(r.Steps)-1]; c.Step != "post" || c.Verb != "sink" || c.In != 5 || c.Out != 5 || c.Waiting != 0 {
			t.Errorf("the step counts %+v", c)
		}
		if !strings.Contains(stdout, "Sent to the mailbox : 5 rows\n") {
			t.Errorf("the summary is %s", stdout)
		}
		left, _ := os.ReadDir(s.out)
		for _, f := range left {
			if strings.HasPrefix(f.Name(), unfinished) {
				t.Errorf("%s is left", f.Name())
			}
		}
	})
}

// A second run sends what is new or has changed, and to another place everything.
func TestSinkSendsNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMailbox()
		s := newStage(t)
		again := func(rows ...string) sinkRecord {
			next := newStage(t, rows...)
			next.out = s.out
			sending(next, posting{To: box})
			if code, _, stderr := next.command(); code != exitFine {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			return next.record(t).Sinks[0]
		}
		if got := again("a", "b", "c"); got.Sent != 3 || got.There != 0 {
			t.Errorf("the first run: %+v", got)
		}
		if got := again("b", "d", "a", "c"); got.Sent != 1 || got.There != 3 || box.batches[len(box.batches)-1] != 1 {
			t.Errorf("a row more: %+v, batches %v", got, box.batches)
		}
		torn := sentPath(s.out, "post")
		text, err := os.ReadFile(torn)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(torn, text[:len(text)-3], 0o644); err != nil {
			t.Fatal(err)
		}
		if got := again("a", "b", "c", "d"); got.Sent != 1 || got.There != 3 {
			t.Errorf("a torn line: %+v", got)
		}
		if got := again("a", "b", "c", "d"); got.Sent != 0 || got.There != 4 {
			t.Errorf("after it: %+v", got)
		}
		box.name = "box 2"
		if got := again("a", "b", "c", "d"); got.Sent != 4 || got.There != 0 {
			t.Errorf("another place: %+v", got)
		}
	})
}

// What may pass is tried again for as long as rows are made, and then for as long as the step has patience.
func TestSinkTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMailbox()
		began := time.Now()
		box.fail = func(try int, _ []string) error {
			if time.Since(began) < 50*time.Second {
				return later
			}
			return nil
		}
		s := newStage(t, "a", "b", "c")
		sending(s, posting{To: box})
		if code, _, stderr := s.command(); code != exitFine || !strings.Contains(stderr, "Step post waits: the post office is closed.") || !strings.Contains(stderr, "sends again") {
			t.Errorf("exit code %d: %s", code, stderr)
		}
		if len(box.has) != 3 || box.tries > 12 {
			t.Errorf("%d rows after %d tries", len(box.has), box.tries)
		}
		if c := s.record(t).Steps; c[len(c)-1].Retries != int64(box.tries-2) {
			t.Errorf("%d retries are counted of %d tries", c[len(c)-1].Retries, box.tries)
		}
	})
}

func TestSinkGivesUp(t *testing.T) {
	refusing := &llm.FatalError{Class: llm.Unauthorized, Message: "The key is wrong.", Remedy: "Mend it."}
	for name, failure := range map[string]error{"down": later, "long": &component.Later{Err: later.Err, After: time.Hour}, "refused": refusing, "panics": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := newMailbox()
				box.fail = func(try int, _ []string) error {
					if try == 1 {
						return nil
					}
					if failure == nil {
						panic("a bug")
					}
					return failure
				}
				s := newStage(t, "a", "b", "c", "d", "e")
				sending(s, posting{To: box})
				began := time.Now()
				code, stdout, _ := s.command()
				r := s.record(t)
				if name == "panics" { // as any step's: of the row
					if code != exitRejects || r.Rejects[llm.StepFailed] != 3 {
						t.Errorf("exit code %d, rejects %v", code, r.Rejects)
					}
					return
				}
				if code != exitUnsent || r.Status != withUnsent || r.Sinks[0].Sent != 2 || r.Sinks[0].Unsent != 3 || r.Sinks[0].Error == "" {
					t.Errorf("exit code %d, %s, %+v", code, r.Status, r.Sinks)
				}
				if err := r.Ledger.check(); err != nil || r.Ledger.Unsent != 3 || r.Ledger.Written != 5 || r.Ledger.Unfinished != 0 {
					t.Errorf("the ledger is %+v, %v", r.Ledger, err)
				}
				if !strings.Contains(stdout, "NOT SENT to the mailbox : 3 rows. The same command again sends what is missing.") {
					t.Errorf("the summary is %s", stdout)
				}
				if took := time.Since(began); name == "down" && (took < time.Minute || took > 2*time.Minute) || name == "long" && took > time.Minute {
					t.Errorf("it took %v", took)
				}
				if got := strings.Count(s.file(t, "datasets/default/data/train-00000-of-00001.jsonl"), "\n"); got != 5 {
					t.Errorf("%d rows are in the dataset", got)
				}
				box.fail = nil
				if code, _, stderr := s.command("--quiet"); code != exitFine || len(box.has) != 5 {
					t.Errorf("again: exit code %d, %v: %s", code, box.has, stderr)
				}
				if got := s.record(t).Sinks[0]; got.Sent != 3 || got.There != 2 || got.Error != "" {
					t.Errorf("again: %+v", got)
				}
			})
		})
	}
}

// A row that cannot be sent is rejected, and its neighbours are not.
func TestSinkRejectsRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMailbox()
		box.fail = func(_ int, texts []string) error {
			for _, text := range texts {
				if strings.Contains(text, "bad") {
					return &llm.RowError{Class: llm.Refused, Message: "It is bad."}
				}
			}
			return nil
		}
		s := newStage(t, "a", "bad 1", "b", "c", "d", "e", "bad 2")
		sending(s, posting{To: box, Size: 4})
		code, _, stderr := s.command()
		if code != exitRejects || !slices.Equal(box.texts(), []string{"a", "b", "c", "d", "e"}) {
			t.Errorf("exit code %d, sent %v: %s", code, box.texts(), stderr)
		}
		r := s.record(t)
		if r.Rejects[llm.Refused] != 2 || r.Ledger.check() != nil || r.Ledger.Sent != 5 || r.Ledger.Rejected != 2 || r.Sinks[0].Unsent != 0 {
			t.Errorf("rejects %v, ledger %+v, %+v", r.Rejects, r.Ledger, r.Sinks)
		}
		want := fmt.Sprintf(`{"step":"post","row_id":%q,"source":"src","source_row":2,"class":"refused_request","message":"It is bad.","row":{"text":"bad 1"}}`, newRowIDs().of(queried{"bad 1"}))
		if got, _, _ := strings.Cut(s.file(t, "rejects.jsonl"), "\n"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

// The report counts what was sent, what waits and what was refused.
func TestSinkInTheReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMailbox()
		box.fail = func(_ int, texts []string) error {
			switch {
			case slices.Contains(texts, "bad"):
				return &llm.RowError{Class: llm.Refused, Message: "It is bad."}
			case slices.Contains(texts, "d"):
				return later
			}
			return nil
		}
		s := newStage(t, "a", "bad", "b", "c", "d", "e")
		sending(s, posting{To: box})
		if code, _, stderr := s.command(); code != exitUnsent {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		page := s.file(t, reportName)
		for _, want := range []string{">3 rows sent<", ">2 waiting, 1 refused<", "<b>3</b><span class=\"soft\">rows sent", "NOT SENT to the mailbox : 2 rows.", "the post office is closed"} {
			if !strings.Contains(page, want) {
				t.Errorf("the report lacks %s", want)
			}
		}
		box.fail = nil
		if code, _, stderr := s.command("--quiet"); code != exitFine {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		if page := s.file(t, reportName); !strings.Contains(page, ">3 rows sent, 3 there before<") {
			t.Error("the report does not tell what was there before")
		}
	})
}

// What cannot be sent at all is found out before a model is asked.
func TestSinkIsCheckedFirst(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"refused": {&llm.FatalError{Message: "There is no such box.", Remedy: "Make it."}, "step post: There is no such box. Make it."},
		"down":    {later, "Step post cannot send its rows: the post office is closed. Nothing was asked of a model."},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := newMailbox()
				box.check = test.err
				s := newStage(t, "a")
				s.asks = fakeAsks{ask: func(context.Context, llm.Call, string) (string, error) {
					t.Error("a model was asked")
					return "", nil
				}}
				sending(s, posting{To: box})
				if code, _, stderr := s.command(); code != exitFatal || !strings.Contains(stderr, test.want) {
					t.Errorf("exit code %d: %s", code, stderr)
				}
				if code, stdout, stderr := s.command("--quiet"); code != exitFatal {
					t.Errorf("again: %d %s %s", code, stdout, stderr)
				}
			})
		})
	}
}

func TestSinkThatIsOff(t *testing.T) {
	tests := map[string]struct {
		args string
		p    posting
		when func(Outgoing)
		want string
	}{
		"of itself":   {"run", posting{off: "MAIL is not set."}, nil, "step post is off and sends nothing. MAIL is not set."},
		"condition":   {"run", posting{}, func(o Outgoing) { o.When(false, `env("X") != ""`) }, `Its enabled, env("X") != "", is false.`},
		"a dry run":   {"dry-run", posting{}, func(o Outgoing) { o.When(true, "x") }, "A dry run sends nothing."},
		"both at one": {"run", posting{off: "MAIL is not set."}, func(o Outgoing) { o.When(false, "x") }, "Its enabled, x, is false. MAIL is not set."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := newMailbox()
				box.check = errors.New("nobody is to ask")
				s := newStage(t, "a", "b")
				test.p.To = box
				sending(s, test.p, func(o Outgoing) {
					if test.when != nil {
						test.when(o)
					}
				})
				code, stdout, stderr := s.command(test.args)
				if code != exitFine || len(box.has) > 0 || !strings.Contains(stderr, test.want) || !strings.Contains(stdout, "Not sent: step post is off. ") {
					t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
				}
			})
		})
	}
}

// Settings of a sink change for a run as those of any step do.
func TestSinkSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMailbox()
		s := newStage(t, "a", "b", "c")
		sending(s, posting{To: box})
		if code, stdout, stderr := s.command("--set", "step.post.batch_size=3", "--set", "step.post.address=9"); code != exitFine || !slices.Equal(box.batches, []int{3}) || !strings.Contains(stdout, "the mailbox 9") {
			t.Errorf("exit code %d, %v: %s", code, box.batches, stderr)
		}
		if code, _, stderr := s.command("--set", "step.post.batch_size=30"); code != exitUsage || !strings.Contains(stderr, "from 1 to 10") {
			t.Errorf("exit code %d: %s", code, stderr)
		}
	})
}

// Two steps may not overwrite each other's rows. The instances of one have ids of their own.
func TestSinksToOnePlace(t *testing.T) {
	two := func(box *mailbox, first, second string) *stage {
		s := newStage(t, "a")
		wire := s.program.Wire
		s.program.Wire = func(p *Pipeline) {
			wire(p)
			src := &Stream[queried]{p.nodes[0]}
			Sink(src, first, posting{To: box}, func(q queried) string { return q.Text })
			Sink(src, second, posting{To: box}, func(q queried) string { return q.Text + "2" })
		}
		return s
	}
	if code, _, stderr := two(newMailbox(), "one", "other").command(); code != exitUsage || !strings.Contains(stderr, "the steps one and other send to the same place") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	box := newMailbox()
	id := newRowIDs().of(queried{"a"})
	if code, _, stderr := two(box, "post[x]", "post[y]").command(); code != exitFine || box.has["x:"+id] != "a" || box.has["y:"+id] != "a2" {
		t.Errorf("exit code %d, %v: %s", code, box.has, stderr)
	}
}

// A server that is down holds up neither the rows nor an interruption.
func TestSinkInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMailbox()
		s := newStage(t, "a", "b", "c")
		box.fail = func(try int, _ []string) error {
			if try == 3 {
				s.interrupts <- os.Interrupt
			}
			return later
		}
		sending(s, posting{To: box})
		began := time.Now()
		code, _, stderr := s.command()
		if code != exitInterrupted || time.Since(began) > 30*time.Second || !strings.Contains(stderr, "all rows are in the datasets") {
			t.Errorf("exit code %d after %v: %s", code, time.Since(began), stderr)
		}
		if r := s.record(t); r.Ledger.Unsent != 3 || r.Ledger.Written != 3 || r.Ledger.check() != nil {
			t.Errorf("the ledger is %+v", r.Ledger)
		}
	})
}
