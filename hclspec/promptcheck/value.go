package promptcheck

import (
	"fmt"
	"maps"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// value is what is known of a value at some place of a template.
type value struct {
	typ    component.Type // of kind "" if it may be anything
	len    int            // of a list, if it is known
	path   string         // what it is, for facts: values of one path are the same
	name   string         // what it is, for people: column "book", an element of column "tags"
	ref    string         // how the template refers to it, if it can
	column string         // if it is a column
	text   *string        // of a text that is written out
	number *string        // of a number that is written out
	whole  bool           // of such a number, that it has no fraction
}

func (v value) known() bool { return v.typ.Kind != "" && v.typ.Kind != component.Any }

func (v value) is(kinds ...component.Kind) bool {
	for _, k := range kinds {
		if v.typ.Kind == k {
			return true
		}
	}
	return !v.known()
}

func (v value) isList() bool { return v.typ.Kind == component.List || v.typ.Kind == component.Messages }

// describe says what type a value has: "column "n" is int".
func (v value) describe() string {
	return fmt.Sprintf("%s is %s", v.name, short(v.typ.NotNull()))
}

// short prints a type without the fields of its objects.
func short(t component.Type) string {
	switch text := t.String(); {
	case len(text) <= 60:
		return text
	case t.Optional:
		return "optional(" + short(t.NotNull()) + ")"
	case t.Kind == component.List:
		return "list(" + short(*t.Elem) + ")"
	}
	return string(t.Kind)
}

// fieldList lists the fields of an object, with the one that was probably meant.
func fieldList(v value, name string) string {
	var names []string
	for _, f := range v.typ.Fields {
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		return capital(v.name) + " has no fields."
	}
	last := len(names) - 1
	all := strings.Join(names[:last], ", ")
	if last > 0 {
		all += " and "
	}
	return fmt.Sprintf("%s has the %s %s.%s", capital(v.name), map[bool]string{true: "field", false: "fields"}[last == 0], all+names[last], diag.DidYouMean(name, names))
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// element is an element of a list; at is its place, if it is written out.
func (c *checker) element(list value, at string) value {
	e := value{path: c.unique(), name: "an element of " + list.name}
	if at != "" {
		e.path, e.name = list.path+"["+at+"]", fmt.Sprintf("element %s of %s", at, list.name)
	}
	if list.isList() {
		e.typ = list.typ.Element()
	}
	return e
}

// computed is the result of a function.
func (c *checker) computed(name string, kind component.Kind) value {
	return value{typ: component.Of(kind), path: c.unique(), name: "the result of " + name}
}

func (c *checker) anything(name string) value { return value{path: c.unique(), name: name} }

// unique is a path that no other value has.
func (c *checker) unique() string {
	c.fresh++
	return fmt.Sprintf("#%d", c.fresh)
}

func (c *checker) mayBeNull(v value) bool { return v.typ.Optional && !c.sure[v.path] }

// join is what is known of a value that is one of two.
func (c *checker) join(a, b value) value {
	switch {
	case a.path == b.path:
		return a
	case !a.known() || !b.known() || !a.typ.NotNull().Equal(b.typ.NotNull()):
		return c.anything(a.name)
	}
	out := value{typ: a.typ.NotNull(), path: c.unique(), name: a.name}
	if c.mayBeNull(b) {
		out.name = b.name
	}
	out.typ.Optional = c.mayBeNull(a) || c.mayBeNull(b)
	if a.len == b.len {
		out.len = a.len
	}
	return out
}

// facts are the paths of values that are not null.
type facts map[string]bool

func both(a, b facts) facts {
	out := maps.Clone(a)
	if out == nil {
		out = facts{}
	}
	maps.Copy(out, b)
	return out
}

// common are the facts of which nothing is known but that one or the other is so.
func common(a, b facts) facts {
	out := facts{}
	for path := range a {
		if b[path] {
			out[path] = true
		}
	}
	return out
}
