package author

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A schema that refers to itself has to come to an end: below deep, optional members are left out, and where that does
// not help there is null below bottom, and after so many values.
const (
	deep   = 6
	bottom = 40
	most   = 20000
)

// json writes a value that fits the schema, its content chosen by the names of the members.
func (w *writer) json(root *node) string {
	slip := 0
	if w.slip == OffFormat {
		w.slipped = true
		slip = 1 + w.rng.n(3)
		if slip == 1 {
			return phrase("off", &w.rng)
		}
	}
	v := value{writer: w, root: root}
	v.write(root, place{shorter: slip == 2})
	if slip == 3 {
		return strings.ToValidUTF8(string(v.out[:len(v.out)*2/3]), "")
	}
	return string(v.out)
}

// value is a JSON value that is being written.
type value struct {
	*writer
	root  *node
	out   []byte
	count int // of the values in it
}

// place is where in the value something stands.
type place struct {
	name    string // of the nearest member
	i       int    // number of the text that it is about, from 1; 0: none
	depth   int
	shorter bool // leave the last part out, which is a slip
}

func (v *value) write(n *node, at place) {
	n = v.resolve(n, 0)
	v.count++
	switch {
	case at.depth > bottom || v.count > most:
		v.out = append(v.out, "null"...)
	case n.Const != nil:
		v.raw(n.Const)
	case len(n.Enum) > 0:
		v.raw(v.choose(n.Enum, at))
	case len(n.Type) > 1 && slices.Contains(n.Type, "null") && v.rng.n(5) == 0: // what a text does not say
		v.out = append(v.out, "null"...)
	case len(n.AnyOf)+len(n.OneOf) > 0:
		v.write(v.one(slices.Concat(n.AnyOf, n.OneOf), at), place{at.name, at.i, at.depth + 1, false})
	default:
		v.typed(n, at)
	}
}

func (v *value) typed(n *node, at place) {
	switch kind(n) {
	case "object":
		v.object(n, at)
	case "array":
		v.array(n, at)
	case "integer":
		v.out = strconv.AppendInt(v.out, int64(v.number(n, at, true)), 10)
	case "number":
		v.out = strconv.AppendFloat(v.out, v.number(n, at, false), 'f', -1, 64)
	case "boolean":
		v.out = strconv.AppendBool(v.out, v.rng.n(2) == 0)
	case "null":
		v.out = append(v.out, "null"...)
	default:
		v.string(v.text(n, at))
	}
}

// resolve follows references and puts the parts of allOf together.
func (v *value) resolve(n *node, depth int) *node {
	for range 16 {
		if n == nil {
			return &node{}
		}
		if n.Ref == "" {
			break
		}
		n = v.named(n.Ref)
	}
	if n == nil {
		return &node{}
	}
	if len(n.AllOf) == 0 || depth > deep {
		return n
	}
	all := *n
	all.AllOf = nil
	for _, part := range n.AllOf {
		part = v.resolve(part, depth+1)
		all.Properties = append(all.Properties[:len(all.Properties):len(all.Properties)], part.Properties...)
		all.Required = append(all.Required[:len(all.Required):len(all.Required)], part.Required...)
		if all.Type == nil {
			all.Type = part.Type
		}
		if all.Enum == nil {
			all.Enum = part.Enum
		}
	}
	return &all
}

func (v *value) named(ref string) *node {
	if name, ok := strings.CutPrefix(ref, "#/$defs/"); ok {
		return v.root.Defs[name]
	}
	if name, ok := strings.CutPrefix(ref, "#/definitions/"); ok {
		return v.root.Definitions[name]
	}
	if ref == "#" {
		return v.root
	}
	return nil
}

func kind(n *node) string {
	for _, t := range n.Type {
		if t != "null" || len(n.Type) == 1 {
			return t
		}
	}
	switch {
	case n.Properties != nil:
		return "object"
	case n.Items != nil || n.PrefixItems != nil:
		return "array"
	}
	return "string"
}

// one is one of the kinds that a value may have, null only where it must end.
func (v *value) one(kinds []*node, at place) *node {
	var values []*node
	for _, k := range kinds {
		if null := kind(v.resolve(k, 0)) == "null"; null && at.depth > deep {
			return k
		} else if !null {
			values = append(values, k)
		}
	}
	if len(values) == 0 {
		return kinds[0]
	}
	return values[v.rng.n(len(values))]
}

func (v *value) object(n *node, at place) {
	v.out = append(v.out, '{')
	first := true
	for k, p := range n.Properties {
		if at.depth > deep && !slices.Contains(n.Required, p.name) || at.shorter && k > 0 && k == len(n.Properties)-1 {
			continue
		}
		if !first {
			v.out = append(v.out, ", "...)
		}
		first = false
		v.string(p.name)
		v.out = append(v.out, ": "...)
		i := at.i
		if number := numberIn(p.name); number > 0 {
			i = number
		}
		v.write(p.node, place{p.name, i, at.depth + 1, at.shorter && len(n.Properties) == 1})
	}
	v.out = append(v.out, '}')
}

