package hclspec

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
)

// environmentName stands for a file in the ranges of values from the environment.
const environmentName = "environment"

// given is a value for a variable from outside of the pipeline: a text, or an expression of a file.
type given struct {
	text string
	expr hcl.Expression
	val  cty.Value // of a module block, which has evaluated it
	at   hcl.Range
}

// givenValues collects the values from outside. The command line wins over the files, and they over the environment.
func (l *loader) givenValues() map[string]*given {
	values := map[string]*given{}
	const prefix = "DISTIGEN_VAR_"
	for _, e := range l.opts.Environ {
		// The environment may be meant for other pipelines as well: what this one does not declare is no mistake.
		if name, text, ok := strings.Cut(strings.TrimPrefix(e, prefix), "="); ok && strings.HasPrefix(e, prefix) {
			values[name] = &given{text: text, at: l.pseudo(environmentName, e, len(prefix)+len(name)+1)}
		}
	}
	for _, path := range l.opts.VarFiles {
		l.varFile(path, values)
	}
	for _, v := range l.opts.Vars {
		name, text, ok := strings.Cut(v, "=")
		if !ok {
			l.errorAt(diag.BadVarFile, l.pseudo("--var", v, 0), "no value", fmt.Sprintf("Write --var NAME=VALUE; %q has no equals sign.", v))
			continue
		}
		at := l.pseudo("--var", v, 0)
		if !l.declared(name, l.pseudoAgain(at, 0, len(name))) {
			continue
		}
		values[name] = &given{text: text, at: l.pseudoAgain(at, len(name)+1, len(v))}
	}
	return values
}

func (l *loader) declared(name string, at hcl.Range) bool {
	if _, ok := l.variables.get(name); ok {
		return true
	}
	more := diag.DidYouMean(name, l.variables.names)
	if more == "" && len(l.variables.names) > 0 {
		more = fmt.Sprintf(" It declares %s.", list(l.variables.names))
	}
	if near, ok := l.variables.get(diag.Nearest(name, l.variables.names)); ok {
		near.meant = true
	}
	l.errorAt(diag.Undeclared, at, fmt.Sprintf("value for an undeclared variable %q", name),
		fmt.Sprintf("The pipeline declares no variable of that name.%s", more))
	return false
}

// varFile reads a file of values: HCL attributes, or a JSON object.
func (l *loader) varFile(path string, values map[string]*given) {
	text, err := os.ReadFile(path)
	if err != nil {
		l.errorAt(diag.BadVarFile, start(path), "values cannot be read", fmt.Sprintf("The file %s cannot be read: %v.", path, reason(err)))
		return
	}
	isJSON := strings.HasSuffix(path, ".json")
	if isJSON { // of HCL the parser knows what Windows begins texts with
		text = bytes.TrimPrefix(text, []byte("\ufeff"))
	}
	l.report.Sources[path] = text
	var file *hcl.File
	var diags hcl.Diagnostics
	if isJSON {
		file, diags = json.Parse(text, path)
	} else {
		file, diags = hclsyntax.ParseConfig(text, path, hcl.InitialPos)
	}
	if diags.HasErrors() {
		if diags[0].Summary == "Root value must be object" {
			l.badVarFile(diags[0], isJSON)
			return
		}
		l.syntax(diags)
		return
	}
	if body, ok := file.Body.(*hclsyntax.Body); ok {
		l.sameKeys(body)
	}
	attrs, diags := file.Body.JustAttributes()
	for _, d := range diags {
		l.badVarFile(d, isJSON)
	}
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		if l.declared(name, attrs[name].NameRange) {
			values[name] = &given{expr: attrs[name].Expr, at: attrs[name].Expr.Range()}
		}
	}
}

// badVarFile says what in a file of values is no value of a variable.
func (l *loader) badVarFile(d *hcl.Diagnostic, isJSON bool) {
	var at hcl.Range
	if d.Subject != nil {
		at = *d.Subject
	}
	switch {
	case strings.HasPrefix(d.Summary, "Duplicate"):
		l.twice(d, at)
	case isJSON:
		l.errorAt(diag.BadVarFile, at, "values are no object", "A JSON file of values is one object with a key for each variable: {\"NAME\": VALUE}.")
	default:
		l.errorAt(diag.BadVarFile, at, "block in a file of values", "A file of values has one NAME = VALUE per variable and no blocks.")
	}
}

// twice reports a key of JSON that is there before.
func (l *loader) twice(d *hcl.Diagnostic, at hcl.Range) {
	_, name, _ := strings.Cut(d.Detail, "\"")
	name, _, _ = strings.Cut(name, "\"")
	l.errorAt(diag.Duplicate, at, fmt.Sprintf("key %q is there twice", name), "An object has one value for each key. Remove one of the two, or give it another name.")
}

// value reads what was given. A text is taken as it is by a variable of a primitive type, and read as an expression by
// the other ones; without a type, a text that is no expression stands for itself.
func (g *given) value(l *loader, v *variable) (cty.Value, bool) {
	if g.val != cty.NilVal {
		return g.val, true
	}
	if g.expr != nil {
		val, diags := g.expr.Value(nil)
		if diags.HasErrors() && strings.HasPrefix(diags[0].Summary, "Duplicate") {
			l.twice(diags[0], *diags[0].Subject)
			return cty.DynamicVal, false
		}
		if diags.HasErrors() {
			l.errorAt(diag.BadVarFile, g.at, "value is not a constant", "A file of values has constants: texts in quotes, numbers, true, false, lists and objects.")
			return cty.DynamicVal, false
		}
		return val, true
	}
	if v.typ.IsPrimitiveType() {
		return cty.StringVal(g.text), true
	}
	expr, diags := hclsyntax.ParseExpression([]byte(g.text), g.at.Filename, g.at.Start)
	if !diags.HasErrors() {
		if val, diags := expr.Value(nil); !diags.HasErrors() {
			l.sameKeys(expr)
			return val, true
		}
	}
	if v.typ == cty.DynamicPseudoType {
		return cty.StringVal(g.text), true
	}
	l.errorAt(diag.BadValue, g.at, fmt.Sprintf("value does not fit variable %q", v.name), fmt.Sprintf("The variable is a %s, so its value is written as in HCL: "+
		"--var '%s=[\"a\", \"b\"]' for a list, --var '%[2]s={ a = 1 }' for an object.", v.typ.FriendlyName(), v.name),
		diag.Related{Range: v.at, Message: "the variable is declared here"})
	return cty.DynamicVal, false
}

// pseudo makes a range for something that stands in no file, such as a flag: one line of a source of its own. The
// range begins at byte from of the text.
func (l *loader) pseudo(file, text string, from int) hcl.Range {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	from = min(from, len(text))
	line := bytes.Count(l.report.Sources[file], []byte("\n")) + 1
	base := len(l.report.Sources[file])
	l.report.Sources[file] = append(l.report.Sources[file], text+"\n"...)
	start := after(hcl.Pos{Line: line, Column: 1, Byte: base}, text[:from])
	return hcl.Range{Filename: file, Start: start, End: after(start, text[from:])}
}

// pseudoAgain is a part of a range made by pseudo, from byte to byte.
func (l *loader) pseudoAgain(at hcl.Range, from, to int) hcl.Range {
	line := string(l.report.Sources[at.Filename][at.Start.Byte:at.End.Byte])
	to = min(to, len(line))
	at.Start = after(at.Start, line[:min(from, to)])
	at.End = after(at.Start, line[min(from, to):to])
	return at
}
