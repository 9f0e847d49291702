package steps

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// textList is the form of a reply that is a list of so many texts: one key of a JSON object, or numbered lines.
type textList struct {
	key string
	n   int
}

func (l textList) schema(t llm.Task) *llm.Schema {
	if !t.JSON() {
		return nil
	}
	return &llm.Schema{Name: l.key, JSON: fmt.Appendf(nil, `{"type":"object","properties":{%q:`+
		`{"type":"array","items":{"type":"string"},"minItems":%d,"maxItems":%[2]d}},"required":[%[1]q],"additionalProperties":false}`, l.key, l.n)}
}

// parse reads the texts. More than were asked for are cut; repetitions do not count.
func (l textList) parse(t llm.Task, text string) (items []string, err error) {
	if err := empty(text); err != nil {
		return nil, err
	}
	if t.JSON() {
		err = reply.JSON(text, func(object []byte) error {
			items, err = l.parseObject(object)
			return err
		})
	} else {
		items = reply.Items(text, l.n)
		err = l.count(items)
	}
	return items, unusable(err)
}

func (l textList) parseObject(object []byte) ([]string, error) {
	members, err := reply.Object(object)
	if err != nil {
		return nil, err
	}
	raw, ok := members[l.key]
	if !ok {
		return nil, fmt.Errorf("the key %q is missing", l.key)
	}
	var said []*string
	if json.Unmarshal(raw, &said) != nil || slices.Contains(said, nil) {
		return nil, fmt.Errorf("%q is not a list of texts", l.key)
	}
	items := make([]string, len(said))
	for i, item := range said {
		items[i] = *item
	}
	items = reply.List(items, l.n)
	return items, l.count(items)
}

func (l textList) count(items []string) error {
	if len(items) < l.n {
		return fmt.Errorf("it has %d different %s, and %d were asked for", len(items), l.key, l.n)
	}
	for _, item := range items {
		if err := reply.Filled(item); err != nil {
			return err
		}
		if err := refuses("list", item); err != nil {
			return err
		}
	}
	return nil
}
