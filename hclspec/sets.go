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

// Setting is an argument of --set, taken apart.
type Setting struct {
	Kind  string // step or model
	Name  string
	Key   string // of an instance of the step; "" without one
	Arg   string
	Value string // as it was written

	name, arg, value int // where they begin
}

// Target is what the setting is of, as a finished program knows it: step.answer[small].
func (s Setting) Target() string {
	if s.Key != "" {
		return fmt.Sprintf("%s.%s[%s]", s.Kind, s.Name, s.Key)
	}
	return s.Kind + "." + s.Name
}

// ParseSetting takes an argument of --set apart. The key of an instance may have dots and equals signs, and stand in quotes.
func ParseSetting(text string) (s Setting, ok bool) {
	var rest, head string
	s.Kind, rest, _ = strings.Cut(text, ".")
	s.name = len(s.Kind) + 1
	end := strings.IndexAny(rest, ".[=")
	if end <= 0 || s.Kind != "step" && s.Kind != "model" {
		return s, false
	}
	s.Name, head = rest[:end], rest[:end]
	if rest[end] == '[' {
		n := strings.Index(rest, "]")
		if n < 0 || s.Kind != "step" {
			return s, false
		}
		s.Key, head = strings.Trim(rest[end+1:n], `"`), rest[:n+1]
		if s.Key == "" {
			return s, false
		}
	}
	rest, dot := strings.CutPrefix(rest[len(head):], ".")
	s.arg = s.name + len(head) + 1
	s.Arg, s.Value, ok = strings.Cut(rest, "=")
	s.value = s.arg + len(s.Arg) + 1
	return s, ok && dot && s.Arg != ""
}

// applySets puts the arguments given with --set in the place of those in the pipeline.
func (l *loader) applySets() {
	for _, set := range l.opts.Sets {
		at := l.pseudo("--set", set, 0)
		s, ok := ParseSetting(set)
		if !ok {
			l.errorAt(diag.BadSet, at, "setting is not understood",
				"Write --set step.NAME.ARGUMENT=VALUE, --set 'step.NAME[INSTANCE].ARGUMENT=VALUE' or --set model.NAME.ARGUMENT=VALUE.")
			continue
		}
		attr := &hclsyntax.Attribute{Name: s.Arg, Expr: l.setExpr(s.Value, l.pseudoAgain(at, s.value, len(set))), SrcRange: at,
			NameRange: l.pseudoAgain(at, s.arg, s.value-1)}
		name := l.pseudoAgain(at, s.name, s.name+len(s.Name))
		c := l
		for m, ok := c.modules.get(s.Name); ok && m.inner != nil; m, ok = c.modules.get(s.Name) {
			inner, whole := s.within()
			if !whole {
				break
			}
			c, s = m.inner, inner
			attr.Name, attr.NameRange, name = s.Arg, l.pseudoAgain(at, s.arg, s.value-1), l.pseudoAgain(at, s.name, s.name+len(s.Name))
		}
		if s.Kind == "model" {
			c.setModel(s, attr, name)
		} else {
			c.setStep(s, attr, name)
		}
	}
}

// within is a setting as the module sees it that its name begins with: step.score.judge.aspect is step.judge.aspect there.
func (s Setting) within() (inner Setting, ok bool) {
	inner, ok = ParseSetting(s.Kind + "." + s.Arg + "=" + s.Value)
	shift := s.arg - len(s.Kind) - 1
	inner.name, inner.arg, inner.value = inner.name+shift, inner.arg+shift, inner.value+shift
	return inner, ok && s.Key == ""
}

// Of is the setting as one of the step or model of a name, which may be that of a module's, with the module's before it.
func (s Setting) Of(name string) (Setting, bool) {
	for s.Name != name {
		if !strings.HasPrefix(name, s.Name+".") {
			return s, false
		}
		inner, ok := s.within()
		if !ok {
			return s, false
		}
		inner.Name = s.Name + "." + inner.Name
		s = inner
	}
	return s, true
}

// setExpr reads a value as HCL, and as a text where it is none.
func (l *loader) setExpr(text string, at hcl.Range) hclsyntax.Expression {
	expr, diags := hclsyntax.ParseExpression([]byte(text), at.Filename, at.Start)
	if !diags.HasErrors() {
		if len(hclsyntax.Variables(expr)) == 0 || rooted(expr) {
			l.sameKeys(expr)
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

func (l *loader) setModel(s Setting, attr *hclsyntax.Attribute, at hcl.Range) {
	m, ok := l.models.get(s.Name)
	if !ok {
		l.root().errorAt(diag.BadSet, at, fmt.Sprintf("unknown model %q", s.Name), fmt.Sprintf("The pipeline has no model of that name.%s", diag.DidYouMean(s.Name, l.models.names)))
		return
	}
	l.replace(m.attrs, attr)
}

// replace puts a setting into the place of what the pipeline says, and remembers that.
func (l *loader) replace(attrs hclsyntax.Attributes, attr *hclsyntax.Attribute) {
	if old, ok := attrs[attr.Name]; ok {
		l.replaced = append(l.replaced, old.Expr)
	}
	attrs[attr.Name] = attr
}

func (l *loader) setStep(set Setting, attr *hclsyntax.Attribute, at hcl.Range) {
	s, ok := l.steps.get(set.Name)
	if !ok {
		l.root().errorAt(diag.BadSet, at, fmt.Sprintf("unknown step %q", set.Name), fmt.Sprintf("The pipeline has no step of that name.%s", diag.DidYouMean(set.Name, l.steps.names)))
		return
	}
	if set.Key == "" {
		l.replace(s.attrs, attr)
		return
	}
	if set.Arg == "for_each" {
		l.errorAt(diag.BadSet, attr.NameRange, "for_each of an instance", fmt.Sprintf(
			"It makes the instances, so that one of them cannot have another. Write --set 'step.%s.for_each=VALUE'.", set.Name))
		return
	}
	if s.overrides == nil {
		s.overrides = map[string]hclsyntax.Attributes{}
	}
	if s.overrides[set.Key] == nil {
		s.overrides[set.Key] = hclsyntax.Attributes{}
	}
	s.overrides[set.Key][attr.Name] = attr
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
