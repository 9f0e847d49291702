package codegen

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// emitRows writes rows.go: the structs of the rows and of the objects in their columns.
func (p *program) emitRows() error {
	f := p.newFile()
	for _, r := range p.rows {
		f.add(r.name, decl{r.doc(), jen.Type().Id(r.name).Struct(p.structBody(r)...)})
	}
	for _, o := range p.objects {
		var body []jen.Code
		for _, of := range o.fields {
			body = append(body, p.structField(of))
		}
		f.add(o.name, decl{fmt.Sprintf("%s is an object in a column.", o.name), jen.Type().Id(o.name).Struct(body...)})
	}
	return f.done(p.fixed["rows"], Generated)
}

func (r *rowType) doc() string {
	if r.branch != "" {
		return fmt.Sprintf("%s is what %s reads of a row after %s.", r.name, r.branch, either(r.after))
	}
	return fmt.Sprintf("%s is a row after %s.", r.name, either(r.after))
}

// longDoc is the length from which on the doc of a column is left to the docs.
const longDoc = 90

// whenever is with which arguments there is such a column, at the end of its doc. In a program it is there.
var whenever = regexp.MustCompile(`; with(?:out)? [^;]*$`)

// structBody lists the fields. A comment says which step made each and, where it is new, what it holds.
func (p *program) structBody(r *rowType) (body []jen.Code) {
	for _, f := range r.fields {
		maker := either(r.makers[f.Name])
		comment := maker
		if doc := whenever.ReplaceAllString(strings.TrimSuffix(lowerFirst(f.Doc), "."), ""); r.branch == "" && slices.Equal(r.after, r.makers[f.Name]) && doc != "" && len(doc) < longDoc {
			comment += ": " + doc
		}
		field := p.structField(f)
		if r.branch != "" { // it is never written
			typ, _ := p.goType(f.Type)
			field = jen.Id(f.goName).Add(typ)
		}
		body = append(body, field.Comment(comment))
	}
	return body
}

func (p *program) structField(f field) *jen.Statement {
	typ, nullTag := p.goType(f.Type)
	tags := map[string]string{"json": f.Name}
	if nullTag {
		tags["null"] = "ok"
	}
	return jen.Id(f.goName).Add(typ).Tag(tags)
}

// either joins names: a, b or c.
func either(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
