package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
)

// findCycles reports steps that read each other in a circle, each circle once and whole. The steps in one are not
// checked further.
func (l *loader) findCycles() {
	state := map[*stepBlock]int{}
	var path []*stepBlock
	var visit func(s *stepBlock)
	visit = func(s *stepBlock) {
		switch state[s] {
		case 2:
			return
		case 1:
			l.cycle(path[slices.Index(path, s):])
			return
		}
		state[s] = 1
		path = append(path, s)
		for _, r := range s.reads {
			visit(r)
		}
		path = path[:len(path)-1]
		state[s] = 2
	}
	for s := range l.allSteps {
		visit(s)
	}
}

func (l *loader) cycle(steps []*stepBlock) {
	// The report begins at the step that stands first in the source.
	first, all := 0, slices.Collect(l.allSteps)
	for i := range steps {
		if slices.Index(all, steps[i]) < slices.Index(all, steps[first]) {
			first = i
		}
	}
	steps = slices.Concat(steps[first:], steps[:first])
	var names []string
	var related []diag.Related
	for i, s := range steps {
		for _, inst := range s.instances {
			inst.lost, inst.branches = true, nil
		}
		next := steps[(i+1)%len(steps)]
		names = append(names, fmt.Sprintf("%s reads %s", s.name, next.name))
		if i > 0 {
			related = append(related, diag.Related{Range: s.attrs["from"].Expr.Range(), Message: names[i]})
		}
	}
	at := steps[0].attrs["from"].Expr.Range()
	if len(steps) == 1 {
		l.errorAt(diag.Cycle, at, fmt.Sprintf("step %q reads itself", steps[0].name),
			"A step reads the rows of steps before it. Name another one.")
		return
	}
	l.errorAt(diag.Cycle, at, "steps read each other in a circle",
		fmt.Sprintf("Step %s. No row could ever enter. Have one of them read a step outside of the circle.", strings.Join(names, ", ")), related...)
}

// ordered lists the instances, each after those that it reads, otherwise in the order of the source.
func (l *loader) ordered() []*instance {
	var out []*instance
	seen := map[*instance]bool{}
	var visit func(i *instance)
	visit = func(i *instance) {
		if seen[i] {
			return
		}
		seen[i] = true
		for _, b := range i.branches {
			visit(b.from)
		}
		out = append(out, i)
	}
	for s := range l.allSteps {
		for _, i := range s.instances {
			visit(i)
		}
	}
	return out
}

// reaches reports whether rows of a come to b.
func reaches(a, b *instance) bool { return a != b && slices.Contains(upstream(b), a) }

// upstream lists b and all that it reads, directly or not, the nearest first.
func upstream(b *instance) []*instance {
	found := []*instance{b}
	seen := map[*instance]bool{b: true}
	for n := 0; n < len(found); n++ {
		for _, br := range found[n].branches {
			if !seen[br.from] {
				seen[br.from] = true
				found = append(found, br.from)
			}
		}
	}
	return found
}
