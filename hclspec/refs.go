package hclspec

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
)

// scope says what an expression may refer to.
type scope struct {
	step  bool // steps, as in from
	each  bool // each.key and each.value
	where string

	row    bool // the columns of the row, row.NAME
	prompt bool // in a prompt template, where ${...} may have been meant to be a column

	keys map[string]string // words in brackets, by the word: what they index
}

var roots = []string{"var", "local", "model", "step", "module", "input", "each"}

// checkRefs reports references to nothing and notes what is used. Evaluation would find the mistakes too, but neither
// as precisely nor with the nearest name.
func (l *loader) checkRefs(expr hclsyntax.Expression, s scope) bool {
	ok := l.checkCalls(expr)
	slashed := l.slashed(expr)
	ok = ok && len(slashed) == 0
	indexed := l.indexed(expr)
	s.keys = l.wordsAsKeys(expr)
	for _, t := range hclsyntax.Variables(expr) {
		if len(t) == 1 && indexed[t.RootName()] || inside(slashed, t.SourceRange()) {
			continue
		}
		ok = l.checkRef(t, s) && ok
	}
	if !ok {
		l.bad[expr.Range()] = true
	}
	return ok
}

// indexed finds the roots that an expression indexes with something that it computes: model[each.key]. Any of the things
// may be meant, so all are used.
func (l *loader) indexed(expr hclsyntax.Expression) map[string]bool {
	found := map[string]bool{}
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		index, ok := n.(*hclsyntax.IndexExpr)
		if !ok {
			return nil
		}
		root, ok := index.Collection.(*hclsyntax.ScopeTraversalExpr)
		if !ok || len(root.Traversal) != 1 {
			return nil
		}
		name := root.Traversal.RootName()
		found[name] = name == "var" || name == "local" || name == "model"
		switch name {
		case "var":
			for v := range l.variables.all {
				v.used = true
			}
		case "local":
			for x := range l.locals.all {
				x.used = true
			}
		case "model":
			for m := range l.models.all {
				m.used = true
			}
		}
		return nil
	})
	return found
}

func (l *loader) checkRef(t hcl.Traversal, s scope) bool {
	root := t.RootName()
	switch root {
	case "var", "local", "model":
	case "row":
		if s.row {
			return true
		}
		l.errorAt(diag.BadReference, t.SourceRange(), "reference to a column", fmt.Sprintf(
			"row.NAME is a column in an expression over the row, such as where of filter and columns of derive, and this is %s, which is evaluated before there are rows.", s.where))
		return false
	case "step":
		return l.checkStepRef(t, s)
	case "module", "input":
		return l.checkModuleRef(t, s)
	case "each":
		return l.checkEach(t, s)
	default:
		l.unknownRoot(t, s)
		return false
	}
	name, ok := attrName(t, 1)
	if !ok {
		l.errorAt(diag.BadReference, t.SourceRange(), "incomplete reference", fmt.Sprintf("Name one: %s.NAME.", root))
		return false
	}
	switch root {
	case "var":
		if v, ok := l.variables.get(name); ok {
			v.used = true
			return true
		}
		l.unknownName(diag.UnknownVariable, "var", "variable", name, part(t, 1), l.variables.names)
	case "local":
		if v, ok := l.locals.get(name); ok {
			v.used = true
			return true
		}
		l.unknownName(diag.UnknownLocal, "local", "local", name, part(t, 1), l.locals.names)
	case "model":
		m, ok := l.models.get(name)
		if !ok {
			l.unknownName(diag.UnknownModel, "model", "model", name, part(t, 1), l.models.names)
			return false
		}
		m.used = true
		if len(t) == 2 {
			return true
		}
		l.errorAt(diag.BadReference, from(t, 2), "reference into a model", fmt.Sprintf(
			"The settings of a model cannot be read. Refer to the model as a whole, model.%s, or put the value into a variable or a local.", name))
	}
	return false
}

func (l *loader) checkEach(t hcl.Traversal, s scope) bool {
	if !s.each {
		l.errorAt(diag.EachOutside, t.SourceRange(), "each without for_each",
			fmt.Sprintf("each.key and each.value are there in the arguments of a step with for_each, and this is %s, where there is none. Add for_each, or name the value itself.", s.where))
		return false
	}
	if name, ok := attrName(t, 1); !ok || (name != "key" && name != "value") {
		at := t.SourceRange()
		if len(t) > 1 {
			at = part(t, 1)
		}
		l.errorAt(diag.BadReference, at, "not a part of each",
			fmt.Sprintf("There are each.key and each.value.%s", diag.DidYouMean(name, []string{"key", "value"})))
		return false
	}
	return true
}

// attrName returns the name at place i of a reference: var.NAME, or var["NAME"].
func attrName(t hcl.Traversal, i int) (string, bool) {
	if i >= len(t) {
		return "", false
	}
	switch p := t[i].(type) {
	case hcl.TraverseAttr:
		return p.Name, true
	case hcl.TraverseIndex:
		if p.Key.Type() == cty.String && p.Key.IsKnown() && !p.Key.IsNull() {
			return p.Key.AsString(), true
		}
	}
	return "", false
}

// part is the range of place i of a reference, without the dot before it or the brackets around it.
func part(t hcl.Traversal, i int) hcl.Range {
	at := t[i].SourceRange()
	if _, ok := t[i].(hcl.TraverseAttr); ok && i > 0 && at.End.Byte-at.Start.Byte > 1 {
		at.Start.Byte++
		at.Start.Column++
	}
	if k, ok := t[i].(hcl.TraverseIndex); ok && k.Key.Type() == cty.String && at.End.Byte-at.Start.Byte > 2 && at.Start.Line == at.End.Line {
		at.Start.Byte, at.Start.Column = at.Start.Byte+1, at.Start.Column+1
		at.End.Byte, at.End.Column = at.End.Byte-1, at.End.Column-1
	}
	return at
}

// from is the range of a reference from place i on.
func from(t hcl.Traversal, i int) hcl.Range { return hcl.RangeBetween(part(t, i), part(t, len(t)-1)) }

func is(n int) string {
	if n == 1 {
		return "is only"
	}
	return "are"
}
