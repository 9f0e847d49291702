// Package author writes the simulator's replies: deterministic functions of what is asked, in the form that is asked
// for, of a quality that depends on the model. A judge that is asked about such texts sees that quality.
package author

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Message is one message of the conversation.
type Message struct{ Role, Content string }

// Format is the form of the reply that response_format asks for.
type Format string

// The forms of a reply. What the prompt itself asks for is followed in each.
const (
	Text       Format = "text"
	JSONObject Format = "json_object"
	JSONSchema Format = "json_schema"
)

// Slip is a fault of the content.
type Slip string

// The slips. A slip that cannot be made in a reply, such as a rating out of its scale where nothing is rated, is left out.
const (
	Preamble   Slip = "preamble"   // chatter and a code fence around the reply
	OffFormat  Slip = "offformat"  // not in the form that was asked for
	OutOfScale Slip = "outofscale" // a rating outside of its scale
	Tie        Slip = "tie"        // one rating for all
)

// Request is what a reply depends on.
type Request struct {
	Model    string
	Messages []Message
	Seed     string // the sampling seed, and which of several choices it is
	Format   Format
	Schema   json.RawMessage // with JSONSchema
	Slip     Slip
}

// Write writes the reply and tells whether it made the slip. It fails if the schema is none.
func Write(r Request) (text string, slipped bool, err error) {
	w := newWriter(r)
	switch r.Format {
	case JSONSchema:
		n, err := parseSchema(r.Schema)
		if err != nil {
			return "", false, err
		}
		text = w.json(n)
	case JSONObject:
		text = w.json(sampleIn(w.asked))
	default:
		text = w.text()
	}
	if r.Slip == Preamble {
		w.slipped = true
		if r.Format != Text && r.Format != "" {
			text = "```json\n" + text + "\n```"
		}
		text = phrase("opening", &w.rng) + "\n\n" + text + "\n\n" + phrase("closing", &w.rng)
	}
	return text, w.slipped, nil
}

// Pose writes what a user might say next, on the subject of the system message and of what was said before, or on any.
func Pose(r Request) string {
	w := newWriter(r)
	subject := w.last
	for _, m := range r.Messages {
		if m.Role == "system" {
			subject = m.Content + " " + subject
		}
	}
	if w.topic = topicOf(subject); w.topic == nil {
		all := topics()
		w.topic = all[w.rng.n(len(all))]
	}
	w.subject = w.topic.name
	return w.question()
}

// writer is at work on one reply.
type writer struct {
	rng     rng
	ability float64 // of the model, from 0 to 1
	slip    Slip
	slipped bool
	asked   string // all that the user said
	last    string // what the user said last
	subject string // what questions are to be about
	topic   *topic // nil: none that is known
	texts   []string
	merits  []float64 // of the texts, from 0 to 1, as the judge sees them
	mood    uint64    // what makes this judge differ from another
	written map[string]bool
	posed   string // the last question of the reply
}

func newWriter(r Request) *writer {
	h := newHash(r.Model, r.Seed, string(r.Format), string(r.Schema))
	w := &writer{ability: ability(r.Model), slip: r.Slip, written: map[string]bool{}}
	var asked []string
	for _, m := range r.Messages {
		h.add(m.Role)
		h.add(m.Content)
		if m.Role == "user" {
			asked = append(asked, m.Content)
			w.last = m.Content
		}
	}
	w.rng = rng(h.sum())
	w.mood = w.rng.next()
	w.asked = strings.Join(asked, "\n\n")
	w.texts = textsIn(w.asked)
	for _, text := range w.texts { // equal texts get equal merits, others never do
		r := rng(w.mood ^ Hash(text))
		w.merits = append(w.merits, 0.9*merit(text)+0.1*r.float())
	}
	return w
}

// ability says how good a model is, by what its name says of its size.
func ability(model string) float64 {
	name := strings.ToLower(model)
	for _, c := range []struct {
		part string
		is   float64
	}{
		{"large", 0.85}, {"medium", 0.75}, {"small", 0.6}, {"14b", 0.55}, {"nemo", 0.5}, {"8x22b", 0.6}, {"8x7b", 0.5},
		{"8b", 0.45}, {"7b", 0.4}, {"3b", 0.3}, {"1b", 0.2}, {"mini", 0.5}, {"tiny", 0.2},
	} {
		if strings.Contains(name, c.part) {
			return c.is
		}
	}
	return 0.6
}

// about sets what questions are about, once it is known that there will be some.
func (w *writer) about() {
	if w.subject == "" {
		w.subject = subjectOf(w.asked)
		w.topic = topicOf(w.subject)
	}
}

// question is one more question or instruction on the subject, another one each time.
func (w *writer) question() string {
	w.about()
	pool := general().questions
	name := clip(w.subject, 8)
	if w.topic != nil {
		pool = w.topic.questions
	}
	for try := 0; ; try++ {
		q := fill(pool[w.rng.n(len(pool))], &w.rng, name, 0)
		template := strings.Map(dropDigits, q)
		if try > 200 { // more questions are wanted than there are: number them
			q += " (" + strconv.Itoa(len(w.written)) + ")"
		} else if w.written[q] || try < 50 && w.written[template] {
			continue
		}
		w.written[q], w.written[template] = true, true
		w.posed = q
		return q
	}
}

func dropDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}
