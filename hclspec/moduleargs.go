package hclspec

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// enter evaluates what a module is given, and what its own expressions see.
func (l *loader) enter() {
	for m := range l.modules.all {
		if m.inner == nil {
			continue
		}
		l.moduleArgs(m)
		m.inner.makeContext()
		m.inner.enter()
	}
}

// moduleArgs evaluates the arguments of a module block that are variables and models of its folder.
func (l *loader) moduleArgs(m *moduleBlock) {
	c := m.inner
	c.passed = map[string]*given{}
	known := slices.Concat(moduleArguments, c.variables.names)
	for _, a := range inOrder(m.attrs) {
		if slices.Contains(moduleArguments, a.Name) {
			if v, ok := c.variables.get(a.Name); ok {
				c.errorAt(diag.BadName, v.at, fmt.Sprintf("invalid name %q", a.Name), fmt.Sprintf("Every module block has an argument %s, which is not the variable. Give the variable another name.", a.Name))
			}
			continue
		}
		v, ok := c.variables.get(a.Name)
		if !ok {
			l.unknownModuleArg(m, a, known)
			continue
		}
		v.meant = true
		if !l.checkRefs(a.Expr, scope{where: fmt.Sprintf("a variable of module %q", m.name)}) {
			continue
		}
		if val, ok := l.eval(a.Expr, nil); ok {
			c.passed[a.Name] = &given{val: val, at: a.Expr.Range()}
		}
	}
	l.moduleModels(m)
}

var moduleHints = map[string]string{
	"for_each":   " Only steps have for_each: write a module block for each.",
	"count":      " Only steps have several instances: write a module block for each.",
	"providers":  " Models are given with models = { its_model = model.NAME }.",
	"model":      " Models are given with models = { its_model = model.NAME }.",
	"version":    " A module is a folder beside the pipeline, which has the version that it has.",
	"depends_on": " What comes before a module is the step that it reads: from = step.NAME.",
	"columns":    " Which columns it reads is said by inputs = { its_column = \"your_column\" }.",
	"enabled":    " Only steps are switched off. Give the module a variable that the enabled of its steps reads.",
}

func (l *loader) unknownModuleArg(m *moduleBlock, a *hclsyntax.Attribute, known []string) {
	more := moduleHints[a.Name]
	if _, ok := m.inner.models.get(a.Name); ok {
		more = fmt.Sprintf(" It is a model of the module: models = { %s = model.NAME }.", a.Name)
	}
	if in, ok := m.inner.inputs.get(a.Name); ok {
		more = fmt.Sprintf(" It is the input of the module, whose rows are those of the step that from names. The input is declared in %s.", in.at.Filename)
	}
	if near := diag.Nearest(a.Name, known); more == "" && near != "" {
		more = fmt.Sprintf(" Did you mean %q?", near)
		if v, ok := m.inner.variables.get(near); ok {
			v.meant = true
		}
	}
	if more == "" {
		more = fmt.Sprintf(" It takes %s.", list(known))
	}
	l.errorAt(diag.UnknownArgument, a.NameRange, fmt.Sprintf("unknown argument %q", a.Name), fmt.Sprintf("Module %q has no variable of that name.%s", m.name, more))
}

// moduleModels hands the models over that the argument models names.
func (l *loader) moduleModels(m *moduleBlock) {
	c := m.inner
	attr := m.attrs["models"]
	if attr == nil || !l.checkRefs(attr.Expr, scope{where: "the argument models"}) {
		return
	}
	v, ok := l.eval(attr.Expr, nil)
	if !ok || !v.IsKnown() || v.IsNull() {
		return
	}
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		l.errorAt(diag.WrongType, attr.Expr.Range(), "wrong type for \"models\"", fmt.Sprintf("models has a model of yours for each of the module's that it replaces, models = { its_model = model.NAME }, and this is %s.", describe(v)))
		return
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		name := k.AsString()
		at, key := m.user.args.rangeOf("models."+name), m.user.args.keyRange("models."+name)
		mine, ok := c.models.get(name)
		switch {
		case !ok:
			more := diag.DidYouMean(name, c.models.names)
			if more == "" && len(c.models.names) > 0 {
				more = fmt.Sprintf(" It has %s.", list(c.models.names))
			}
			l.errorAt(diag.UnknownModel, key, fmt.Sprintf("unknown model %q", name), fmt.Sprintf("Module %q has no model of that name.%s", m.name, more))
		case e.Type() != modelType || e.IsNull():
			l.errorAt(diag.WrongType, at, "wrong type in \"models\"", fmt.Sprintf("It is a model of this pipeline, model.NAME, and this is %s.", describe(e)))
		default:
			mine.passed = e.EncapsulatedValue().(*modelBlock).real()
		}
	}
}

// moduleValues is the value of module: each module by its name, as an object of the steps that its outputs are.
func (l *loader) moduleValues() cty.Value {
	values := map[string]cty.Value{}
	for m := range l.modules.all {
		if m.inner == nil {
			values[m.name] = cty.DynamicVal
			continue
		}
		outs := map[string]cty.Value{}
		for out := range m.inner.outs.all {
			outs[out.name] = cty.CapsuleVal(stepType, out.step.instances[0])
		}
		values[m.name] = cty.ObjectVal(outs)
	}
	return cty.ObjectVal(values)
}

// inputValues is the value of input: the rows that go into the pipeline, where it is a module.
func (l *loader) inputValues() cty.Value {
	values := map[string]cty.Value{}
	for in := range l.inputs.all {
		values[in.name] = cty.CapsuleVal(stepType, in.step.instances[0])
	}
	return cty.ObjectVal(values)
}

// moduleOutputs reads the arguments outputs and replace of the modules.
func (l *loader) moduleOutputs() {
	for m := range l.modules.all {
		if m.inner == nil {
			continue
		}
		var ports []component.Port
		for out := range m.inner.outs.all {
			for _, p := range out.ports {
				if !slices.ContainsFunc(ports, func(o component.Port) bool { return o.Name == p.Name }) {
					ports = append(ports, p)
				}
			}
		}
		f := &flow{l: l, i: m.user, decl: component.Component{Name: fmt.Sprintf("Module %q", m.name)}}
		var ok bool
		m.outputs, ok = f.renaming("outputs", ports)
		f.replacing()
		m.replace, m.broken = f.replace, !ok || m.user.opaque
		for n, name := range m.replace {
			if !slices.ContainsFunc(ports, func(p component.Port) bool { return m.outputs.name(p.Name) == name }) {
				l.errorAt(diag.NotReplaced, m.user.args.rangeOf(fmt.Sprintf("replace[%d]", n)), fmt.Sprintf("column %q is not replaced", name), fmt.Sprintf(
					"replace lists the columns of the incoming row that the module may overwrite, and module %q does not make %q. Remove it from the list.", m.name, name))
			}
		}
	}
}
