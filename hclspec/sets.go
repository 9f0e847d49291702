package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
)

// applySets puts the arguments given with --set in the place of those in the pipeline.
func (l *loader) applySets() {
	for _, set := range l.opts.Sets {
		path, text, ok := strings.Cut(set, "=")
		at := l.pseudo("--set", set, 0)
		kind, rest, dots := strings.Cut(path, ".")
		name, arg, more := strings.Cut(rest, ".")
		if !ok || !dots || !more || arg == "" || (kind != "step" && kind != "model") {
			l.errorAt(diag.BadSet, at, "setting is not understood",
				"Write --set step.NAME.ARGUMENT=VALUE, --set 'step.NAME[INSTANCE].ARGUMENT=VALUE' or --set model.NAME.ARGUMENT=VALUE.")
			continue
		}
		value := l.pseudoAgain(at, len(path)+1, len(set))
		attr := &hclsyntax.Attribute{Name: arg, Expr: l.setExpr(text, value), SrcRange: at,
			NameRange: l.pseudoAgain(at, len(path)-len(arg), len(path))}
		names := l.pseudoAgain(at, len(kind)+1, len(kind)+1+len(name))
		if kind == "model" {
			l.setModel(name, attr, names)
		} else {
			l.setStep(name, attr, names)
		}
	}
}

// setExpr reads a value as HCL, and as a text where it is none.
func (l *loader) setExpr(text string, at hcl.Range) hclsyntax.Expression {
	expr, diags := hclsyntax.ParseExpression([]byte(text), at.Filename, at.Start)
	if !diags.HasErrors() {
		if len(hclsyntax.Variables(expr)) == 0 || rooted(expr) {
			return expr
		}
	}
	return &hclsyntax.LiteralValueExpr{Val: cty.StringVal(text), SrcRange: at}
}

// rooted reports whether all references of an expression are of the language: model.small is, honesty is a text.
func rooted(expr hclsyntax.Expression) bool {
	for _, t := range hclsyntax.Variables(expr) {
		if len(t) < 2 || !slices.Contains(roots, t.RootName()) {
			return false
		}
	}
	return true
}

func (l *loader) setModel(name string, attr *hclsyntax.Attribute, at hcl.Range) {
	m, ok := l.models.get(name)
	if !ok {
		l.errorAt(diag.BadSet, at, fmt.Sprintf("unknown model %q", name), fmt.Sprintf("The pipeline has no model of that name.%s", diag.DidYouMean(name, l.models.names)))
		return
	}
	m.attrs[attr.Name] = attr
}

func (l *loader) setStep(name string, attr *hclsyntax.Attribute, at hcl.Range) {
	name, key, instance := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	s, ok := l.steps.get(name)
	if !ok {
		l.errorAt(diag.BadSet, at, fmt.Sprintf("unknown step %q", name), fmt.Sprintf("The pipeline has no step of that name.%s", diag.DidYouMean(name, l.steps.names)))
		return
	}
	if !instance {
		s.attrs[attr.Name] = attr
		return
	}
	if s.overrides == nil {
		s.overrides = map[string]hclsyntax.Attributes{}
	}
	key = strings.Trim(key, `"`)
	if s.overrides[key] == nil {
		s.overrides[key] = hclsyntax.Attributes{}
	}
	s.overrides[key][attr.Name] = attr
}

// unknownOverrides reports settings for instances that the step does not have.
func (l *loader) unknownOverrides(s *stepBlock) {
	var keys []string
	for _, i := range s.instances {
		keys = append(keys, i.key)
	}
	for key, attrs := range s.overrides {
		if slices.Contains(keys, key) {
			continue
		}
		for _, a := range attrs {
			detail := fmt.Sprintf("Its instances are %s.%s", list(quoted(keys)), diag.DidYouMean(key, keys))
			if s.attrs["for_each"] == nil {
				detail = fmt.Sprintf("The step has no for_each. Write --set step.%s.%s=VALUE.", s.name, a.Name)
			}
			l.errorAt(diag.BadSet, a.SrcRange, fmt.Sprintf("step %q has no instance %q", s.name, key), detail)
		}
	}
}
