package distilabel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The bounds of a file. Aliases in YAML could make a small one endless.
const (
	mostNodes = 1_000_000
	mostDepth = 200
)

// flaw is what is wrong with a file, and where.
type flaw struct {
	line, column int
	text         string
}

func (f *flaw) Error() string { return f.text }

// parse reads YAML or JSON as one kind of tree, whose nodes know their places.
func parse(text []byte) (*yaml.Node, error) {
	if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '{' {
		return parseJSON(text)
	}
	return parseYAML(text)
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

func parseYAML(text []byte) (root *yaml.Node, err error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		f := &flaw{1, 1, strings.TrimPrefix(err.Error(), "yaml: ")}
		if at := yamlLine.FindStringSubmatch(f.text); at != nil {
			f.line, _ = strconv.Atoi(at[1])
			f.text = strings.Replace(f.text, at[0], "", 1)
		}
		return nil, f
	}
	if len(doc.Content) == 0 {
		return nil, &flaw{1, 1, "The file is empty"}
	}
	left := mostNodes
	return unfold(doc.Content[0], &left, 0)
}

// unfold puts what aliases stand for into their places: Python's YAML writes one for each value that stands there twice.
func unfold(n *yaml.Node, left *int, depth int) (*yaml.Node, error) {
	if *left--; *left < 0 || depth > mostDepth {
		return nil, &flaw{n.Line, n.Column, "The file holds too much, or its aliases go round in a circle"}
	}
	if n.Kind == yaml.AliasNode {
		return unfold(n.Alias, left, depth+1)
	}
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		var err error
		if out.Content[i], err = unfold(c, left, depth+1); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// jsonReader makes of JSON the tree that YAML would give. A reader of YAML does not read all JSON: emoji are two escapes there.
type jsonReader struct {
	text []byte
	dec  *json.Decoder
	left int

	passed, line, column int // as far as the places are counted
}

func parseJSON(text []byte) (*yaml.Node, error) {
	r := &jsonReader{text: text, dec: json.NewDecoder(bytes.NewReader(text)), left: mostNodes, line: 1, column: 1}
	r.dec.UseNumber()
	root, err := r.value(0)
	if err == nil {
		if _, more := r.dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something stands behind the end of the object")
		}
	}
	if err != nil {
		f := (*flaw)(nil)
		if errors.As(err, &f) {
			return nil, f
		}
		at := int(r.dec.InputOffset())
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			at = max(int(syntax.Offset)-1, 0)
		}
		line, column := r.place(at)
		return nil, &flaw{line, column, err.Error()}
	}
	return root, nil
}

// place is the line and the column of a byte. They are asked for in the order of the text.
func (r *jsonReader) place(at int) (line, column int) {
	at = min(at, len(r.text))
	if at < r.passed {
		r.passed, r.line, r.column = 0, 1, 1
	}
	for _, c := range string(r.text[r.passed:at]) {
		if r.column++; c == '\n' {
			r.line, r.column = r.line+1, 1
		}
	}
	r.passed = at
	return r.line, r.column
}

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	at := int(r.dec.InputOffset())
	for at < len(r.text) && strings.ContainsRune(" \t\r\n,:", rune(r.text[at])) {
		at++
	}
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{Kind: yaml.ScalarNode}
	n.Line, n.Column = r.place(at)
	if r.left--; r.left < 0 || depth > mostDepth {
		return nil, &flaw{n.Line, n.Column, "The file holds too much"}
	}
	switch t := token.(type) {
	case json.Delim:
		n.Kind = yaml.MappingNode
		if t == '[' {
			n.Kind = yaml.SequenceNode
		}
		for r.dec.More() {
			c, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, c)
		}
		if _, err := r.dec.Token(); err != nil {
			return nil, err
		}
		if n.Kind == yaml.MappingNode && len(n.Content)%2 != 0 {
			return nil, &flaw{n.Line, n.Column, "A key has no value"}
		}
	case string:
		n.Value, n.Tag = t, "!!str"
	case json.Number:
		n.Value, n.Tag = t.String(), "!!float"
		if _, err := strconv.ParseInt(n.Value, 10, 64); err == nil {
			n.Tag = "!!int"
		}
	case bool:
		n.Value, n.Tag = fmt.Sprint(t), "!!bool"
	default:
		n.Value, n.Tag = "null", "!!null"
	}
	return n, nil
}

// at returns the value of a key, or nil. It takes a nil node.
func at(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		if _, n = pair(n, key); n == nil {
			return nil
		}
	}
	return n
}

func pair(n *yaml.Node, key string) (k, v *yaml.Node) {
	for k, v := range entries(n) {
		if k.Value == key {
			return k, v
		}
	}
	return nil, nil
}

// entries yields the keys and values of a mapping; of anything else none.
func entries(n *yaml.Node) func(func(k, v *yaml.Node) bool) {
	return func(yield func(k, v *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i], n.Content[i+1]) {
				return
			}
		}
	}
}

func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// str is the text of a scalar, or "".
func str(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		return ""
	}
	return n.Value
}

// says reports whether a value says something: null, false, "", [] and {} say nothing in the reference's files.
func says(n *yaml.Node) bool {
	switch {
	case n == nil:
		return false
	case n.Kind != yaml.ScalarNode:
		return len(n.Content) > 0
	}
	return str(n) != "" && !(n.ShortTag() == "!!bool" && strings.EqualFold(n.Value, "false"))
}
