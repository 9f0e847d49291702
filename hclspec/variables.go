package hclspec

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/distigen/distigen/hclspec/diag"
)

// variable is a variable block.
type variable struct {
	name      string
	at        hcl.Range // its name
	typ       cty.Type  // cty.DynamicPseudoType without a type
	defaults  *typeexpr.Defaults
	preset    hclsyntax.Expression // the default, or nil
	presetAt  hcl.Range            // with its name
	rules     []rule
	sensitive bool // its value is nobody else's business
	broken    bool // the declaration is wrong, so there is no value
	meant     bool // a value from outside has a name like this one

	value  cty.Value
	origin hcl.Range // where the value stands
	used   bool
}

// rule is a validation block.
type rule struct {
	condition hclsyntax.Expression
	message   hclsyntax.Expression
	at        hcl.Range
}

func (l *loader) addVariable(b *hclsyntax.Block) {
	v := &variable{name: b.Labels[0], at: b.LabelRanges[0], typ: cty.DynamicPseudoType}
	l.named("variable", v.name, v.at)
	if first, ok := l.variables.get(v.name); ok {
		l.duplicate("variable", v.name, v.at, first.at, "")
		return
	}
	if a := b.Body.Attributes["type"]; a != nil {
		l.variableType(v, a.Expr)
	}
	if a := b.Body.Attributes["default"]; a != nil {
		v.preset, v.presetAt = a.Expr, a.SrcRange
	} else if nearAttribute(b.Body.Attributes, "default") {
		v.broken = true
	}
	if a := b.Body.Attributes["description"]; a != nil {
		if s, diags := a.Expr.Value(nil); diags.HasErrors() || s.Type() != cty.String {
			l.errorAt(diag.BadVariable, a.Expr.Range(), "description is not a plain string", "The description of a variable is a string without references.")
		}
	}
	if a := b.Body.Attributes["sensitive"]; a != nil {
		s, diags := a.Expr.Value(nil)
		if diags.HasErrors() || s.Type() != cty.Bool {
			l.errorAt(diag.BadVariable, a.Expr.Range(), "sensitive is neither true nor false", "Write sensitive = true for a variable whose value is not to travel with the datasets.")
		}
		v.sensitive = isTrue(s)
	}
	for _, inner := range b.Body.Blocks {
		if inner.Type == "validation" {
			l.addRule(v, inner)
		}
	}
	l.variables.add(v.name, v)
}

func (l *loader) variableType(v *variable, expr hclsyntax.Expression) {
	t, defaults, diags := typeexpr.TypeConstraintWithDefaults(expr)
	if diags.HasErrors() {
		at := expr.Range()
		if diags[0].Subject != nil {
			at = *diags[0].Subject
		}
		more := ""
		if text := l.report.Sources[at.Filename]; at.End.Byte <= len(text) {
			more = otherType(strings.Trim(string(text[at.Start.Byte:at.End.Byte]), `"`))
		}
		l.errorAt(diag.BadVariable, at, "not a type", fmt.Sprintf("The types of variables are string, number, bool, any, list(...), set(...), "+
			"map(...), tuple([...]) and object({ name = ... }), without quotes.%s", more))
		v.broken = true
		return
	}
	v.typ, v.defaults = t, defaults
}

// otherTypes are types as other languages call them.
var otherTypes = map[string]string{
	"int": "number", "integer": "number", "float": "number", "double": "number", "num": "number", "str": "string", "text": "string", "boolean": "bool",
	"array": "list(...)", "dict": "map(...)", "dictionary": "map(...)", "struct": "object({ name = ... })", "json": "any",
}

var bracketType = regexp.MustCompile(`^(?:(list|set|map|tuple|array|dict)\s*)?\[\s*(?:string\s*,\s*)?(\w+)\s*\]$`)

// otherType offers the type that is meant.
func otherType(text string) string {
	known := []string{"string", "number", "bool", "any", "list", "set", "map", "object", "tuple"}
	word, _, _ := strings.Cut(text, "(")
	if m := bracketType.FindStringSubmatch(text); m != nil {
		outer := map[string]string{"": "list", "array": "list", "dict": "map"}[m[1]]
		return fmt.Sprintf(" Did you mean %s(%s)?", cmp.Or(outer, m[1]), cmp.Or(otherTypes[strings.ToLower(m[2])], m[2]))
	}
	if other := otherTypes[strings.ToLower(word)]; other != "" {
		return fmt.Sprintf(" Did you mean %s?", other)
	}
	return diag.DidYouMean(word, known)
}

func (l *loader) addRule(v *variable, b *hclsyntax.Block) {
	whole := l.contents(b.Body, "validation", shape{attrs: []string{"condition", "error_message"}})
	condition, message := b.Body.Attributes["condition"], b.Body.Attributes["error_message"]
	for name, a := range map[string]*hclsyntax.Attribute{"condition": condition, "error_message": message} {
		if a == nil && whole {
			l.errorAt(diag.MissingArgument, b.TypeRange, fmt.Sprintf("missing argument %q", name),
				"A validation block has a condition, true for the values that are fine, and an error_message that says what is asked for.")
		}
	}
	if condition != nil && message != nil {
		v.rules = append(v.rules, rule{condition.Expr, message.Expr, b.TypeRange})
	}
}

