package hclspec

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
)

// warnUnused warns of what nobody refers to. It keeps quiet where a reference to a thing of the same kind is misspelt.
func (l *loader) warnUnused() {
	if l.report.HasErrors() {
		return
	}
	l.checkLeaves()
	l.each((*loader).warnUnusedNames)
	if len(l.enabledInstances()) == 0 {
		l.errorAt(diag.NothingToDo, l.nothingAt(), "all steps are switched off", "Every step has enabled = false, so nothing would run. Switch one on at least.")
	}
}

func (l *loader) warnUnusedNames() {
	l.usedUnlessSet()
	for v := range l.variables.all {
		if !v.used {
			l.warnAt(diag.UnusedVariable, v.at, fmt.Sprintf("unused variable %q", v.name), fmt.Sprintf("Nothing refers to var.%s. Remove the variable, or use it.", v.name))
		}
	}
	for x := range l.locals.all {
		if !x.used {
			l.warnAt(diag.UnusedLocal, x.at, fmt.Sprintf("unused local %q", x.name), fmt.Sprintf("Nothing refers to local.%s. Remove it, or use it.", x.name))
		}
	}
	for m := range l.models.all {
		if !m.used {
			l.warnAt(diag.UnusedModel, m.at, fmt.Sprintf("unused model %q", m.name), fmt.Sprintf("No step asks model.%s. Remove the block, or name it in a step.", m.name))
		}
	}
}

func (l *loader) enabledInstances() (all []*instance) {
	for _, i := range l.ordered() {
		if i.enabled {
			all = append(all, i)
		}
	}
	return all
}

// usedUnlessSet takes for used what the pipeline refers to where --set has another value: the pipeline is fine as it is.
func (l *loader) usedUnlessSet() {
	for _, expr := range l.replaced {
		for _, t := range hclsyntax.Variables(expr) {
			name, _ := attrName(t, 1)
			switch t.RootName() {
			case "var":
				if v, ok := l.variables.get(name); ok {
					v.used = true
				}
			case "local":
				if x, ok := l.locals.get(name); ok {
					x.used = true
				}
			case "model":
				if m, ok := l.models.get(name); ok {
					m.used = true
				}
			}
		}
	}
}
