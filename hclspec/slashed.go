package hclspec

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
)

// slashed reports names with a slash and without quotes, such as those of models on a hub. To HCL they are divisions, and
// each of their parts would be a mistake of its own. It returns where they are.
func (l *loader) slashed(expr hclsyntax.Expression) (found []hcl.Range) {
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		e, ok := n.(*hclsyntax.BinaryOpExpr)
		if !ok || e.Op != hclsyntax.OpDivide || inside(found, e.Range()) {
			return nil
		}
		name := l.written(e.Range())
		first := hclsyntax.Variables(e)
		if strings.ContainsAny(name, " \t\n\"([{") || len(first) == 0 || first[0].SourceRange().Start != e.Range().Start || l.allThere(first) {
			return nil
		}
		found = append(found, e.Range())
		l.nameWithSlash(name, e.Range())
		return nil
	})
	return found
}

// allThere reports whether references are to what has a value, so that they may be meant to be divided.
func (l *loader) allThere(refs []hcl.Traversal) bool {
	for _, t := range refs {
		name, _ := attrName(t, 1)
		_, isVar := l.variables.get(name)
		_, isLocal := l.locals.get(name)
		if root := t.RootName(); root != "each" && (root != "var" || !isVar) && (root != "local" || !isLocal) {
			return false
		}
	}
	return true
}

func (l *loader) nameWithSlash(name string, at hcl.Range) {
	root, rest, _ := strings.Cut(name, ".")
	if root != "model" && root != "step" {
		l.errorAt(diag.BadReference, at, fmt.Sprintf("%s is no reference", name), fmt.Sprintf("To HCL it is a division. A text stands in quotes: %q.", name))
		return
	}
	at.Start = after(at.Start, root+".")
	if _, ok := l.models.get(rest); ok && root == "model" {
		return // the name of the block is reported
	}
	if _, ok := l.steps.get(rest); ok && root == "step" {
		return
	}
	detail := fmt.Sprintf("To HCL it is a division. A %s is referred to by the name of its block, which has no slash.", root)
	if root == "model" {
		detail += fmt.Sprintf(" What its API calls it stands in the block: name = %q.", rest)
	}
	l.errorAt(diag.BadReference, at, fmt.Sprintf("name of a %s with a slash", root), detail)
}

// inside reports whether one of the ranges holds another.
func inside(ranges []hcl.Range, at hcl.Range) bool {
	for _, r := range ranges {
		if r.Filename == at.Filename && r.Start.Byte <= at.Start.Byte && at.End.Byte <= r.End.Byte {
			return true
		}
	}
	return false
}
