package runtime

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/component"
)

// Outgoing is a step that sends its rows out of the program.
type Outgoing struct {
	node *node
}

// outlet is the work of a step that sends rows out. Its closures know the types; the engine does not.
type outlet struct {
	off      string // why nothing is sent; empty where something is
	target   string
	batch    int
	patience time.Duration
	decode   func(text []byte) (row any, err error)
	read     func(row any) (in any)
	check    func(ctx context.Context, run component.SinkRun) error
	open     func(ctx context.Context, run component.SinkRun) (sender, error)
}

// sender is a component.Sender of rows whose type is not known.
type sender interface {
	place() string
	send(ctx context.Context, rows []leaving) error
}

// leaving is a row on its way out.
type leaving struct {
	row  string // id of the row
	id   string // the same at the other side
	in   any
	hash string // of what it says
	from from
	text []byte
}

// Sink sends the rows out of the program while the run goes on.
func Sink[A, I any, S component.Sinker[I]](in *Stream[A], step string, s S, read func(A) I) Outgoing {
	s = configure(in.node.p, "step", step, s)
	o := &outlet{off: s.Off(), target: s.Target(), batch: max(1, s.Batch()), patience: s.Patience(), check: s.Check,
		read: func(row any) any { return read(row.(A)) },
		decode: func(text []byte) (any, error) {
			var row A
			err := json.Unmarshal(text, &row)
			return row, err
		},
		open: func(ctx context.Context, run component.SinkRun) (sender, error) {
			opened, err := s.Open(ctx, run)
			return typedSender[I]{opened}, err
		}}
	return Outgoing{stream[A](in.node, node{step: step, verb: "sink", outlet: o}).node}
}

// When switches the step off unless the condition holds, which the pipeline has as its enabled, in the words of text.
func (o Outgoing) When(on bool, text string) {
	if !on {
		o.node.outlet.off = strings.TrimSpace("Its enabled, " + text + ", is false. " + o.node.outlet.off)
	}
}

// Env is what an environment variable has; empty if it is not set.
func Env(name string) string { return os.Getenv(name) }

type typedSender[I any] struct{ component.Sender[I] }

func (s typedSender[I]) place() string { return s.Place() }

func (s typedSender[I]) send(ctx context.Context, rows []leaving) error {
	typed := make([]component.SinkRow[I], len(rows))
	for i, r := range rows {
		typed[i] = component.SinkRow[I]{ID: r.id, In: r.in.(I)}
	}
	return s.Send(ctx, typed)
}

// detach takes the sinks that are off out of the graph, and lists all of them. A dry run sends nothing.
func (p *Pipeline) detach(dry bool) {
	var nodes []*node
	for _, n := range p.nodes {
		if n.outlet == nil {
			nodes = append(nodes, n)
			continue
		}
		p.sinks = append(p.sinks, n)
		if n.outlet.off == "" && dry {
			n.outlet.off = "A dry run sends nothing."
		}
		if n.outlet.off == "" {
			nodes = append(nodes, n)
			continue
		}
		from := n.inputs[0]
		var readers []reader
		for _, r := range from.readers {
			if r.node != n {
				readers = append(readers, r)
			}
		}
		from.readers = readers
	}
	p.nodes = nodes
	for i, n := range p.sinks {
		for _, other := range p.sinks[:i] {
			if n.outlet.target == other.outlet.target && baseName(n.step) != baseName(other.step) {
				p.problem("the steps %s and %s send to the same place, %s, where the rows of one would take the place of the other's. "+
					"Give one of them another", other.step, n.step, n.outlet.target)
			}
		}
	}
}

// outID is the id of a row at the other side. Instances of a step have rows of the same ids, which are not the same rows.
func outID(step, id string) string {
	if _, key, ok := strings.Cut(strings.TrimSuffix(step, "]"), "["); ok {
		return key + ":" + id
	}
	return id
}
