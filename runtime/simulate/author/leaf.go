package author

import (
	"cmp"
	"strings"
)

// What a member or a field holds is told by its name.
var (
	questions = []string{"instruction", "question", "quer", "prompt", "task", "exercise", "problem"}
	reasons   = []string{"rationale", "rational", "reason", "explanation", "critique", "feedback", "justification", "comment", "thought"}
	ratings   = []string{"rating", "score", "grade", "quality", "mark", "stars", "points"}
	verdicts  = []string{"better", "best", "winner", "preferred", "verdict", "result"}
	answers   = []string{"answer", "response", "generation", "solution", "completion", "output", "text", "content", "reply", "essay", "story", "summary", "description"}
	rewrites  = []string{"evolved", "rewritten", "revised", "revision", "improved"}
	labels    = []string{"title", "topic", "subject", "category", "label", "name", "tag", "keyword", "id"}
)

// names reports whether a name holds one of the words.
func names(name string, words ...string) bool {
	name = asciiLower(name)
	for _, w := range words {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// leaf is the text of a member called name, about text i where it is about one.
func (w *writer) leaf(name string, i int) string {
	if text, ok := w.thing(name); ok {
		return text
	}
	if text, ok := w.contrast(name); ok {
		return text
	}
	switch {
	case names(name, "final_answer", "final answer"):
		return w.finalAnswer()
	case names(name, "step") && closingTag.MatchString(w.asked): // of the solution of what is shown
		return fill(phrase("sentence", &w.rng), &w.rng, words(firstElement(w.asked), &w.rng), i)
	case names(name, "type") && names(name, reasons...):
		return w.typeReason(i)
	case names(name, rewrites...):
		return w.rewrite(name)
	case names(name, reasons...):
		return w.reason(i)
	case asciiLower(name) == "user":
		return w.question()
	case asciiLower(name) == "assistant":
		return w.answer(cmp.Or(w.posed, w.last))
	case names(name, questions...):
		return w.question()
	case names(name, answers...):
		return w.answer(w.last)
	case names(name, "label") && closingTag.MatchString(w.asked):
		return words(lastElement(w.asked), &w.rng)
	case names(name, labels...):
		return words(subjectOf(w.asked), &w.rng)
	}
	return fill(phrase("sentence", &w.rng), &w.rng, words(w.last, &w.rng), i)
}
