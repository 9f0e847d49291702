package author

import (
	"fmt"
	"strconv"
	"strings"
)

// text writes a reply that is not asked for as JSON: in the form that the prompt shows with placeholders, as a numbered
// list where it asks for so many of something, as an object where it shows one, otherwise as an answer.
func (w *writer) text() string {
	at := formAt(w.asked)
	if at < 0 {
		return w.free()
	}
	form := w.asked[at:]
	if strings.Contains(strings.ToLower(firstLine(form)), "json") && strings.Contains(form, "{") {
		return w.json(sampleIn(w.asked))
	}
	_, form, _ = strings.Cut(form, "\n") // what is said of the form; then it is shown
	if !strings.Contains(form, "<") {
		return w.free()
	}
	if w.slip == OffFormat {
		w.slipped = true
		if w.rng.n(2) == 0 {
			return phrase("off", &w.rng)
		}
	}
	if strings.HasPrefix(strings.TrimSpace(form), "1. <") {
		return w.list(form)
	}
	lines := strings.Split(strings.TrimSpace(form), "\n")
	if w.slipped { // without its last line a block is not complete
		lines = lines[:len(lines)-1]
	}
	i := 0
	for k, line := range lines {
		if head, ok := strings.CutPrefix(strings.TrimSpace(line), "["); ok { // "[2]", or "[2] Score: <1-6>"
			head, _, _ = strings.Cut(head, "]")
			i = max(i, numberIn(head))
		}
		lines[k] = w.fields(line, i)
	}
	return strings.Join(lines, "\n")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// free is a reply in no form: a list where a number of things is asked for, otherwise an answer.
func (w *writer) free() string {
	if n := countIn(w.last, questions); n > 1 && n <= 100 {
		return w.list("")
	}
	return w.answer(w.last)
}

// list numbers as many questions as are asked for, or as the form shows.
func (w *writer) list(form string) string {
	n := countIn(w.asked, counted)
	if n == 0 {
		n = max(strings.Count(form, "<"), 1)
	}
	if w.slipped {
		n--
	}
	_, hole, _ := strings.Cut(form, "<")
	hole, _, _ = strings.Cut(hole, ">")
	item := placeholder(hole)
	var b strings.Builder
	for i := range n {
		text, ok := "", false
		if kind(item) == "string" && item.Enum == nil {
			if text, ok = w.contrast(hole); !ok {
				text = w.question()
			}
		} else {
			v := value{writer: w, root: item}
			v.write(item, place{i: i + 1})
			text = strings.Trim(string(v.out), `"`)
		}
		fmt.Fprintf(&b, "%d. %s\n", i+1, text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// fields fills the placeholders of a line, each by the label before it.
func (w *writer) fields(line string, i int) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(line, "<")
		hole, after, closed := strings.Cut(rest, ">")
		if !ok || !closed {
			b.WriteString(line)
			return b.String()
		}
		b.WriteString(before)
		name := strings.Trim(before, " :*#-[]0123456789.")
		if name == "" {
			name = hole
		}
		n := placeholder(hole)
		switch {
		case names(name, "type") && kind(n) == "integer":
			for k, t := range w.types(i, 4) {
				if k > 0 {
					b.WriteString(", ")
				}
				b.WriteString(strconv.Itoa(t))
			}
		case len(n.Enum) > 0:
			v := value{writer: w, root: n}
			v.write(n, place{name: name, i: i})
			b.WriteString(strings.Trim(string(v.out), `"`))
		case kind(n) == "string":
			b.WriteString(w.leaf(name, i))
		default:
			v := value{writer: w, root: n}
			v.write(n, place{name: name, i: i})
			b.Write(v.out)
		}
		line = after
	}
}
