package author

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// node is a JSON schema, as far as it says what a value is like.
type node struct {
	Ref         string           `json:"$ref"`
	Type        types            `json:"type"`
	Properties  properties       `json:"properties"`
	Required    []string         `json:"required"`
	Items       *node            `json:"items"`
	PrefixItems []*node          `json:"prefixItems"`
	Enum        []any            `json:"enum"`
	Const       any              `json:"const"`
	AnyOf       []*node          `json:"anyOf"`
	OneOf       []*node          `json:"oneOf"`
	AllOf       []*node          `json:"allOf"`
	Minimum     *float64         `json:"minimum"`
	Maximum     *float64         `json:"maximum"`
	Above       *float64         `json:"exclusiveMinimum"`
	Below       *float64         `json:"exclusiveMaximum"`
	MultipleOf  *float64         `json:"multipleOf"`
	MinItems    *int             `json:"minItems"`
	MaxItems    *int             `json:"maxItems"`
	Unique      bool             `json:"uniqueItems"`
	MinLength   *int             `json:"minLength"`
	MaxLength   *int             `json:"maxLength"`
	Pattern     string           `json:"pattern"`
	Format      string           `json:"format"`
	Defs        map[string]*node `json:"$defs"`
	Definitions map[string]*node `json:"definitions"`
}

type types []string

// UnmarshalJSON takes one name or a list of names.
func (t *types) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(t))
	}
	*t = make(types, 1)
	return json.Unmarshal(data, &(*t)[0])
}

// property is a member of an object. Their order is kept, because models write them in it.
type property struct {
	name string
	node *node
}

type properties []property

// UnmarshalJSON reads the members in their order.
func (p *properties) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.New("properties must be an object")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		n := new(node)
		if err := d.Decode(n); err != nil {
			return err
		}
		*p = append(*p, property{name.(string), n})
	}
	return nil
}

// UnmarshalJSON takes true and false, too, which are schemas as well.
func (n *node) UnmarshalJSON(data []byte) error {
	if string(data) == "true" || string(data) == "false" {
		return nil
	}
	type plain node
	return json.Unmarshal(data, (*plain)(n))
}

// parsed keeps schemas, of which a run has few, by their text.
var parsed struct {
	sync.RWMutex
	nodes map[string]*node
}

const keep = 256

func parseSchema(text []byte) (*node, error) {
	parsed.RLock()
	n := parsed.nodes[string(text)]
	parsed.RUnlock()
	if n != nil {
		return n, nil
	}
	n = new(node)
	if err := json.Unmarshal(text, n); err != nil {
		return nil, fmt.Errorf("json_schema.schema is no JSON schema: %w", err)
	}
	parsed.Lock()
	defer parsed.Unlock()
	if parsed.nodes == nil || len(parsed.nodes) >= keep {
		parsed.nodes = map[string]*node{}
	}
	parsed.nodes[string(text)] = n
	return n, nil
}
