// Package api holds the JSON schemas of the Mistral API and checks requests against them as the API does: with the
// same strictness and the same form of complaint.
package api

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// Schemas are the schemas of requests and replies, as a document with components.schemas.NAME.
//
//go:embed mistral-api.json
var Schemas []byte

// schema is the part of JSON schema that the API's own schemas use.
type schema struct {
	Ref           string             `json:"$ref"`
	Type          types              `json:"type"`
	Properties    map[string]*schema `json:"properties"`
	Required      []string           `json:"required"`
	Additional    json.RawMessage    `json:"additionalProperties"`
	PropertyNames *schema            `json:"propertyNames"`
	Items         *schema            `json:"items"`
	AnyOf         []*schema          `json:"anyOf"`
	OneOf         []*schema          `json:"oneOf"`
	AllOf         []*schema          `json:"allOf"`
	Enum          []any              `json:"enum"`
	Const         any                `json:"const"`
	Minimum       *float64           `json:"minimum"`
	Maximum       *float64           `json:"maximum"`
	Above         *float64           `json:"exclusiveMinimum"`
	MinLength     *int               `json:"minLength"`
	MaxLength     *int               `json:"maxLength"`
	MaxItems      *int               `json:"maxItems"`
	Format        string             `json:"format"`
	Discriminator *struct {
		Property string            `json:"propertyName"`
		Mapping  map[string]string `json:"mapping"`
	} `json:"discriminator"`

	name   string             // of the schema that Ref led to
	known  []string           // keys of Properties, sorted
	closed bool               // no properties but those known
	extra  *schema            // of the properties that are not known
	tags   map[string]*schema // by the discriminator's value
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

var load = sync.OnceValue(func() map[string]*schema {
	var doc struct {
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(Schemas, &doc); err != nil {
		panic("mistral-api.json: " + err.Error())
	}
	all := doc.Components.Schemas
	for name, s := range all {
		s.name = name
	}
	l := linker{all: all, done: map[*schema]bool{}}
	for _, s := range all {
		l.link(s)
	}
	return all
})

// linker puts the schemas that are referred to in the place of the references.
type linker struct {
	all  map[string]*schema
	done map[*schema]bool
}

func (l linker) resolve(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = l.named(s.Ref)
	}
	l.link(s)
	return s
}

func (l linker) named(ref string) *schema {
	s := l.all[strings.TrimPrefix(ref, "#/components/schemas/")]
	if s == nil {
		panic("mistral-api.json: nothing at " + ref)
	}
	return s
}

func (l linker) link(s *schema) {
	if s == nil || l.done[s] {
		return
	}
	l.done[s] = true
	for key, p := range s.Properties {
		s.Properties[key] = l.resolve(p)
		s.known = append(s.known, key)
	}
	slices.Sort(s.known)
	s.closed = string(s.Additional) == "false"
	if len(s.Additional) > 0 && s.Additional[0] == '{' {
		s.extra = new(schema)
		if err := json.Unmarshal(s.Additional, s.extra); err != nil {
			panic("mistral-api.json: " + err.Error())
		}
		s.extra = l.resolve(s.extra)
	}
	s.Items, s.PropertyNames = l.resolve(s.Items), l.resolve(s.PropertyNames)
	for _, list := range [][]*schema{s.AnyOf, s.OneOf, s.AllOf} {
		for i := range list {
			list[i] = l.resolve(list[i])
		}
	}
	if d := s.Discriminator; d != nil {
		s.tags = map[string]*schema{}
		for tag, ref := range d.Mapping {
			s.tags[tag] = l.named(ref)
		}
	}
}
