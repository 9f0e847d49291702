package author

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

var (
	//go:embed topics.txt
	topicsText string
	//go:embed general.txt
	generalText string
	//go:embed answers.txt
	answersText string
)

// topic is a field of mathematics with templates for its questions and for the sentences of its answers.
type topic struct {
	name      string
	keywords  []string
	questions []string
	methods   []string
}

var topics = sync.OnceValue(func() []*topic {
	var all []*topic
	for _, line := range lines(topicsText) {
		if head, ok := strings.CutPrefix(line, "= "); ok {
			name, keywords, _ := strings.Cut(head, " | ")
			all = append(all, &topic{name: name, keywords: strings.Split(keywords, ", ")})
			continue
		}
		all[len(all)-1].add(line)
	}
	return all
})

// general is for subjects that are none of the topics.
var general = sync.OnceValue(func() *topic {
	t := &topic{}
	for _, line := range lines(generalText) {
		t.add(line)
	}
	return t
})

func (t *topic) add(line string) {
	if q, ok := strings.CutPrefix(line, "? "); ok {
		t.questions = append(t.questions, q)
	} else {
		t.methods = append(t.methods, strings.TrimPrefix(line, "! "))
	}
}

// phrases are the sentences of answers and verdicts, by kind.
var phrases = sync.OnceValue(func() map[string][]string { return kinds(answersText) })

// kinds parts lines at their headings.
func kinds(text string) map[string][]string {
	all := map[string][]string{}
	kind := ""
	for _, line := range lines(text) {
		if head, ok := strings.CutPrefix(line, "= "); ok {
			kind = head
		} else {
			all[kind] = append(all[kind], line)
		}
	}
	return all
}

func phrase(kind string, r *rng) string {
	all := phrases()[kind]
	return all[r.n(len(all))]
}

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

// fill puts numbers and words into the braces of a template. a to d are different small numbers, e and h larger ones.
func fill(template string, r *rng, words string, i int) string {
	if !strings.Contains(template, "{") {
		return template
	}
	p := r.perm(8)
	v := numbers{p[0] + 2, p[1] + 2, p[2] + 2, p[3] + 2, 10 + r.n(15), 10 * (3 + r.n(30))}
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "{")
		out.WriteString(before)
		slot, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return out.String()
		}
		switch slot {
		case "topic", "words", "gist":
			out.WriteString(words)
		case "i":
			out.WriteString(strconv.Itoa(i))
		default:
			out.WriteString(strconv.Itoa(v.slot(slot)))
		}
		template = after
	}
}

// numbers are the values of the slots of one text.
type numbers struct{ a, b, c, d, e, h int }

func (v numbers) slot(name string) int {
	switch name {
	case "a", "n":
		return v.a
	case "b":
		return v.b
	case "c":
		return v.c
	case "d":
		return v.d
	case "e":
		return v.e
	case "h":
		return v.h
	case "2a":
		return 2 * v.a
	case "2b":
		return 2 * v.b
	case "3b":
		return 3 * v.b
	case "4b":
		return 4 * v.b
	case "ab", "p":
		return v.a * v.b
	case "ac":
		return v.a * v.c
	case "aa":
		return v.a * v.a
	case "aaa":
		return v.a * v.a * v.a
	case "cc":
		return v.c * v.c
	case "nn":
		return v.e * (v.e + 1)
	case "s", "ab_":
		return v.a + v.b
	case "abb_":
		return v.a + 2*v.b
	case "a4b":
		return v.a + 4*v.b
	}
	panic("no slot {" + name + "}")
}