// fit converts a value to the variable's type.
func (v *variable) fit(val cty.Value) (cty.Value, error) {
	if v.defaults != nil && !val.IsNull() {
		val = v.defaults.Apply(val)
	}
	return convertTo(val, v.typ)
}

// evalVariables gives every variable its value: the default, or what the environment, a file or the command line says.
func (l *loader) evalVariables() map[string]cty.Value {
	given := l.passed
	if l.use == nil {
		given = l.givenValues()
	}
	values := map[string]cty.Value{}
	for v := range l.variables.all {
		v.value = cty.DynamicVal
		if !v.broken {
			l.evalVariable(v, given[v.name])
		}
		values[v.name] = v.value
	}
	return values
}

func (l *loader) evalVariable(v *variable, from *given) {
	var val cty.Value
	switch {
	case from != nil:
		parsed, ok := from.value(l, v)
		if !ok {
			return
		}
		val, v.origin = parsed, from.at
	case v.preset != nil:
		if !l.constant(v) {
			return
		}
		parsed, ok := l.eval(v.preset, nil)
		if !ok {
			return
		}
		val, v.origin = parsed, v.preset.Range()
	case !v.meant && l.use != nil:
		l.parent.errorAt(diag.MissingArgument, l.use.at, fmt.Sprintf("missing argument %q", v.name), fmt.Sprintf("Module %q needs a value for its variable: %s = ...", l.use.name, v.name),
			diag.Related{Range: v.at, Message: "the variable is declared here"})
		return
	case !v.meant:
		l.errorAt(diag.NoValue, v.at, fmt.Sprintf("variable %q has no value", v.name), fmt.Sprintf("It has no default. "+
			"Give it a value with --var %s=..., with a file of values (--var-file) or in the environment as DISTIGEN_VAR_%[1]s, or add a default.", v.name))
		return
	default:
		return
	}
	fitted, err := v.fit(val)
	if err != nil {
		at := v.origin
		if from == nil {
			at = l.inside(v.preset, err)
		}
		l.errorAt(diag.BadValue, at, fmt.Sprintf("value does not fit variable %q", v.name), fmt.Sprintf(
			"The variable is of type %s: %s. Change the value or the type.", typeexpr.TypeString(v.typ), cause(err)),
			diag.Related{Range: v.at, Message: "the variable is declared here"})
		return
	}
	v.value = fitted
	l.validate(v)
}

// constant refuses references in a default.
func (l *loader) constant(v *variable) bool {
	refs := hclsyntax.Variables(v.preset)
	if len(refs) == 0 {
		return l.checkCalls(v.preset)
	}
	l.errorAt(diag.BadVariable, refs[0].SourceRange(), "default with a reference", fmt.Sprintf("The default of variable %q is to be a constant. "+
		"Put a value that is made of others into a locals block. A text stands in quotes.", v.name))
	return false
}

func (l *loader) validate(v *variable) {
	ctx := &hcl.EvalContext{Functions: l.ctx.Functions, Variables: map[string]cty.Value{
		"var": cty.ObjectVal(map[string]cty.Value{v.name: v.value})}}
	for _, r := range v.rules {
		if !l.ruleRefs(v, r) {
			continue
		}
		result, ok := l.eval(r.condition, ctx)
		if !ok || !result.IsKnown() {
			continue
		}
		result, err := convert.Convert(result, cty.Bool)
		if err != nil || result.IsNull() {
			l.errorAt(diag.BadVariable, r.condition.Range(), "condition is neither true nor false",
				fmt.Sprintf("The condition of a validation is true for the values that are fine: var.%s != \"\", for instance.", v.name))
			continue
		}
		if result.True() {
			continue
		}
		message := "The value is refused by the condition"
		if m, ok := l.eval(r.message, ctx); ok {
			if s, err := convert.Convert(m, cty.String); err == nil && !s.IsNull() && s.IsKnown() {
				message = s.AsString()
			}
		}
		l.errorAt(diag.Invalid, v.origin, fmt.Sprintf("invalid value for variable %q", v.name), fullStop(message),
			diag.Related{Range: r.condition.Range(), Message: "the condition is here"})
	}
}

// ruleRefs refuses references in a validation to anything but the variable itself.
func (l *loader) ruleRefs(v *variable, r rule) bool {
	for _, expr := range []hclsyntax.Expression{r.condition, r.message} {
		if !l.checkCalls(expr) {
			return false
		}
		for _, t := range hclsyntax.Variables(expr) {
			if name, ok := attrName(t, 1); t.RootName() != "var" || !ok || name != v.name {
				l.errorAt(diag.BadVariable, t.SourceRange(), "validation of another value",
					fmt.Sprintf("The validation of a variable can refer to that variable alone: var.%s.", v.name))
				return false
			}
		}
	}
	return true
}
