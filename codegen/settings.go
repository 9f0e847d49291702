package codegen

import (
	"fmt"
	"reflect"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

var (
	modelGo     = reflect.TypeFor[llm.Model]()
	examplesGo  = reflect.TypeFor[llm.Examples]()
	promptGo    = reflect.TypeFor[llm.Prompt]()
	functionsGo = reflect.TypeFor[component.Functions]()
	varsGo      = reflect.TypeFor[llm.Vars]()
)

// addSettings gives a step the function that fills its parameter struct, and returns the call of it. Models are the
// arguments, so that instances that differ in nothing else share the function.
func (p *program) addSettings(s *step) func() *jen.Statement {
	prompts := p.addPrompts(s)
	f := s.add("new", func(name string) decl {
		var params []jen.Code
		taken := newScope()
		fields := structFields(reflect.ValueOf(s.Params), func(f reflect.StructField, v reflect.Value) (jen.Code, bool) {
			switch f.Type {
			case modelGo:
				if v.FieldByName("Alias").String() == "" {
					return nil, true
				}
				arg := taken.pick("model")
				params = append(params, jen.Id(arg).Qual(llmPkg, "Model"))
				return jen.Id(arg), true
			case functionsGo:
				return p.callables(s, v.Interface().(component.Functions)), true
			case promptGo, examplesGo:
				if v := prompts[f.Name]; v != nil {
					return jen.Id(v.name), true
				}
			}
			return nil, false
		})
		return decl{fmt.Sprintf("%s has the settings of %s.", name, about(s)),
			jen.Func().Id(name).Params(params...).Add(s.paramsType()).Block(jen.Return(fittingLit(s.paramsType(), fields)))}
	})
	return func() *jen.Statement { return jen.Id(f.name).Call(p.modelArgs(reflect.ValueOf(s.Params))...) }
}

// modelArgs are the variables of the models that a parameter struct names, in the order of its fields.
func (p *program) modelArgs(v reflect.Value) (args []jen.Code) {
	for i := range v.NumField() {
		field := v.Field(i)
		switch {
		case field.Type() == modelGo:
			for _, m := range p.models {
				if m.plan.Name == field.FieldByName("Alias").String() {
					args = append(args, jen.Id(m.variable))
				}
			}
		case field.Kind() == reflect.Struct:
			args = append(args, p.modelArgs(field)...)
		}
	}
	return args
}

// emitModels writes models.go.
func (p *program) emitModels() error {
	f := p.newFile()
	for _, m := range p.models {
		fields := structFields(reflect.ValueOf(m.plan.Params), func(f reflect.StructField, _ reflect.Value) (jen.Code, bool) {
			return nil, f.Name == "Alias" // set by Pipeline.Model
		})
		f.add(m.settings, decl{fmt.Sprintf("%s is model %q.", m.settings, m.plan.Name),
			jen.Var().Id(m.settings).Op("=").Add(structLit(jen.Qual(llmPkg, "Model"), fields))})
	}
	return f.done(p.fixed["models"], Generated)
}
