package hclspec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// datasetBlock is a dataset block.
type datasetBlock struct {
	name   string
	at     hcl.Range
	attrs  hclsyntax.Attributes
	from   hclsyntax.Expression // nil if it is missing
	step   *instance            // nil if it is not known
	args   *arguments
	params DatasetSettings
	hub    *hubBlock // nil if it is not pushed
}

// longestName is what file systems take for a name, with room for what is added to it.
const longestName = 200

var folderName = regexp.MustCompile(`^[\pL\pN][\pL\pN._-]*$`)

func (l *loader) addDataset(b *hclsyntax.Block) {
	d := &datasetBlock{name: b.Labels[0], at: b.LabelRanges[0], attrs: b.Body.Attributes}
	if !folderName.MatchString(d.name) || len(d.name) > longestName {
		l.errorAt(diag.DatasetName, d.at, fmt.Sprintf("invalid dataset name %q", d.name), fmt.Sprintf("The name of a dataset is the name of its folder. "+
			"It is made of letters, digits, hyphens, underscores and dots, begins with a letter or a digit, and has at most %d bytes.", longestName))
	}
	for o := range l.datasets.all {
		if strings.EqualFold(o.name, d.name) {
			l.errorAt(diag.DatasetTwice, d.at, fmt.Sprintf("dataset %q is there twice", d.name),
				"Each dataset has a folder of its own, and some file systems do not tell upper from lower case. Give it another name.",
				diag.Related{Range: o.at, Message: "the first one is here"})
			return
		}
	}
	l.addHub(d, b.Body.Blocks)
	if a := b.Body.Attributes["from"]; a != nil {
		d.from = a.Expr
	} else if near := nearAttribute(b.Body.Attributes, "from"); !near {
		l.errorAt(diag.MissingArgument, d.at, "missing argument \"from\"", fmt.Sprintf("Dataset %q needs the step whose rows it has: from = step.NAME.", d.name))
	}
	l.datasets.add(d.name, d)
}

// nearAttribute reports whether an attribute looks like a misspelling of name; that is reported already.
func nearAttribute(attrs hclsyntax.Attributes, name string) bool {
	for _, a := range attrs {
		if diag.Nearest(a.Name, []string{name}) != "" {
			return true
		}
	}
	return false
}

// evalDatasets finds the step of each dataset.
func (l *loader) evalDatasets() {
	for d := range l.datasets.all {
		l.evalSettings(d)
		l.evalHub(d)
		if d.from == nil || !l.checkRefs(d.from, scope{step: true, where: "a dataset"}) {
			continue
		}
		v, ok := l.eval(d.from, nil)
		if !ok {
			continue
		}
		branches, ok := l.branches(d.from, v)
		switch {
		case !ok:
		case len(branches) == 1 && branches[0].from.sink():
			l.readsSink(branches[0], fmt.Sprintf("Dataset %q", d.name))
		case len(branches) == 1:
			d.step = branches[0].from
			l.checkFormat(d.name, d.params, d.step, d.formatAt())
			l.checkTrainer(d)
		default:
			l.severalStreams(d, branches)
		}
	}
}

// formatAt is where a dataset says its format.
func (d *datasetBlock) formatAt() hcl.Range {
	if a := d.attrs["format"]; a != nil {
		return a.Expr.Range()
	}
	return d.at
}

func (l *loader) severalStreams(d *datasetBlock, branches []branch) {
	var names []string
	for _, b := range branches {
		names = append(names, b.from.ref())
	}
	l.errorAt(diag.SeveralStreams, d.from.Range(), "dataset of several steps", fmt.Sprintf(
		"Dataset %q names %s, and a dataset has the rows of one. Write a dataset for each, or join them with combine_columns.", d.name, list(names)))
}

// leaves are the enabled instances that nobody reads, or only a sink: rows that leave the program stay in its output folder, too.
func (l *loader) leaves() (found []*instance) {
	read := map[*instance]bool{}
	for s := range l.allSteps {
		for _, i := range s.instances {
			if i.enabled && !l.sends(i) {
				for _, b := range i.branches {
					read[b.from] = true
				}
			}
		}
	}
	for s := range l.allSteps {
		for _, i := range s.instances {
			if i.enabled && !read[i] && !l.sends(i) {
				found = append(found, i)
			}
		}
	}
	return found
}

func (i *instance) sink() bool { return i.step != nil && i.step.Decl.Shape == component.Sink }

