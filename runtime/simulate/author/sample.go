package author

import (
	"regexp"
	"strconv"
	"strings"
)

// sampleIn reads the form of a JSON reply out of a prompt that shows it: an object whose values are examples, or
// placeholders such as "<reasons>", <1-5> and <numbers>. A prompt that shows none gets an answer.
func sampleIn(prompt string) *node {
	for at := max(formAt(prompt), 0); ; at++ {
		i := strings.IndexByte(prompt[at:], '{')
		if i < 0 {
			break
		}
		at += i
		p := sampler{text: prompt, at: at}
		if n := p.value(); !p.failed && len(n.Properties) > 0 {
			return n
		}
	}
	text := &node{Type: types{"string"}}
	if names(prompt, "list", "questions", "instructions") && countIn(prompt, counted) > 0 {
		return &node{Properties: properties{{"questions", &node{Type: types{"array"}, Items: text}}}}
	}
	return &node{Properties: properties{{"answer", text}}}
}

// formAt is where a prompt begins to tell the form of the reply; -1 if it does not.
func formAt(prompt string) int {
	lower, at := asciiLower(prompt), -1
	for _, s := range []string{"reply with", "answer with", "respond with", "reply in", "answer in the form", "output format", "in this form", "following format", "json"} {
		if i := strings.LastIndex(lower, s); i >= 0 && (at < 0 || s != "json") {
			at = max(at, i)
		}
	}
	return at
}

// sampler reads JSON that has placeholders.
type sampler struct {
	text   string
	at     int
	failed bool
}

func (p *sampler) peek() byte {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
	if p.at >= len(p.text) {
		p.failed = true
		return 0
	}
	return p.text[p.at]
}

// take steps over c if it is next.
func (p *sampler) take(c byte) bool {
	if p.peek() != c || p.failed {
		return false
	}
	p.at++
	return true
}

func (p *sampler) value() *node {
	switch c := p.peek(); {
	case c == '{':
		return p.object()
	case c == '[':
		return p.array()
	case c == '"':
		p.quoted()
		return &node{Type: types{"string"}}
	case c == '<':
		return placeholder(p.upTo('>'))
	default:
		return p.word()
	}
}

func (p *sampler) object() *node {
	n, called := &node{Type: types{"object"}}, ""
	p.at++
	for !p.failed && !p.take('}') {
		if strings.HasPrefix(p.text[p.at:], "...") {
			p.at += 3
			continue
		}
		if p.peek() != '"' {
			p.failed = true
			break
		}
		name := p.quoted()
		if !p.take(':') {
			p.failed = true
			break
		}
		from := p.at
		v := p.value()
		if name == "name" {
			called = strings.Trim(p.text[from:p.at], "\" ")
		}
		p.remark(v)
		n.Properties = append(n.Properties, property{name, v})
		n.Required = append(n.Required, name)
		p.take(',')
	}
	n.callOf(called)
	return n
}

// callOf keeps the name in what looks like the call of a function: it is the function that there is, and no example.
func (n *node) callOf(function string) {
	if len(n.Properties) == 2 && n.Properties[0].name == "name" && n.Properties[1].name == "arguments" && !strings.Contains(function, "<") {
		n.Properties[0].node.Enum = []any{function}
	}
}

// array reads a list; its first element stands for all of them.
func (p *sampler) array() *node {
	n := &node{Type: types{"array"}}
	p.at++
	for !p.failed && !p.take(']') {
		if strings.HasPrefix(p.text[p.at:], "...") {
			p.at += 3
		} else if item := p.value(); n.Items == nil {
			p.remark(item)
			n.Items = item
		}
		p.take(',')
	}
	return n
}

var elements = regexp.MustCompile(`^(?:(\d+) to |at (least|most) )?(\d+) elements?$`)

// remark steps over what is said of a value behind it: how many elements a list has, (3 to 5 elements), and "or null".
func (p *sampler) remark(n *node) {
	if p.peek() == '(' {
		p.at++
		if m := elements.FindStringSubmatch(p.upTo(')')); m != nil {
			low, _ := strconv.Atoi(m[1])
			high, _ := strconv.Atoi(m[3])
			switch {
			case m[2] == "least":
				n.MinItems = &high
			case m[2] == "most":
				n.MaxItems = &high
			case m[1] == "":
				n.MinItems, n.MaxItems = &high, &high
			default:
				n.MinItems, n.MaxItems = &low, &high
			}
		}
	}
	p.peek()
	if strings.HasPrefix(p.text[p.at:], "or null") {
		p.at += len("or null")
	}
}

func (p *sampler) quoted() string {
	p.at++
	text := p.upTo('"')
	return text
}

// upTo is the text up to a mark on the same line, and steps over the mark.
func (p *sampler) upTo(mark byte) string {
	i := strings.IndexAny(p.text[p.at:], string(mark)+"\n")
	if i < 0 || p.text[p.at+i] != mark {
		p.failed = true
		return ""
	}
	text := p.text[p.at : p.at+i]
	p.at += i + 1
	return text
}

func (p *sampler) word() *node {
	end := strings.IndexAny(p.text[p.at:], ",]} \t\r\n")
	if end <= 0 {
		p.failed = true
		return &node{}
	}
	word := p.text[p.at : p.at+end]
	p.at += end
	switch word {
	case "true", "false", "bool", "boolean":
		return &node{Type: types{"boolean"}}
	case "null":
		return &node{Type: types{"null"}}
	case "int", "integer":
		return &node{Type: types{"integer"}}
	}
	if _, err := strconv.Atoi(word); err == nil {
		return &node{Type: types{"integer"}}
	}
	_, err := strconv.ParseFloat(word, 64)
	p.failed = err != nil
	return &node{Type: types{"number"}}
}

var (
	spanned = regexp.MustCompile(`\bfrom (-?[\d.]+) to (-?[\d.]+)`)
	option  = regexp.MustCompile(`"[^"]+"`)
)

// placeholder is what stands between < and >: a range such as 1-5, or a whole number from 1 to 5, one of "a", "b", a word for
// numbers, or a word for text.
func placeholder(text string) *node {
	text = strings.TrimPrefix(text, "<")
	if options := option.FindAllString(text, -1); strings.HasPrefix(text, "one of ") && options != nil {
		n := &node{}
		for _, o := range options {
			n.Enum = append(n.Enum, strings.Trim(o, `"`))
		}
		return n
	}
	if m := spanned.FindStringSubmatch(text); m != nil {
		low, err1 := strconv.ParseFloat(m[1], 64)
		high, err2 := strconv.ParseFloat(m[2], 64)
		if n := (&node{Type: types{"number"}, Minimum: &low, Maximum: &high}); err1 == nil && err2 == nil {
			if names(text, "whole", "integer") {
				n.Type = types{"integer"}
			}
			return n
		}
	}
	low, high, ranged := strings.Cut(strings.ReplaceAll(text, " to ", "-"), "-")
	l, err1 := strconv.ParseFloat(strings.TrimSpace(low), 64)
	h, err2 := strconv.ParseFloat(strings.TrimSpace(high), 64)
	switch {
	case ranged && err1 == nil && err2 == nil:
		return &node{Type: types{"integer"}, Minimum: &l, Maximum: &h}
	case names(text, "number", "integer", "int", "rating", "score"):
		return &node{Type: types{"integer"}}
	case names(text, "true", "bool"):
		return &node{Type: types{"boolean"}}
	}
	return &node{Type: types{"string"}}
}
