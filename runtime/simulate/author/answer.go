package author

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var askers = []string{"what", "how", "why", "which", "when", "who", "where", "is", "are", "can", "does", "do", "in", "if",
	"two", "a", "an", "the", "suppose", "convert:", "there"}

// answer is a few sentences on an instruction, more and better ones the abler the model is.
func (w *writer) answer(instruction string) string {
	instruction = turn(instruction)
	skill := min(max(w.ability+(w.rng.float()-0.5)*0.6, 0), 0.999)
	n := 1 + int(skill*7)
	strong, weak := 0, 0
	for range n {
		if w.rng.float() < 0.15+0.8*skill {
			strong++
		} else {
			weak++
		}
	}
	body := w.some(phrases()["strong"], strong, instruction)
	if t := topicOf(instruction); t != nil && strong > 1 {
		body[1] = t.methods[w.rng.n(len(t.methods))]
	}
	for _, s := range w.some(phrases()["weak"], weak, instruction) {
		body = slices.Insert(body, w.rng.n(len(body)+1), s)
	}
	return w.opener(instruction) + " " + strings.Join(body, " ")
}

// turn is what is to be answered of a text: its last paragraph, without the names of who speaks, such as "# Assistant:" at its end.
func turn(text string) string {
	for {
		paragraph := lastParagraph(text)
		if rest := speaker.ReplaceAllString(paragraph, ""); rest != "" || paragraph == "" {
			return rest
		}
		text = strings.TrimSuffix(strings.TrimSpace(text), paragraph)
	}
}

var speaker = regexp.MustCompile(`^#+ *[A-Z][a-z]+:\s*`)

// finalAnswer is what a problem comes to: the same number whoever solves it, but for a mistake.
func (w *writer) finalAnswer() string {
	r := rng(Hash(firstElement(w.asked)))
	right := 2 + r.n(97)
	if w.rng.float() > 0.3+0.6*w.ability {
		right += 1 + w.rng.n(9)
	}
	return strconv.Itoa(right)
}

// rewrite is the text that the prompt shows in an element of its own, with a sentence more: a demand where it is an instruction.
func (w *writer) rewrite(name string) string {
	text := lastElement(w.asked)
	if text == "" {
		return w.question()
	}
	kind := "strong"
	if names(name, questions...) {
		kind = "demand"
	}
	for range 20 {
		if more := fill(phrase(kind, &w.rng), &w.rng, words(text, &w.rng), 0); !strings.Contains(text, more) {
			return text + " " + more
		}
	}
	return text + " " + w.question()
}

// some are n of the sentences in their order.
func (w *writer) some(sentences []string, n int, about string) []string {
	chosen := w.rng.perm(len(sentences))[:min(n, len(sentences))]
	slices.Sort(chosen)
	out := make([]string, len(chosen))
	for i, c := range chosen {
		out[i] = fill(sentences[c], &w.rng, words(about, &w.rng), 0)
	}
	return out
}

func (w *writer) opener(instruction string) string {
	first, rest := utf8.DecodeRuneInString(instruction)
	if next, _ := utf8.DecodeRuneInString(instruction[rest:]); unicode.IsLower(next) {
		instruction = string(unicode.ToLower(first)) + instruction[rest:]
	}
	gist := clip(sentence(instruction), 16)
	if gist == "" {
		gist = "reply"
	}
	kind := "imperative"
	verb, _, _ := strings.Cut(gist, " ")
	if strings.HasSuffix(instruction, "?") || slices.Contains(askers, verb) {
		kind = "question"
	}
	return fill(phrase(kind, &w.rng), &w.rng, gist, 0)
}

// sentence is the first sentence of a text.
func sentence(text string) string {
	for i := range text {
		if (text[i] == '.' || text[i] == '?' || text[i] == '!' || text[i] == '\n') && (i+1 == len(text) || text[i+1] == ' ' || text[i] == '\n') {
			return text[:i]
		}
	}
	return text
}
