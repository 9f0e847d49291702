package author

import (
	"cmp"
	"strconv"
	"strings"
)

// contrast writes a text of data for models of embeddings, which the name of the member tells: a task, a query, a document, a text that
// belongs to another one or does not. Those of one reply differ.
func (w *writer) contrast(name string) (text string, ok bool) {
	switch strings.ReplaceAll(asciiLower(name), " ", "_") {
	case "task", "tasks":
		all := topics()
		return w.fresh(func() string { return w.phraseOn("task", asciiLower(all[w.rng.n(len(all))].name)) }), true
	case "first":
		w.topic = topics()[w.rng.n(len(topics()))]
		w.subject = w.topic.name
		return w.question(), true
	case "third":
		return w.question(), true
	case "second", "positive":
		return w.fresh(func() string { return w.phraseOn("restated", clip(w.given(), 20)) }), true
	case "negative":
		return w.fresh(func() string { return w.phraseOn("contrary", words(w.given(), &w.rng)) }), true
	case "user_query", "input":
		w.subject = cmp.Or(w.subject, lastElement(w.asked))
		w.topic = topicOf(w.subject)
		return w.question(), true
	case "positive_document":
		return w.fresh(func() string { return w.answer(w.given()) }), true
	case "hard_negative_document":
		return w.fresh(func() string {
			return w.phraseOn("contrary", words(w.given(), &w.rng)) + " " + w.answer(lastElement(w.asked))
		}), true
	case "input_text":
		return w.fresh(func() string { return w.answer(lastElement(w.asked)) }), true
	case "label", "misleading_label":
		if !closingTag.MatchString(w.asked) {
			return "", false
		}
		return w.fresh(func() string { return words(lastElement(w.asked), &w.rng) }), true
	}
	return "", false
}

// given is what a text is to belong to: one of the reply, or what the prompt shows.
func (w *writer) given() string { return cmp.Or(w.posed, lastElement(w.asked), w.last) }

func (w *writer) phraseOn(kind, about string) string {
	return fill(phrase(kind, &w.rng), &w.rng, about, 0)
}

// fresh is a text that the reply does not have yet.
func (w *writer) fresh(write func() string) string {
	for try := 0; ; try++ {
		text := write()
		if try > 50 { // there are no more: number them
			text += " (" + strconv.Itoa(len(w.written)) + ")"
		}
		if !w.written[text] {
			w.written[text] = true
			return text
		}
	}
}