// sends reports whether an instance sends rows out of the program and does nothing else with them: a sink, or what goes into a module
// that has sinks alone.
func (l *loader) sends(i *instance) bool {
	if i.sink() || i.block.entry == nil || len(i.branches) == 0 {
		return i.sink()
	}
	found := false
	for s := range l.allSteps {
		for _, reader := range s.instances {
			if slices.ContainsFunc(reader.branches, func(b branch) bool { return b.from == i }) {
				if found = l.sends(reader); !found {
					return false
				}
			}
		}
	}
	return found
}

// sent reports whether a sink reads an instance.
func (l *loader) sent(i *instance) bool {
	for s := range l.allSteps {
		for _, reader := range s.instances {
			if l.sends(reader) && slices.ContainsFunc(reader.branches, func(b branch) bool { return b.from == i }) {
				return true
			}
		}
	}
	return false
}

// readsSink refuses to read a step that sends its rows out of the program.
func (l *loader) readsSink(b branch, who string) {
	way := "Read another step."
	if len(b.from.branches) > 0 {
		way = fmt.Sprintf("Read the step whose rows it sends: from = %s.", b.from.branches[0].from.ref())
	}
	l.errorAt(diag.ReadsSink, b.at, fmt.Sprintf("step %q makes no rows", b.from.addr()), fmt.Sprintf(
		"%s reads it, and %s sends its rows out of the program. %s", who, b.from.step.Decl.Name, way),
		diag.Related{Range: b.from.block.at, Message: "the step is here"})
}

// planDatasets lists the datasets: the blocks, and the leaves without one.
func (l *loader) planDatasets() (all []*Dataset) {
	taken := map[*instance]bool{}
	for d := range l.datasets.all {
		taken[d.step] = true
		if d.step.enabled {
			all = append(all, &Dataset{Name: d.name, From: d.step.inPlan().step, Step: d.step.inPlan().addr(), Settings: d.params, Hub: d.hub.plan(), HubOff: l.hubOff(d.hub)})
		}
	}
	if len(l.inputs.names) > 0 { // it is a module, and another pipeline says what becomes of its rows
		return all
	}
	blocks := len(l.datasets.names)
	for _, i := range l.leaves() {
		if !taken[i] {
			all = append(all, &Dataset{Name: leafName(i), From: i.inPlan().step, Step: i.inPlan().addr(), Settings: usualSettings()})
		}
	}
	if blocks == 0 && len(all) == 1 {
		all[0].Name = "default"
	}
	return all
}

// leafName is the name of the dataset of a leaf without a block.
func leafName(i *instance) string {
	if b := i.block; b.exit != nil && b.use != nil && len(b.l.outs.names) == 1 {
		return b.use.name
	} else if b.exit != nil && b.use != nil {
		return b.use.name + "-" + b.local
	} else if b.exit != nil {
		return b.local
	}
	if i.key == "" {
		return i.block.name
	}
	return i.block.name + "-" + regexp.MustCompile(`[^\pL\pN._-]+`).ReplaceAllString(i.key, "_")
}

// checkLeaves warns of leaves that were probably forgotten, and refuses two datasets of one name.
func (l *loader) checkLeaves() {
	taken := map[*instance]bool{}
	names := map[string]hcl.Range{}
	for d := range l.datasets.all {
		taken[d.step] = true
		names[strings.ToLower(d.name)] = d.at
	}
	leaves := slices.DeleteFunc(l.leaves(), func(i *instance) bool { return taken[i] })
	l.checkInner(leaves)
	leaves = slices.DeleteFunc(leaves, func(i *instance) bool { return i.block.exit == nil && (i.block.entry != nil || i.block.l.isModule()) })
	for _, i := range leaves {
		name, at, who := leafName(i), i.block.at, fmt.Sprintf("step %q", i.addr())
		if i.block.exit != nil && i.block.use != nil {
			at, who = i.block.use.at, i.ref()
		}
		l.checkFormat(name, usualSettings(), i, at)
		if first, ok := names[strings.ToLower(name)]; ok {
			l.errorAt(diag.DatasetTwice, at, fmt.Sprintf("dataset %q is there twice", name), fmt.Sprintf(
				"Nobody reads %s, so it becomes a dataset of that name. Write a dataset block for it with another name, or read the step.", who),
				diag.Related{Range: first, Message: "the other one is here"})
			continue
		}
		names[strings.ToLower(name)] = at
		if l.sent(i) {
			continue
		}
		source := i.step != nil && i.step.Decl.Shape == component.Source
		if len(l.datasets.names) > 0 || (source && len(leaves) > 1) {
			l.warnAt(diag.StrayLeaf, at, "nobody reads "+who, fmt.Sprintf(
				"It has no dataset block either, so its rows become a dataset of the name %q. If that is meant, write: dataset %[1]q { from = %s }. If not, remove the step, or name it in the from of another.",
				name, i.ref()))
		}
	}
}
