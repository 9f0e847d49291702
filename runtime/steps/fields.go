package steps

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// fields is the form of a reply that is a few named texts: the keys of a JSON object, or lines such as "Score: 4".
type fields struct {
	name  string            // of the schema
	long  []string          // those that take any number of lines, in their order
	short []string          // those that take one, after them
	types map[string]string // JSON schemas of those that are no text
}

func (f fields) all() []string { return slices.Concat(f.long, f.short) }

func (f fields) schema(t llm.Task) *llm.Schema {
	if !t.JSON() {
		return nil
	}
	keys, properties := []string{}, []string{}
	for _, name := range f.all() {
		key := fmt.Sprintf("%q", name)
		keys = append(keys, key)
		properties = append(properties, key+":"+cmp.Or(f.types[name], `{"type":"string"}`))
	}
	return &llm.Schema{Name: f.name, JSON: fmt.Appendf(nil, `{"type":"object","properties":{%s},"required":[%s],"additionalProperties":false}`,
		strings.Join(properties, ","), strings.Join(keys, ","))}
}

// parse reads the fields, all of which must be there, each once, with something in it.
func (f fields) parse(t llm.Task, text string) (values map[string]string, err error) {
	if err := empty(text); err != nil {
		return nil, err
	}
	if t.JSON() {
		err = reply.JSON(text, func(object []byte) error {
			values, err = f.parseObject(object)
			return err
		})
	} else {
		values, err = f.parseLines(text)
	}
	return values, unusable(err)
}

// parseLines reads the fields by their names, where a space stands for each underscore.
func (f fields) parseLines(text string) (map[string]string, error) {
	labels := func(names []string) (out []string) {
		for _, name := range names {
			out = append(out, spaced(name))
		}
		return out
	}
	said, err := reply.Fields(text, labels(f.long), labels(f.short))
	values := map[string]string{}
	for _, name := range f.all() {
		values[name] = said[spaced(name)]
	}
	return values, err
}

func (f fields) parseObject(object []byte) (map[string]string, error) {
	members, err := reply.Object(object)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, name := range f.all() {
		if f.types[name] == "" {
			if values[name], err = reply.Text(members, name); err != nil {
				return nil, err
			}
			continue
		}
		raw, ok := members[name]
		if !ok {
			return nil, fmt.Errorf("the key %q is missing", name)
		}
		values[name] = unquote(raw)
	}
	return values, nil
}
