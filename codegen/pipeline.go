package codegen

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/component"
)

// emitPipeline writes pipeline.go: what the program tells of itself, and the wiring.
func (p *program) emitPipeline() error {
	f := p.newFile()
	f.add("_", decl{fmt.Sprintf("If this line does not compile, the runtime is of another version than this code. Run distigen build again, "+
		"or take the runtime that it was made for: go get github.com/distigen/distigen@%s.", runtime.V1),
		jen.Const().Id("_").Op("=").Qual(runtimePkg, "V1")})
	fields := []keyed{{"Name", jen.Lit(p.plan.Name)}}
	if p.plan.Description != "" {
		fields = append(fields, keyed{"Description", jen.Lit(p.plan.Description)})
	}
	fields = append(fields, keyed{"Hash", jen.Lit(p.plan.Hash)}, keyed{"Dir", jen.Lit(p.opts.Dir)})
	if b := p.plan.Budget; b != nil {
		fields = append(fields, keyed{"Budget", shortLit(jen.Qual(runtimePkg, "Budget"), structFields(reflect.ValueOf(*b), nil))})
	}
	fields = append(fields, keyed{"Wire", jen.Id("wire")})
	if origin := p.addOrigin(f); origin != nil {
		fields = append(fields, keyed{"Origin", origin})
	}
	if hub := p.hub(); hub != nil {
		fields = append(fields, keyed{"Hub", hub})
	}
	if off := p.hubOff(); off != nil {
		fields = append(fields, keyed{"HubOff", off})
	}
	if p.opts.Telemetry {
		fields = append(fields, keyed{"Telemetry", jen.Qual(telemetryPkg, "New")})
	}
	f.add("program", decl{"program is what the runtime runs.", jen.Var().Id("program").Op("=").Add(structLit(jen.Qual(runtimePkg, "Program"), fields))})
	f.add("wire", decl{"wire connects the steps: the models, a line for each step, and the datasets.",
		jen.Func().Id("wire").Params(jen.Id("p").Op("*").Qual(runtimePkg, "Pipeline")).Block(p.wiring()...)})
	return f.done(p.fixed["pipeline"], Generated)
}

// hub lists where datasets are pushed; nil if none is.
func (p *program) hub() jen.Code {
	var repos []jen.Code
	for _, d := range p.plan.Datasets {
		if d.Hub == nil {
			continue
		}
		fields := []keyed{{"Dataset", jen.Lit(d.Name)}, {"ID", jen.Lit(d.Hub.RepoID)}}
		if d.Hub.Revision != "main" {
			fields = append(fields, keyed{"Revision", jen.Lit(d.Hub.Revision)})
		}
		if d.Hub.Private != nil {
			fields = append(fields, keyed{"Private", value(reflect.ValueOf(d.Hub.Private))})
		}
		if d.Hub.License != "" {
			fields = append(fields, keyed{"License", jen.Lit(d.Hub.License)})
		}
		repos = append(repos, shortLit(nil, fields))
	}
	if repos == nil {
		return nil
	}
	return jen.Qual(publishPkg, "Repos").Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, repos...)
}

// hubOff lists the hub blocks that were off when the program was made; nil if none was.
func (p *program) hubOff() jen.Code {
	var off []jen.Code
	for _, d := range p.plan.Datasets {
		if d.HubOff != "" {
			off = append(off, shortLit(nil, []keyed{{"Dataset", jen.Lit(d.Name)}, {"Enabled", jen.Lit(d.HubOff)}}))
		}
	}
	if off == nil {
		return nil
	}
	return jen.Index().Qual(runtimePkg, "HubOff").Values(off...)
}

func (p *program) wiring() (body []jen.Code) {
	for _, m := range p.models {
		body = append(body, jen.Id(m.variable).Op(":=").Id("p").Dot("Model").Call(jen.Lit(m.plan.Name), jen.Id(m.settings)))
	}
	if len(p.models) > 0 {
		body = append(body, jen.Line())
	}
	sinks := false
	for _, s := range p.steps {
		if s.Decl.Shape != component.Sink {
			body = append(body, jen.Id(s.variable).Op(":=").Add(s.stream()))
		}
		sinks = sinks || s.Decl.Shape == component.Sink
	}
	if sinks {
		body = append(body, jen.Line())
	}
	for _, s := range p.steps {
		if s.Decl.Shape == component.Sink {
			body = append(body, s.stream())
		}
	}
	body = append(body, jen.Line())
	for _, d := range p.plan.Datasets {
		for _, s := range p.steps {
			if s.Step == d.From {
				body = append(body, verb("Dataset", jen.Id(s.variable), jen.Lit(d.Name), datasetSettings(d.Settings)))
			}
		}
	}
	return body
}

// emitMain writes main.go, and custom.go for the user.
func (p *program) emitMain() error {
	f := p.newFile()
	f.HeaderComment("To change what it does, change the pipeline and run distigen build again. Code of your own goes into custom.go.")
	f.add("main", decl{"", jen.Func().Id("main").Params().Block(
		jen.Qual("os", "Exit").Call(jen.Qual(runtimePkg, "Main").Call(jen.Id("program"), jen.Qual("os", "Args").Index(jen.Lit(1).Op(":")))))})
	if err := f.done(p.fixed["main"], Generated); err != nil {
		return err
	}
	custom := &goFile{File: jen.NewFile("main"), p: p, decls: 1}
	for _, line := range []string{
		"This file is yours: distigen build makes it once and never touches it again.",
		"",
		"To change a generated function, prompt, model or row type, move it here, or to any other file of yours in this folder, and",
		"run distigen build again. It leaves out what your files declare and calls yours in its place.",
	} {
		custom.HeaderComment(line)
	}
	return custom.done("custom.go", Once)
}

// emitTest writes the program's own test.
func (p *program) emitTest() error {
	if slices.Contains(p.opts.Taken, "pipeline_test.go") {
		return nil
	}
	f := p.newFile()
	f.add("TestPipeline", decl{"TestPipeline takes a source row through the whole pipeline, on the simulator. What comes of it is compared with the files in " +
		"testdata/golden, which go test -update writes.",
		jen.Func().Id("TestPipeline").Params(jen.Id("t").Op("*").Qual("testing", "T")).Block(
			jen.Qual(testPkg, "Run").Call(jen.Id("t"), jen.Id("program")))})
	return f.done("pipeline_test.go", Generated)
}
