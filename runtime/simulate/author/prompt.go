package author

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// marks stand before what a prompt is about.
var marks = []string{"topic or text:", "topic:", "subject:", "title:", "input:", "theme:"}

// subjectOf finds what a prompt wants questions about: what follows a mark, otherwise its last paragraph before the
// form of the reply.
func subjectOf(prompt string) string {
	lower := asciiLower(prompt)
	at := -1
	for _, m := range marks {
		if i := strings.LastIndex(lower, m); i >= 0 && i+len(m) > at {
			at = i + len(m)
		}
	}
	if at >= 0 {
		rest := strings.TrimSpace(prompt[at:])
		paragraph, _, _ := strings.Cut(rest, "\n\n")
		if paragraph != "" {
			return strings.TrimSpace(paragraph)
		}
	}
	if i := formAt(prompt); i > 0 {
		prompt = prompt[:i]
	}
	return lastParagraph(prompt)
}

func lastParagraph(text string) string {
	text = strings.TrimSpace(text)
	return strings.TrimSpace(text[strings.LastIndex(text, "\n\n")+1:])
}

// topicOf finds the topic whose keywords fit best; nil if none does.
func topicOf(text string) *topic {
	lower := asciiLower(text)
	var best *topic
	most := 0
	for _, t := range topics() {
		sum := 0
		for _, k := range t.keywords {
			if strings.Contains(lower, k) {
				sum += len(k)
			}
		}
		if sum > most {
			best, most = t, sum
		}
	}
	return best
}

// asciiLower keeps the length of the text, so that places in it stay the same.
func asciiLower(text string) string {
	b := []byte(text)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// textsIn finds the texts that a judge is shown: "Text 1:" and what follows, in a <text> element or not.
func textsIn(prompt string) []string {
	for _, label := range []string{"Text ", "Response ", "Answer ", "Generation ", "Output "} {
		start := after(prompt, 0, label+"1:")
		var texts []string
		for i := 2; start > 0; i++ {
			next := after(prompt, start, label+strconv.Itoa(i)+":")
			end := len(prompt)
			if next > 0 {
				end = next - len(label+strconv.Itoa(i)+":")
			}
			texts = append(texts, element(prompt[start:end], next < 0))
			start = next
		}
		if len(texts) > 0 {
			return texts
		}
	}
	return nil
}

// after is where a line's beginning that says label ends, from some place on; -1 if there is none.
func after(prompt string, from int, label string) int {
	for {
		i := strings.Index(prompt[from:], label)
		if i < 0 {
			return -1
		}
		from += i + len(label)
		if at := from - len(label); at == 0 || prompt[at-1] == '\n' {
			return from
		}
	}
}

func element(text string, last bool) string {
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, "<text>"); ok {
		if end := strings.LastIndex(inner, "</text>"); end >= 0 {
			inner = inner[:end]
		}
		return strings.TrimSpace(inner)
	}
	if last { // the prompt goes on after it
		text, _, _ = strings.Cut(text, "\n\n")
	}
	return text
}

// lastElement is what the last element of a prompt holds, whatever its name: <response>, a line each for its ends.
func lastElement(prompt string) string {
	ends := closingTag.FindAllStringSubmatchIndex(prompt, -1)
	for _, end := range slices.Backward(ends) {
		open := "<" + prompt[end[2]:end[3]] + ">\n"
		if start := strings.LastIndex(prompt[:end[0]], open); start >= 0 {
			return strings.TrimSpace(prompt[start+len(open) : end[0]])
		}
	}
	return ""
}

// firstElement is what the first element of a prompt holds, or the whole prompt.
func firstElement(prompt string) string {
	if end := closingTag.FindStringSubmatchIndex(prompt); end != nil {
		open := "<" + prompt[end[2]:end[3]] + ">\n"
		if start := strings.Index(prompt[:end[0]], open); start >= 0 {
			return strings.TrimSpace(prompt[start+len(open) : end[0]])
		}
	}
	return prompt
}

var closingTag = regexp.MustCompile(`(?m)^</([a-z_]+)>$`)

var counted = append([]string{"item", "line", "example", "string", "numbered"}, questions...)

// countIn finds how many things of those kinds a prompt wants; 0 if it does not say.
func countIn(prompt string, kinds []string) int {
	words := strings.Fields(asciiLower(prompt))
	for i := len(words) - 2; i >= 0; i-- {
		n, err := strconv.Atoi(words[i])
		if err != nil || n < 1 || n > 200 {
			continue
		}
		for _, c := range kinds {
			if strings.HasPrefix(words[i+1], c) {
				return n
			}
		}
	}
	return 0
}

// clip is the first words of a text, on one line and without the mark at its end.
func clip(text string, words int) string {
	all := strings.Fields(text)
	if len(all) > words {
		all = all[:words]
	}
	return strings.TrimRight(strings.Join(all, " "), ".,;:!?\"'")
}

var small = map[string]bool{"the": true, "a": true, "an": true, "of": true, "and": true, "or": true, "to": true, "in": true,
	"is": true, "are": true, "for": true, "that": true, "this": true, "with": true, "what": true, "how": true, "why": true,
	"which": true, "when": true, "does": true, "do": true, "by": true, "as": true, "at": true, "on": true, "it": true,
	"its": true, "if": true, "from": true, "be": true, "can": true, "one": true, "you": true, "your": true, "than": true}

// words are a few words of a text that say something.
func words(text string, r *rng) string {
	if len(text) > 2000 {
		text = text[:2000]
	}
	all := strings.Fields(text)
	if len(all) == 0 {
		return "it"
	}
	first := r.n(len(all))
	for range all {
		if w := all[first]; !small[strings.ToLower(w)] && strings.ContainsFunc(w, unicode.IsLetter) {
			break
		}
		first = (first + 1) % len(all)
	}
	last := min(first+3, len(all))
	for i := first; i < last; i++ { // a sentence ends the phrase
		if strings.ContainsAny(all[i][len(all[i])-1:], ".,;:!?") {
			last = i + 1
		}
	}
	for last > first+1 && small[strings.ToLower(all[last-1])] {
		last--
	}
	return strings.Trim(strings.ToValidUTF8(strings.Join(all[first:last], " "), ""), ".,;:!?\"'<>")
}