// numberIn is the number at the end of a name such as text_3; 0 if there is none.
func numberIn(name string) int {
	end := strings.TrimRight(name, "0123456789")
	n, _ := strconv.Atoi(name[len(end):])
	return n
}

func (v *value) array(n *node, at place) {
	if items := v.resolve(n.Items, 0); names(at.name, "type") && (kind(items) == "integer" || len(items.Enum) > 0) {
		if high := highest(items); high > 1 {
			v.raw(v.types(at.i, high))
			return
		}
	}
	length := v.length(n, at)
	if at.shorter && length > 0 {
		length--
	}
	seen := map[string]bool{}
	v.out = append(v.out, '[')
	for k := range length {
		if k > 0 {
			v.out = append(v.out, ", "...)
		}
		item, to := n.Items, place{at.name, at.i, at.depth + 1, false}
		if k < len(n.PrefixItems) {
			item = n.PrefixItems[k]
		}
		if at.i == 0 {
			to.i = k + 1
		}
		start := len(v.out)
		for range 50 {
			v.out = v.out[:start]
			v.write(item, to)
			if !seen[string(v.out[start:])] || !n.Unique && kind(v.resolve(item, 0)) != "string" {
				break
			}
		}
		seen[string(v.out[start:])] = true
	}
	v.out = append(v.out, ']')
}

// length is how many elements a list gets: as many as the schema demands, otherwise as the prompt does.
func (v *value) length(n *node, at place) int {
	length := 2 + v.rng.n(3)
	switch {
	case at.depth > deep:
		length = 0
	case len(v.texts) > 0 && (names(at.name, ratings...) || names(at.name, reasons...)):
		length = len(v.texts)
	default:
		if asked := countIn(v.asked, counted); asked > 0 && names(at.name, questions...) {
			length = asked
		}
	}
	length = max(length, len(n.PrefixItems))
	if n.Items == nil && n.PrefixItems != nil {
		length = len(n.PrefixItems)
	}
	if n.MaxItems != nil {
		length = min(length, *n.MaxItems)
	}
	if n.MinItems != nil {
		length = max(length, *n.MinItems)
	}
	return min(length, most)
}

func (v *value) text(n *node, at place) string {
	text := v.leaf(at.name, at.i)
	if n.Pattern != "" {
		for range 50 {
			match, ok := matching(n.Pattern, &v.rng)
			if length := utf8.RuneCountInString(match); ok && (n.MinLength == nil || length >= *n.MinLength) && (n.MaxLength == nil || length <= *n.MaxLength) {
				return match
			}
		}
	}
	switch n.Format {
	case "date":
		text = fmt.Sprintf("20%02d-%02d-%02d", 20+v.rng.n(7), 1+v.rng.n(12), 1+v.rng.n(28))
	case "date-time":
		text = fmt.Sprintf("20%02d-%02d-%02dT%02d:%02d:00Z", 20+v.rng.n(7), 1+v.rng.n(12), 1+v.rng.n(28), v.rng.n(24), v.rng.n(60))
	case "email":
		text = fmt.Sprintf("person%d@example.org", v.rng.n(1000))
	case "uri", "url":
		text = fmt.Sprintf("https://example.org/%d", v.rng.n(1000))
	case "uuid":
		x, y := v.rng.next(), v.rng.next()
		text = fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", x>>32, x&0xffff, x>>16&0xfff, y>>52, y&(1<<48-1))
	}
	for n.MinLength != nil && utf8.RuneCountInString(text) < min(*n.MinLength, most) {
		text += " " + fill(phrase("sentence", &v.rng), &v.rng, words(v.last, &v.rng), at.i)
	}
	if n.MaxLength != nil && utf8.RuneCountInString(text) > *n.MaxLength {
		text = string([]rune(text)[:max(*n.MaxLength, 0)])
	}
	return text
}

// raw writes a value of the schema itself.
func (v *value) raw(x any) {
	b, err := json.Marshal(x)
	if err != nil {
		panic(err) // it came out of JSON
	}
	v.out = append(v.out, b...)
}

// string writes a JSON string as models do, with letters, < and & as they are.
func (v *value) string(s string) {
	const hex = "0123456789abcdef"
	v.out = append(v.out, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			v.out = append(v.out, '\\', c)
		case c == '\n':
			v.out = append(v.out, '\\', 'n')
		case c < 0x20:
			v.out = append(v.out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			v.out = append(v.out, c)
		}
	}
	v.out = append(v.out, '"')
}
