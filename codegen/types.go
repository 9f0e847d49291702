package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/runtime/component"
)

// The packages that generated code imports.
const (
	runtimePkg   = "github.com/distigen/distigen/runtime"
	llmPkg       = runtimePkg + "/llm"
	stepsPkg     = runtimePkg + "/steps"
	testPkg      = runtimePkg + "/programtest"
	publishPkg   = runtimePkg + "/publish"
	telemetryPkg = runtimePkg + "/telemetry"
	contractPkg  = runtimePkg + "/contract"
	datasetPkg   = runtimePkg + "/dataset"
	parquetPkg   = runtimePkg + "/parquet"
)

var message = component.Of(component.Messages).Element()

// goType is the Go type of a column. Where null is allowed it is a pointer, and for a list the list itself, whose nil is
// null; nullTag says so.
func (p *program) goType(t component.Type) (code *jen.Statement, nullTag bool) {
	code = p.bareType(t)
	if t.Optional && isList(t) {
		return code, true
	}
	if t.Optional {
		return jen.Op("*").Add(code), false
	}
	return code, false
}

func isList(t component.Type) bool { return t.Kind == component.List || t.Kind == component.Messages }

// bareType is the Go type without regard to null at the top.
func (p *program) bareType(t component.Type) *jen.Statement {
	switch t.Kind {
	case component.String:
		return jen.String()
	case component.Bool:
		return jen.Bool()
	case component.Int:
		return jen.Int()
	case component.Float:
		return jen.Float64()
	case component.List, component.Messages:
		return jen.Index().Add(p.elemType(t.Element()))
	case component.Object:
		if t.NotNull().Equal(message) {
			return jen.Qual(llmPkg, "Message")
		}
		return jen.Id(p.object(t).name)
	}
	panic(fmt.Sprintf("codegen: a column is of type %s", t)) // the checker lets none through
}

// elemType is the Go type of the elements of a list.
func (p *program) elemType(t component.Type) *jen.Statement {
	if t.Optional {
		return jen.Op("*").Add(p.bareType(t))
	}
	return p.bareType(t)
}

// addObjects makes structs of the object types within a type, named after the column or field that has them.
func (p *program) addObjects(t component.Type, name string) error {
	switch {
	case isList(t):
		return p.addObjects(t.Element(), singular(name))
	case t.Kind != component.Object || t.NotNull().Equal(message) || p.object(t) != nil:
		return nil
	}
	o := &objectType{typ: t.NotNull(), name: p.names.pick(exported(name), exported(name)+"Object")}
	p.objects = append(p.objects, o)
	columns := make([]component.Column, len(t.Fields))
	for i, f := range t.Fields {
		columns[i] = component.Column{Name: f.Name, Type: f.Type}
	}
	var err error
	o.fields, err = p.fields(columns)
	return err
}

// singular takes the s from the name of a list, so that its elements read as one of them.
func singular(name string) string {
	for _, end := range []string{"ss", "us", "is"} {
		if strings.HasSuffix(name, end) {
			return name
		}
	}
	return strings.TrimSuffix(name, "s")
}

func (p *program) object(t component.Type) *objectType {
	if n := slices.IndexFunc(p.objects, func(o *objectType) bool { return o.typ.Equal(t.NotNull()) }); n >= 0 {
		return p.objects[n]
	}
	return nil
}
