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

// local is one attribute of a locals block.
type local struct {
	name  string
	at    hcl.Range
	expr  hclsyntax.Expression
	value cty.Value
	state int // 0 not evaluated, 1 being evaluated, 2 done
	used  bool
}

func (l *loader) addLocals(b *hclsyntax.Block) {
	for _, a := range inOrder(b.Body.Attributes) {
		if first, ok := l.locals.get(a.Name); ok {
			l.duplicate("local", a.Name, a.NameRange, first.at, "")
			continue
		}
		l.locals.add(a.Name, &local{name: a.Name, at: a.NameRange, expr: a.Expr})
	}
}

// evalLocals evaluates the locals, each after those it refers to.
func (l *loader) evalLocals() map[string]cty.Value {
	values := map[string]cty.Value{}
	for local := range l.locals.all {
		l.evalLocal(local, values, nil)
	}
	return values
}

func (l *loader) evalLocal(x *local, values map[string]cty.Value, path []string) {
	if x.state == 2 {
		return
	}
	if x.state == 1 {
		l.localCycle(x, append(path[slices.Index(path, x.name):], x.name))
		return
	}
	x.state = 1
	path = append(slices.Clone(path), x.name)
	for _, name := range l.needs(x) {
		l.evalLocal(l.locals.items[name], values, path)
	}
	for _, key := range localIndexes(x.expr) {
		l.ctx.Variables["local"] = cty.ObjectVal(values)
		v, diags := key.Value(l.ctx)
		if other, ok := l.locals.get(textIn(v)); ok && !diags.HasErrors() {
			l.evalLocal(other, values, path)
		} else if diags.HasErrors() { // the key is known in a for expression alone: it may be any
			for other := range l.locals.all {
				if !l.waits(other, map[*local]bool{}) {
					l.evalLocal(other, values, path)
				}
			}
		}
	}
	x.state = 2
	x.value = cty.DynamicVal
	l.ctx.Variables["local"] = cty.ObjectVal(values)
	l.path = path
	if l.checkRefs(x.expr, scope{step: false, where: "a local"}) {
		x.value, _ = l.eval(x.expr, nil)
	}
	values[x.name] = x.value
}

func (l *loader) localCycle(x *local, cycle []string) {
	for _, name := range cycle {
		l.bad[l.locals.items[name].expr.Range()] = true
	}
	l.errorAt(diag.LocalCycle, x.at, "locals refer to each other in a circle",
		fmt.Sprintf("Local %s. Break the circle by giving one of them a value that does not depend on the others.",
			strings.Join(cycle, " needs ")))
}

// needs lists the locals that a local names.
func (l *loader) needs(x *local) (names []string) {
	for _, t := range hclsyntax.Variables(x.expr) {
		if name, ok := attrName(t, 1); ok && t.RootName() == "local" {
			if _, ok := l.locals.get(name); ok {
				names = append(names, name)
			}
		}
	}
	return names
}

// waits reports whether a local needs one that is being evaluated.
func (l *loader) waits(x *local, seen map[*local]bool) bool {
	if x.state == 1 || seen[x] {
		return x.state == 1
	}
	seen[x] = true
	return x.state == 0 && slices.ContainsFunc(l.needs(x), func(name string) bool { return l.waits(l.locals.items[name], seen) })
}

// localIndexes lists the keys with which an expression indexes local.
func localIndexes(expr hclsyntax.Expression) (keys []hclsyntax.Expression) {
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if index, ok := n.(*hclsyntax.IndexExpr); ok {
			if root, ok := index.Collection.(*hclsyntax.ScopeTraversalExpr); ok && len(root.Traversal) == 1 && root.Traversal.RootName() == "local" {
				keys = append(keys, index.Key)
			}
		}
		return nil
	})
	return keys
}

func textIn(v cty.Value) string {
	if isText(v) {
		return v.AsString()
	}
	return ""
}
