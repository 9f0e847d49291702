package hclspec

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
)

// unknownName reports a reference to a thing that is not there.
func (l *loader) unknownName(code diag.Code, root, kind, name string, at hcl.Range, names []string) {
	if slices.Contains(l.ghosts[root], name) || (l.twins[kind] && diag.Nearest(name, names) == "") {
		return
	}
	more := diag.DidYouMean(name, names)
	if more == "" {
		more = l.elsewhere(name)
	}
	if file := l.besides(root, name); file != "" {
		more = fmt.Sprintf(" It is in %s beside it, and only the file that you named is read. Name the folder.", file)
	}
	if more == "" {
		if len(names) == 0 {
			more = fmt.Sprintf(" The pipeline has no %s at all.", kind)
		} else {
			more = fmt.Sprintf(" There %s %s.", is(len(names)), list(names))
		}
	}
	l.errorAt(code, at, fmt.Sprintf("unknown %s %q", kind, name), fmt.Sprintf("No %s has that name.%s", kind, more))
}

// besides finds a thing in another file of the folder, where one file alone is read.
func (l *loader) besides(root, name string) string {
	if !l.single {
		return ""
	}
	paths, _ := filepath.Glob(filepath.Join(l.dir, "*.hcl"))
	for _, path := range paths {
		if slices.Contains(l.files, filepath.Base(path)) {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		file, _ := hclsyntax.ParseConfig(text, path, hcl.InitialPos)
		for _, b := range file.Body.(*hclsyntax.Body).Blocks {
			kind := strings.TrimPrefix(b.Type, "variable")
			_, isLocal := b.Body.Attributes[name]
			if root == "local" && b.Type == "locals" && isLocal || len(b.Labels) > 0 && b.Labels[len(b.Labels)-1] == name && (kind == root || kind == "" && root == "var") {
				return filepath.Base(path)
			}
		}
	}
	return ""
}

// elsewhere finds a thing of the given name and says how to refer to it.
func (l *loader) elsewhere(name string) string {
	for _, root := range l.rootsOf(name) {
		return fmt.Sprintf(" Did you mean %s.%s?", root, name)
	}
	return ""
}

func (l *loader) rootsOf(name string) (found []string) {
	if _, ok := l.models.get(name); ok {
		found = append(found, "model")
	}
	if _, ok := l.steps.get(name); ok {
		found = append(found, "step")
	}
	if _, ok := l.variables.get(name); ok {
		found = append(found, "var")
	}
	if _, ok := l.locals.get(name); ok {
		found = append(found, "local")
	}
	return found
}

// isValue tells whether a row may hold what has the name.
func (l *loader) isValue(name string) bool {
	_, isVar := l.variables.get(name)
	_, isLocal := l.locals.get(name)
	return isVar || isLocal
}

func (l *loader) unknownRoot(t hcl.Traversal, s scope) {
	name, roots := t.RootName(), roots
	if s.row {
		roots = append([]string{"row"}, roots...)
	}
	if len(t) == 1 {
		more := l.elsewhere(name)
		if s.row && !l.isValue(name) {
			more = fmt.Sprintf(" A column of the row is row.%s, and a text stands in quotes: %[1]q.", name)
		}
		if value, ok := otherWords[name]; ok {
			more = fmt.Sprintf(" It is written %s here.", value)
		}
		if of, ok := s.keys[name]; ok {
			more = fmt.Sprintf(" Did you mean %s[%q]?", of, name)
		}
		if s.prompt {
			more = fmt.Sprintf(" A column stands in a prompt as {{ .%s }}; ${...} is for values of the pipeline.", name)
		}
		if more == "" {
			more = fmt.Sprintf(" A text stands in quotes: %q.", name)
		}
		l.errorAt(diag.BadReference, t.SourceRange(), fmt.Sprintf("unknown name %q", name),
			fmt.Sprintf("A reference begins with %s.%s", either(roots), more))
		return
	}
	more := diag.DidYouMean(name, roots)
	if alias := rootAliases[name]; alias != "" {
		more = fmt.Sprintf(" Did you mean %q?", alias)
	}
	if s.row && more == "" {
		more = fmt.Sprintf(" A column of the row is row.%s.", name)
	}
	l.errorAt(diag.BadReference, part(t, 0), fmt.Sprintf("unknown name %q", name),
		fmt.Sprintf("A reference begins with %s.%s", either(roots), more))
}

// otherWords are values as other languages write them.
var otherWords = map[string]string{
	"True": "true", "TRUE": "true", "yes": "true", "on": "true", "False": "false", "FALSE": "false", "no": "false", "off": "false",
	"None": "null", "nil": "null", "Null": "null", "NULL": "null", "undefined": "null",
}

// wordsAsKeys finds the words without quotes in brackets, such as small in step.answer[small], and what they index.
func (l *loader) wordsAsKeys(expr hclsyntax.Expression) map[string]string {
	found := map[string]string{}
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if index, ok := n.(*hclsyntax.IndexExpr); ok {
			if word, ok := index.Key.(*hclsyntax.ScopeTraversalExpr); ok && len(word.Traversal) == 1 {
				found[word.Traversal.RootName()] = l.written(index.Collection.Range())
			}
		}
		return nil
	})
	return found
}

var rootAliases = map[string]string{
	"variable": "var", "variables": "var", "vars": "var", "locals": "local", "models": "model", "llm": "model",
	"steps": "step", "task": "step", "tasks": "step", "self": "each", "for_each": "each",
}
