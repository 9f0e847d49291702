package hclspec

import (
	"fmt"

	"github.com/distigen/distigen/hclspec/diag"
)

// warnUnused warns of what nobody refers to. It keeps quiet where a reference to a thing of the same kind is misspelt.
func (l *loader) warnUnused() {
	if l.report.HasErrors() {
		return
	}
	l.checkLeaves()
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
	if len(l.enabledInstances()) == 0 {
		l.errorAt(diag.NothingToDo, l.nothingAt(), "all steps are switched off", "Every step has enabled = false, so nothing would run. Switch one on at least.")
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
