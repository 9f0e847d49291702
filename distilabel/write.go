package distilabel

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// leaf is a dataset of the reference: what its last steps leave.
type leaf struct {
	name string
	step *ourStep
	hub  []arg

	remarks []string
}

// leaves lists the datasets. A step that sends rows away leaves those that it was given.
func (c *converter) leaves() (all []leaf) {
	used := names{}
	for _, s := range c.steps {
		if len(s.to) > 0 || slices.ContainsFunc(c.steps, func(o *ourStep) bool { return o.theirStep == s.theirStep && slices.Contains(o.from, s) }) {
			continue
		}
		l := leaf{name: s.name, step: s}
		if s.decl == nil || s.decl.Shape == component.Sink {
			if len(s.from) == 0 {
				continue
			}
			l.step, l.hub = s.from[0], c.pushed(s)
			if s.class == pushToHub {
				l.remarks = append(l.remarks, fmt.Sprintf("A block hub stands for the step %s, which pushed.", quoted(s.theirStep.name)))
			}
		}
		if i := slices.IndexFunc(all, func(o leaf) bool { return o.step == l.step }); i >= 0 {
			all[i].hub = append(all[i].hub, l.hub...)
			all[i].remarks = append(all[i].remarks, l.remarks...)
			continue
		}
		l.name = used.take(l.name)
		all = append(all, l)
	}
	if len(all) == 1 {
		all[0].name = "default"
	}
	return all
}

// pushed is the block hub in the place of a step that pushes.
func (c *converter) pushed(s *ourStep) (hub []arg) {
	if s.class != pushToHub {
		return nil
	}
	for k, v := range entries(s.body) {
		switch {
		case k.Value == "repo_id" && says(v), k.Value == "private" && says(v):
			hub = append(hub, arg{k.Value, expr(v)})
		case k.Value == "repo_id":
			c.remark(s, diag.ToFinish, k, "repo_id is to be filled in", "It was a runtime parameter without a value: the dataset is not pushed until a block hub { repo_id = \"...\" } stands in it.")
		case !handled[k.Value] && says(v) && usual[k.Value] != str(v) && k.Value != "resources":
			c.remark(s, diag.NotCarried, k, k.Value+" is not carried over", "The block hub of a dataset has no such argument. It was "+short(v)+".")
		}
	}
	return hub
}

// printer writes blocks.
type printer struct {
	out   strings.Builder
	draft bool // to be checked without the files beside it
	c     *converter
}

// print writes the pipeline in the usual layout.
func (c *converter) print(draft bool) []byte {
	p := &printer{c: c, draft: draft}
	p.comment(c.origin())
	p.line("")
	if c.theirs.description == "" {
		p.line("pipeline %s {}\n", quoted(c.title()))
	} else {
		p.line("pipeline %s {\ndescription = %s\n}\n", quoted(c.title()), quoted(c.theirs.description))
	}
	for _, v := range c.variables {
		args := []arg{{"type", v.kind}, {"description", quoted(v.doc)}}
		if draft {
			args = append(args, arg{"default", map[string]string{"string": quoted("acme/draft"), "number": "1", "bool": "false"}[v.kind]})
		}
		p.block("variable "+quoted(v.name), args)
	}
	for _, m := range c.models {
		p.comment(m.remarks...)
		p.block("model "+quoted(m.name), m.args)
	}
	for _, s := range c.steps {
		p.step(s)
	}
	for _, l := range c.datasets {
		p.comment(l.remarks...)
		p.line("dataset %s {\nfrom = step.%s", quoted(l.name), l.step.name)
		if len(l.hub) > 0 {
			p.body("\nhub", l.hub)
		}
		p.line("}\n")
	}
	return hclwrite.Format([]byte(strings.TrimRight(p.out.String(), "\n") + "\n"))
}

func (p *printer) step(s *ourStep) {
	p.comment(s.remarks...)
	if s.decl == nil {
		if len(s.remarks) > 0 {
			p.line("")
		}
		return
	}
	var args []arg
	if from := s.reference(); from != "" {
		args = append(args, arg{"from", from})
	}
	args = append(args, s.args...)
	for _, m := range []struct {
		name  string
		names []component.Name
	}{{"inputs", s.inputs}, {"outputs", s.outputs}} {
		if len(m.names) > 0 {
			args = append(args, arg{m.name, mapOf(m.names)})
		}
	}
	if len(s.replace) > 0 {
		args = append(args, arg{"replace", listOf(s.replace)})
	}
	if p.draft {
		args = append(args, s.draft...)
	}
	p.block(fmt.Sprintf("step %s %s", quoted(s.decl.Name), quoted(s.name)), args)
}

func (s *ourStep) reference() string {
	var refs []string
	for _, f := range s.from {
		refs = append(refs, "step."+f.name)
	}
	if len(refs) > 1 {
		return "[" + strings.Join(refs, ", ") + "]"
	}
	return strings.Join(refs, "")
}

func mapOf(names []component.Name) string {
	var out []string
	for _, n := range names {
		out = append(out, key(n.From)+" = "+quoted(n.To))
	}
	return "{ " + strings.Join(out, ", ") + " }"
}

func listOf(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, quoted(n))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (p *printer) block(head string, args []arg) {
	p.body(head, args)
	p.line("")
}

func (p *printer) body(head string, args []arg) {
	p.line("%s {", head)
	for i, a := range args {
		if i > 0 && strings.Contains(a.expr, "\n") {
			p.line("")
		}
		p.line("%s = %s", a.name, p.expr(a.expr))
	}
	p.line("}")
}

// expr puts the texts of files into a draft, since the files are not there yet.
func (p *printer) expr(expr string) string {
	if !p.draft {
		return expr
	}
	for _, f := range p.c.files {
		expr = strings.ReplaceAll(expr, fmt.Sprintf("file(%s)", quoted(f.Path)), quoted(string(f.Data)))
	}
	return expr
}

func (p *printer) line(format string, args ...any) { fmt.Fprintf(&p.out, format+"\n", args...) }

const commentWidth = 110

// comment writes texts as comments, wrapped.
func (p *printer) comment(texts ...string) {
	for _, text := range texts {
		if strings.HasPrefix(text, "  ") {
			p.line("# %s", printable(strings.ReplaceAll(text, "\n", " ")))
			continue
		}
		line := "#"
		for _, word := range strings.Fields(printable(text)) {
			if len(line)+1+len(word) > commentWidth && line != "#" {
				p.line("%s", line)
				line = "#"
			}
			line += " " + word
		}
		p.line("%s", line)
	}
}

// printable leaves out what a terminal or an editor would obey.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || unicode.IsSpace(r) {
			return r
		}
		return '?'
	}, text)
}

func (c *converter) title() string {
	if c.theirs.name == "" {
		return "imported"
	}
	return c.theirs.name
}

func (c *converter) origin() string {
	version := c.theirs.version
	if version == "" {
		version = "of an unknown version"
	}
	return fmt.Sprintf("Imported by distigen from %s, a pipeline of distilabel %s.", filepath.Base(c.file), version)
}
