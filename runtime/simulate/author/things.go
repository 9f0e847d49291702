package author

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed things.txt
var thingsText string

// things are short texts for members that hold one, by kind.
var things = sync.OnceValue(func() map[string][]string { return kinds(thingsText) })

// thingNames are the words of members' names that tell their kind.
var thingNames = []struct {
	kind  string
	words []string
}{
	{"company", []string{"company", "employer", "manufacturer", "organisation", "organization", "brand"}},
	{"city", []string{"city", "town", "birthplace", "hometown"}},
	{"country", []string{"country", "nation", "nationality"}},
	{"street", []string{"street", "address"}},
	{"job", []string{"job", "profession", "occupation", "position"}},
	{"hobby", []string{"hobby", "hobbies", "interest", "interests", "likes", "dislikes"}},
	{"colour", []string{"colour", "color", "colours", "colors"}},
	{"language", []string{"language", "languages"}},
	{"currency", []string{"currency"}},
	{"product", []string{"product", "products"}},
	{"headline", []string{"headline"}},
	{"letter", []string{"letter"}},
	{"person", []string{"person", "name", "author", "character", "customer", "patient", "speaker"}},
}

// thing is a short text for a member, if its name tells what it holds: one of its words does, and no other one speaks of
// something else, as in product_name.
func (w *writer) thing(name string) (string, bool) {
	words := strings.FieldsFunc(asciiLower(name), func(r rune) bool { return r == '_' || r == '-' || r == ' ' })
	if len(words) == 0 || len(words) > 2 {
		return "", false
	}
	for _, t := range thingNames {
		if !slices.ContainsFunc(words, func(word string) bool { return slices.Contains(t.words, word) }) {
			continue
		}
		if t.kind == "person" && slices.Contains(words, "name") && len(words) == 2 &&
			!slices.Contains([]string{"full", "person", "author", "character", "customer", "patient", "speaker"}, words[0]) {
			return "", false
		}
		text := w.any(t.kind)
		if before, after, ok := strings.Cut(text, "{product}"); ok {
			text = before + w.any("product") + after
		}
		return text, true
	}
	return "", false
}

// any is one of a kind of things.
func (w *writer) any(kind string) string {
	all := things()[kind]
	return all[w.rng.n(len(all))]
}
