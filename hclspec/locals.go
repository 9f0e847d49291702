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
		cycle := append(path[slices.Index(path, x.name):], x.name)
		for _, name := range cycle {
			l.bad[l.locals.items[name].expr.Range()] = true
		}
		l.errorAt(diag.LocalCycle, x.at, "locals refer to each other in a circle",
			fmt.Sprintf("Local %s. Break the circle by giving one of them a value that does not depend on the others.",
				strings.Join(cycle, " needs ")))
		return
	}
	x.state = 1
	for _, t := range hclsyntax.Variables(x.expr) {
		if name, ok := attrName(t, 1); ok && t.RootName() == "local" {
			if other, ok := l.locals.get(name); ok {
				l.evalLocal(other, values, append(slices.Clone(path), x.name))
			}
		}
	}
	x.state = 2
	x.value = cty.DynamicVal
	l.ctx.Variables["local"] = cty.ObjectVal(values)
	if l.checkRefs(x.expr, scope{step: false, where: "a local"}) {
		x.value, _ = l.eval(x.expr, nil)
	}
	values[x.name] = x.value
}
