package hclspec

import (
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
)

// assemble makes the plan of what was checked.
func (l *loader) assemble() *Plan {
	p := &Plan{Name: l.name(), Description: l.description(), Dir: l.dir, Files: l.files, Budget: l.budget.plan()}
	slices.Sort(p.Files)
	l.nameHidden()
	l.planModules(p)
	all := l.enabledInstances()
	rows := rowsInPlan(all)
	var instances []*instance
	for _, i := range all {
		if (i.block.entry != nil || i.block.exit != nil) && len(i.branches) > 0 {
			i.change(rows[i.branches[0].from], rows[i])
		}
		if i.inPlan() == i {
			instances = append(instances, i)
		}
	}
	asked := map[string]bool{}
	for _, i := range instances {
		modelsOf(reflect.ValueOf(i.step.Params), asked)
	}
	l.each(func(c *loader) {
		for m := range c.models.all {
			if m.passed == nil && asked[m.full] {
				p.Models = append(p.Models, &Model{Name: m.full, Params: m.model})
			}
		}
	})
	slices.SortStableFunc(instances, func(a, b *instance) int { return rank(a) - rank(b) })
	for _, i := range instances {
		s := i.step
		s.Row, s.MadeBy = plainColumns(rows[i]), map[string]string{}
		for _, c := range rows[i] {
			s.MadeBy[c.Name] = c.origin.by.block.name
		}
		for _, b := range i.branches {
			s.From = append(s.From, b.from.inPlan().step)
		}
		p.Steps = append(p.Steps, s)
	}
	p.Datasets = l.planDatasets()
	p.Hash = p.hash()
	p.Origin = l.origin(p)
	return p
}

// modelsOf collects the models that a parameter struct names. One that no enabled step asks has no place in the program,
// though the pipeline may refer to it.
func modelsOf(v reflect.Value, names map[string]bool) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Type() == modelGo:
			names[f.FieldByName("Alias").String()] = true
		case f.Kind() == reflect.Struct:
			modelsOf(f, names)
		}
	}
}

func rank(i *instance) int {
	if i.step.Decl.Shape == component.Source {
		return 0
	}
	return 1
}
