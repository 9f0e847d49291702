package hclspec

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/funcs"
)

// makeContext evaluates variables and locals into what all other expressions see.
func (l *loader) makeContext() {
	l.ctx = &hcl.EvalContext{
		Functions: funcs.Table(l.dir, l.opts.Environ, func(path, text string) { l.read[path] = text }),
		Variables: map[string]cty.Value{"var": cty.EmptyObjectVal, "local": cty.EmptyObjectVal},
	}
	l.ctx.Variables["var"] = cty.ObjectVal(l.evalVariables())
	models := map[string]cty.Value{}
	for m := range l.models.all {
		models[m.name] = cty.CapsuleVal(modelType, m)
	}
	l.ctx.Variables["model"] = cty.ObjectVal(models)
	l.ctx.Variables["local"] = cty.ObjectVal(l.evalLocals())
}

// eval evaluates an expression; ctx nil means what every expression sees. What cannot be evaluated is reported once.
func (l *loader) eval(expr hclsyntax.Expression, ctx *hcl.EvalContext) (cty.Value, bool) {
	if ctx == nil {
		ctx = l.ctx
	}
	if l.bad[expr.Range()] {
		return cty.DynamicVal, false
	}
	v, diags := expr.Value(ctx)
	if diags.HasErrors() {
		for _, d := range diags {
			if d.Severity == hcl.DiagError {
				l.badExpression(d, expr)
			}
		}
		return cty.DynamicVal, false
	}
	v, _ = v.UnmarkDeep()
	return v, true
}

// badExpression passes on what HCL found wrong while it evaluated an expression.
func (l *loader) badExpression(d *hcl.Diagnostic, expr hclsyntax.Expression) {
	at := expr.Range()
	if d.Subject != nil {
		at = *d.Subject
	}
	if extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](d); ok {
		var missing *funcs.FileError
		if errors.As(extra.FunctionCallError(), &missing) {
			if call, ok := d.Expression.(*hclsyntax.FunctionCallExpr); ok && len(call.Args) > 0 {
				at = call.Args[0].Range()
			}
			l.noFile(at, missing)
			return
		}
	}
	if l.noPart(d) {
		return
	}
	if call, ok := d.Expression.(*hclsyntax.FunctionCallExpr); ok && l.notDecoded(d, call) {
		return
	}
	if e, ok := d.Expression.(hclsyntax.Expression); ok && e.Range().Start == at.Start { // HCL may mark its first letter
		at = e.Range()
	}
	l.errorAt(diag.BadExpression, at, summary(d.Summary), sentence(d.Detail))
}

var dataPath = regexp.MustCompile(`^[\w ./\\-]+\.(json|jsonl|ndjson|csv|tsv|txt)$`)

// notDecoded says what else the text may be that jsondecode or csvdecode does not take.
func (l *loader) notDecoded(d *hcl.Diagnostic, call *hclsyntax.FunctionCallExpr) bool {
	if call.Name != "jsondecode" && call.Name != "csvdecode" || len(call.Args) != 1 || d.EvalContext == nil {
		return false
	}
	v, diags := call.Args[0].Value(d.EvalContext)
	if diags.HasErrors() || !isText(v) {
		return false
	}
	text := v.AsString()
	more := ""
	switch first, rest, _ := strings.Cut(strings.TrimSpace(text), "\n"); {
	case dataPath.MatchString(text):
		more = fmt.Sprintf(" It takes the text of a file, not its name. Write %s(file(%q)).", call.Name, text)
	case call.Name == "jsondecode" && rest != "" && json.Valid([]byte(first)):
		more = " These are JSON lines, one object to a line. Read them with a step of the component read_jsonl: path = \"...\"."
		if file := l.callOf("file", call.Args[0]); file != nil && len(file.Args) == 1 {
			if path, diags := file.Args[0].Value(d.EvalContext); !diags.HasErrors() && isText(path) {
				more = strings.Replace(more, "\"...\"", strconv.Quote(path.AsString()), 1)
			}
		}
	default:
		return false
	}
	l.errorAt(diag.BadExpression, call.Args[0].Range(), "text cannot be decoded", fmt.Sprintf("%s cannot decode this.%s", call.Name, more))
	return true
}

// noFile reports a file that cannot be read. The file is part of the summary, since each instance of a step may name another.
func (l *loader) noFile(at hcl.Range, err *funcs.FileError) {
	if l.off && errors.Is(err, fs.ErrNotExist) {
		return
	}
	l.errorAt(diag.NoSuchFile, at, fmt.Sprintf("file %s cannot be read", short(err.Path)), fmt.Sprintf("%s Relative paths start in the %s's folder.%s",
		sentence(err.Error()), l.kind(), l.nearestFile(err.Path)))
}

// kind says what the folder is.
func (l *loader) kind() string {
	if l.isModule() {
		return "module"
	}
	return "pipeline"
}

// nearestFile offers a file beside one that is not there.
func (l *loader) nearestFile(path string) string {
	entries, err := os.ReadDir(filepath.Dir(funcs.Path(l.dir, path)))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, filepath.ToSlash(filepath.Join(filepath.Dir(path), e.Name())))
		}
	}
	return diag.DidYouMean(path, names)
}

// checkCalls reports functions that are not there.
func (l *loader) checkCalls(expr hclsyntax.Expression) bool {
	ok := true
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		call, is := n.(*hclsyntax.FunctionCallExpr)
		if !is {
			return nil
		}
		if _, known := l.ctx.Functions[call.Name]; !known {
			names := slices.Sorted(maps.Keys(l.ctx.Functions))
			more := diag.DidYouMean(call.Name, names)
			if here := otherFunctions[call.Name]; here != "" {
				more = fmt.Sprintf(" It is called %q here.", here)
			}
			if more == "" {
				more = " The language reference lists the functions."
			}
			l.errorAt(diag.UnknownFunction, call.NameRange, fmt.Sprintf("unknown function %q", call.Name),
				fmt.Sprintf("There is no function of that name.%s", more))
			ok = false
		}
		return nil
	})
	return ok
}

// otherFunctions are functions as other languages call them.
var otherFunctions = map[string]string{
	"len": "length", "size": "length", "count": "length", "uppercase": "upper", "toupper": "upper", "lowercase": "lower", "tolower": "lower", "strip": "trimspace",
	"avg": "mean", "average": "mean", "any": "anytrue", "all": "alltrue", "sorted": "sort", "reversed": "reverse", "unique": "distinct", "str": "tostring", "string": "tostring",
	"int": "tonumber", "float": "tonumber", "number": "tonumber", "match": "matches", "sub": "regexreplace", "startsWith": "startswith", "endsWith": "endswith",
	"hasprefix": "startswith", "hassuffix": "endswith", "includes": "contains", "substring": "substr", "concatenate": "concat", "ifnull": "coalesce", "default": "coalesce",
}
