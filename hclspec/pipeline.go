package hclspec

import (
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
)

// pipelineBlock is the pipeline block. A pipeline without one is named after its folder.
type pipelineBlock struct {
	name        string
	at          hcl.Range
	description hclsyntax.Expression
}

func (l *loader) addPipeline(b *hclsyntax.Block) {
	p := &pipelineBlock{name: b.Labels[0], at: b.LabelRanges[0]}
	if a := b.Body.Attributes["description"]; a != nil {
		p.description = a.Expr
	}
	switch {
	case l.pipeline != nil:
		l.errorAt(diag.Duplicate, b.TypeRange, "second pipeline block",
			"A folder is one pipeline, and all of its *.hcl files belong to it. Remove one of the blocks, or move this pipeline to a folder of its own.",
			diag.Related{Range: l.pipeline.at, Message: "the first one is here"})
		return
	case p.name == "":
		l.errorAt(diag.BadName, p.at, "pipeline without a name", "The name of the pipeline stands in the README of the program and in the runs' records. Give it one.")
	}
	l.pipeline = p
}

func (l *loader) name() string {
	if l.pipeline != nil {
		return l.pipeline.name
	}
	return filepath.Base(l.dir)
}

func (l *loader) description() string {
	if l.pipeline == nil || l.pipeline.description == nil {
		return ""
	}
	v, ok := l.eval(l.pipeline.description, nil)
	if !ok || v.IsNull() {
		return ""
	}
	s, err := convertTo(v, cty.String)
	if err != nil {
		l.errorAt(diag.WrongType, l.pipeline.description.Range(), "wrong type", "The description of a pipeline is a string.")
		return ""
	}
	return s.AsString()
}
