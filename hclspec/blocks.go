package hclspec

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// shape says what a kind of block looks like.
type shape struct {
	labels []string // what each label is
	usage  string
	attrs  []string // nil where the attributes depend on more than the kind of block
	blocks []string
}

var shapes = map[string]shape{
	"pipeline": {[]string{"name"}, `pipeline "name" { ... }`, []string{"description"}, nil},
	"budget":   {nil, `budget { ... }`, []string{"max_usd", "max_calls"}, nil},
	"variable": {[]string{"name"}, `variable "name" { ... }`, []string{"type", "default", "description", "sensitive"}, []string{"validation"}},
	"locals":   {nil, `locals { ... }`, nil, nil},
	"model":    {[]string{"name"}, `model "name" { ... }`, nil, nil},
	"step":     {[]string{"component", "name"}, `step "component" "name" { ... }`, nil, nil},
	"module":   {[]string{"name"}, `module "name" { ... }`, nil, nil},
	"input":    {[]string{"name"}, `input "name" { ... }`, []string{"columns"}, nil},
	"output":   {[]string{"name"}, `output "name" { ... }`, []string{"from", "columns"}, nil},
	"dataset":  {[]string{"name"}, `dataset "name" { ... }`, append([]string{"from"}, paramNames(datasetArguments)...), []string{"hub"}},
}

func (l *loader) body(b *hclsyntax.Body) {
	for _, a := range inOrder(b.Attributes) {
		l.errorAt(diag.UnknownBlock, a.NameRange, fmt.Sprintf("argument %q outside of a block", a.Name), fmt.Sprintf(
			"At the top level of a pipeline there are only blocks: %s. Put the argument into the block that it belongs to%s.",
			list(slices.Sorted(maps.Keys(shapes))), inLocals(a.Name)))
	}
	for _, block := range b.Blocks {
		l.block(block)
	}
}

func inLocals(name string) string {
	return fmt.Sprintf(", or into locals { %s = ... } if it is a value to use in several places", name)
}

func (l *loader) block(b *hclsyntax.Block) {
	s, ok := shapes[b.Type]
	if !ok {
		kinds := slices.Sorted(maps.Keys(shapes))
		l.unknownBlock(b.Type, b.TypeRange, kinds, "A pipeline has the blocks")
		l.ghost(diag.Nearest(b.Type, kinds), b.Labels)
		return
	}
	if !l.labels(b, s) {
		l.ghost(b.Type, b.Labels)
		return
	}
	if s.attrs != nil {
		l.contents(b.Body, b.Type, s)
	} else {
		for _, inner := range b.Body.Blocks {
			l.innerBlock(b.Type, inner, argumentsOf(b))
		}
	}
	switch b.Type {
	case "pipeline":
		l.addPipeline(b)
	case "budget":
		l.addBudget(b)
	case "variable":
		l.addVariable(b)
	case "locals":
		l.addLocals(b)
	case "model":
		l.addModel(b)
	case "step":
		l.addStep(b)
	case "dataset":
		l.addDataset(b)
	case "module":
		l.addModule(b)
	case "input":
		l.addInput(b)
	case "output":
		l.addOutput(b)
	}
}

// ghost notes the names of a block that is left out because of a mistake, so that references to it are not reported on
// top. kind is "" if it may be of any kind.
func (l *loader) ghost(kind string, names []string) {
	for _, root := range []string{"var", "model", "step", "module", "input"} {
		if kind == "" || kind == root || (kind == "variable" && root == "var") {
			l.ghosts[root] = append(l.ghosts[root], names...)
		}
	}
}

func (l *loader) unknownBlock(name string, at hcl.Range, known []string, intro string) {
	more := diag.DidYouMean(name, known)
	if more == "" {
		more = notABlock[name]
	}
	l.errorAt(diag.UnknownBlock, at, fmt.Sprintf("unknown block %q", name), fmt.Sprintf("%s %s.%s", intro, list(known), more))
}

// notABlock answers those who bring the words of other languages.
var notABlock = map[string]string{
	"provider": " An endpoint is part of a model block: model \"name\" { provider = \"mistral\" }.",
	"source":   " A source is a step that reads no other: step \"rows\" \"name\" { rows = [...] }.",
	"data":     " A source is a step that reads no other: step \"rows\" \"name\" { rows = [...] }.",
	"resource": " What is done is said by step blocks: step \"component\" \"name\" { ... }.",
	"task":     " A task is a step: step \"text_generation\" \"name\" { ... }.",
	"llm":      " A language model is a model block: model \"name\" { name = \"...\" }.",
}

// innerBlock refuses a block inside of a step or a model, which take arguments only.
func (l *loader) innerBlock(outer string, b *hclsyntax.Block, known map[string]string) {
	names := slices.Sorted(maps.Keys(known))
	way := diag.DidYouMean(b.Type, names)
	_, top := shapes[b.Type]
	if value, ok := known[b.Type]; ok {
		way = fmt.Sprintf(" Write an argument instead: %s = %s.", b.Type, value)
	} else if h, ok := map[string]map[string]hint{"step": stepHints, "model": modelHints}[outer][b.Type]; ok {
		way = " " + h.text
	} else if top {
		way = fmt.Sprintf(" The blocks of a pipeline stand beside each other: move %s to the top level.", b.Type)
	}
	if way == "" && outer != "step" && outer != "model" && len(names) > 0 {
		way = fmt.Sprintf(" It takes %s.", list(names))
	}
	l.errorAt(diag.UnknownBlock, b.TypeRange, fmt.Sprintf("unexpected block %q", b.Type), fmt.Sprintf("A %s takes arguments and no blocks.%s", outer, way))
}

