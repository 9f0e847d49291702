package hclspec

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/hclspec/diag"
)

// checkModuleRef checks module.NAME, module.NAME.OUTPUT and input.NAME.
func (l *loader) checkModuleRef(t hcl.Traversal, s scope) bool {
	root := t.RootName()
	if !s.step {
		l.errorAt(diag.BadReference, t.SourceRange(), fmt.Sprintf("reference to %s", map[string]string{"module": "a module", "input": "an input"}[root]), fmt.Sprintf(
			"Rows are named in the argument from, which reads them, and this is %s. To use a column, name it in inputs or in the prompt.", s.where))
		return false
	}
	name, ok := attrName(t, 1)
	if !ok {
		l.errorAt(diag.BadReference, t.SourceRange(), "incomplete reference", fmt.Sprintf("Name one: %s.NAME.", root))
		return false
	}
	if root == "input" {
		return l.checkInputRef(t, name)
	}
	m, ok := l.modules.get(name)
	switch {
	case !ok:
		l.unknownName(diag.UnknownModule, "module", "module", name, part(t, 1), l.modules.names)
		return false
	case m.inner == nil:
		return true
	}
	outs := m.inner.outs.names
	out, named := attrName(t, 2)
	switch {
	case len(outs) == 0:
		l.errorAt(diag.UnknownOutput, t.SourceRange(), fmt.Sprintf("module %q gives no rows", name), "Its folder has no output block. Add one there, with from = step.NAME and columns = [...], or read another step.")
	case len(t) == 2 && len(outs) > 1:
		l.errorAt(diag.UnknownOutput, t.SourceRange(), fmt.Sprintf("module %q has several outputs", name), fmt.Sprintf("Name one: %s.", either(prefixed("module."+name+".", outs))))
	case len(t) == 2:
		return true
	case !named:
		l.errorAt(diag.UnknownOutput, from(t, 2), "module without instances", fmt.Sprintf("Module %q is a single one. Write module.%[1]s.", name))
	case m.inner.outs.items[out] == nil:
		l.errorAt(diag.UnknownOutput, part(t, 2), fmt.Sprintf("unknown output %q", out), fmt.Sprintf("Module %q gives %s.%s", name, list(outs), diag.DidYouMean(out, outs)))
	case len(t) > 3:
		l.errorAt(diag.BadReference, from(t, 3), "reference into an output", fmt.Sprintf("Columns are not referred to. Write from = module.%s.%s, and name columns where they are read.", name, out))
	default:
		return true
	}
	return false
}

func (l *loader) checkInputRef(t hcl.Traversal, name string) bool {
	if _, ok := l.inputs.get(name); !ok {
		if len(l.inputs.names) == 0 {
			l.errorAt(diag.UnknownInput, t.SourceRange(), fmt.Sprintf("unknown input %q", name), fmt.Sprintf(
				"The pipeline takes no rows, as a module does. To make it one, declare what goes in: input %q { columns = { instruction = string } }.", name))
			return false
		}
		l.unknownName(diag.UnknownInput, "input", "input", name, part(t, 1), l.inputs.names)
		return false
	}
	if len(t) > 2 {
		l.errorAt(diag.BadReference, from(t, 2), "reference into an input", fmt.Sprintf("Columns are not referred to. Write from = input.%s, and name columns where they are read.", name))
		return false
	}
	return true
}