// argumentsOf lists the arguments of a step or a model, each with what its value looks like.
func argumentsOf(b *hclsyntax.Block) map[string]string {
	known := map[string]string{}
	params := component.ParamsOf(reflect.TypeFor[llm.Model]())
	if b.Type == "module" {
		return map[string]string{"source": "\"../shared/score\"", "from": "step.NAME", "inputs": "{ ... }", "outputs": "{ ... }", "replace": "[...]", "models": "{ ... }"}
	}
	if b.Type == "step" {
		known = map[string]string{"from": "step.NAME", "for_each": "[...]", "inputs": "{ ... }", "outputs": "{ ... }", "replace": "[...]", "enabled": "true"}
		params = nil
		if c, ok := components.get(b.Labels[0]); ok {
			params = component.ParamsOf(c.Params)
		}
	}
	for _, p := range params {
		switch k := p.Type.Kind(); {
		case p.Type == modelGo:
			known[p.Name] = "model.NAME"
		case p.Type == namesGo, k == reflect.Struct, k == reflect.Map:
			known[p.Name] = "{ ... }"
		case k == reflect.Slice:
			known[p.Name] = "[...]"
		default:
			known[p.Name] = "..."
		}
	}
	return known
}

// blockNames lists the kinds of the blocks in a block.
func blockNames(b *hclsyntax.Block) (names []string) {
	for _, inner := range b.Body.Blocks {
		names = append(names, inner.Type)
	}
	return names
}

func (l *loader) labels(b *hclsyntax.Block, s shape) bool {
	if len(b.Labels) == len(s.labels) {
		return true
	}
	at := b.TypeRange
	if len(b.Labels) > len(s.labels) {
		at = b.LabelRanges[len(s.labels)]
	}
	wants := "no label"
	if n := len(s.labels); n > 0 {
		wants = fmt.Sprintf("%s: the %s", []string{"", "one label", "two labels"}[n], strings.Join(s.labels, " and the "))
	}
	hint := ""
	if b.Type == "step" && len(b.Labels) == 1 {
		hint = stepHint(b.Labels[0])
	}
	l.errorAt(diag.BadLabels, at, fmt.Sprintf("%s block with %s", b.Type, count(len(b.Labels), "label")),
		fmt.Sprintf("A %s block has %s. Write %s.%s", b.Type, wants, s.usage, hint))
	return false
}

// contents refuses attributes and blocks that a block does not take, and reports whether there are none.
func (l *loader) contents(b *hclsyntax.Body, outer string, s shape) (ok bool) {
	ok = true
	for _, a := range inOrder(b.Attributes) {
		if slices.Contains(s.attrs, a.Name) {
			continue
		}
		ok = false
		more := diag.DidYouMean(a.Name, s.attrs)
		if slices.Contains(s.blocks, a.Name) {
			more = fmt.Sprintf(" It is a block, without an equals sign: %s { ... }.", a.Name)
		}
		if a.Name == "for_each" {
			more = " Only steps have for_each: write a block for each."
		}
		l.errorAt(diag.UnknownArgument, a.NameRange, fmt.Sprintf("unknown argument %q", a.Name), fmt.Sprintf(
			"A %s block takes %s.%s", outer, list(s.attrs), more))
	}
	for _, inner := range b.Blocks {
		switch {
		case slices.Contains(s.blocks, inner.Type):
		case slices.Contains(s.attrs, inner.Type):
			l.innerBlock(outer, inner, map[string]string{inner.Type: "..."})
		case len(s.blocks) == 0:
			way := ""
			if _, known := shapes[inner.Type]; known {
				way = fmt.Sprintf(" The blocks of a pipeline stand beside each other: close the %s before it, and move %s to the top level.", outer, inner.Type)
			}
			l.errorAt(diag.UnknownBlock, inner.TypeRange, fmt.Sprintf("unexpected block %q", inner.Type),
				fmt.Sprintf("A %s block takes no blocks of its own, only %s.%s", outer, list(s.attrs), way))
		default:
			l.unknownBlock(inner.Type, inner.TypeRange, s.blocks, fmt.Sprintf("Inside of a %s there may be the block", outer))
		}
	}
	return ok
}

// duplicate reports a name that is already taken.
func (l *loader) duplicate(kind, name string, at, first hcl.Range, more string) {
	l.twins[kind] = true
	l.errorAt(diag.Duplicate, at, fmt.Sprintf("%s %q is there twice", kind, name),
		fmt.Sprintf("There is another %s named %q. Give each a name of its own.%s", kind, name, more),
		diag.Related{Range: first, Message: "the first one is here"})
}

// named checks a name that references use.
func (l *loader) named(kind, name string, at hcl.Range) {
	if hclsyntax.ValidIdentifier(name) {
		return
	}
	l.errorAt(diag.BadName, at, fmt.Sprintf("invalid name %q", name), fmt.Sprintf("The name of a %s is made of letters, "+
		"digits, underscores and hyphens and begins with a letter, so that references can name it.%s", kind, suggestName(name)))
}

func suggestName(name string) string {
	ok := strings.Map(func(r rune) rune {
		switch {
		case hclsyntax.ValidIdentifier("a" + string(r)):
			return r
		case strings.ContainsRune(" ./", r):
			return '_'
		}
		return -1
	}, name)
	if ok != name && hclsyntax.ValidIdentifier(ok) {
		return fmt.Sprintf(" For instance: %q.", ok)
	}
	return ""
}

func inOrder(attrs hclsyntax.Attributes) []*hclsyntax.Attribute {
	return slices.SortedFunc(maps.Values(attrs), func(a, b *hclsyntax.Attribute) int {
		return cmp.Or(cmp.Compare(a.NameRange.Filename, b.NameRange.Filename), cmp.Compare(a.NameRange.Start.Byte, b.NameRange.Start.Byte),
			cmp.Compare(a.Name, b.Name))
	})
}
