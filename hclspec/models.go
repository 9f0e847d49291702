package hclspec

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// modelBlock is a model block.
type modelBlock struct {
	name  string
	full  string // as the plan has it
	at    hcl.Range
	attrs hclsyntax.Attributes
	inner []string // blocks in it, which were meant as arguments
	args  *arguments
	model llm.Model
	used  bool
	noted bool // generation settings that it does not have are reported

	passed *modelBlock // which takes its place, where it is one of a module; nil if none does
}

// real is the model that stands for this one.
func (m *modelBlock) real() *modelBlock {
	if m.passed != nil {
		return m.passed
	}
	return m
}

// modelOf is the model that a task asks.
func (l *loader) modelOf(t llm.Task) (found *modelBlock, ok bool) {
	l.root().each(func(c *loader) {
		for m := range c.models.all {
			if m.full == t.Model.Alias && m.passed == nil {
				found, ok = m, true
			}
		}
	})
	return found, ok
}

// modelType is the type of the values of model.NAME.
var modelType = cty.Capsule("model", reflect.TypeFor[modelBlock]())

func (l *loader) addModel(b *hclsyntax.Block) {
	m := &modelBlock{name: b.Labels[0], full: l.qualify(b.Labels[0]), at: b.LabelRanges[0], attrs: b.Body.Attributes, inner: blockNames(b)}
	l.named("model", m.name, m.at)
	if first, ok := l.models.get(m.name); ok {
		l.duplicate("model", m.name, m.at, first.at, "")
		return
	}
	l.models.add(m.name, m)
}

func (l *loader) evalModels() {
	for m := range l.models.all {
		if m.passed != nil || l.left(m) { // it is checked where it stands
			continue
		}
		for _, a := range inOrder(m.attrs) {
			l.checkRefs(a.Expr, scope{where: "a model"})
		}
		m.args = &arguments{l: l, attrs: m.attrs, params: component.ParamsOf(reflect.TypeFor[llm.Model]()),
			owner: fmt.Sprintf("model %q", m.name), at: m.at, hints: modelHints, inner: m.inner}
		m.args.decode(reflect.ValueOf(&m.model).Elem(), nil)
		m.model.Alias = m.full
		l.checkModel(m)
	}
}

// left reports whether a module leaves a model to whoever uses it, and says so where that one does not give it.
func (l *loader) left(m *modelBlock) bool {
	if !l.isModule() || len(m.attrs)+len(m.inner) > 0 {
		return false
	}
	m.model.Alias = m.full
	m.args = &arguments{l: l, at: m.at, failed: map[string]bool{}}
	for _, p := range component.ParamsOf(reflect.TypeFor[llm.Model]()) {
		m.args.failed[p.Name] = true
	}
	if l.use != nil {
		l.parent.errorAt(diag.MissingArgument, l.use.at, fmt.Sprintf("model %q is not given", m.name), fmt.Sprintf(
			"Module %q leaves it to you which model that is. Write models = { %s = model.NAME }.", l.use.name, label(m.name)),
			diag.Related{Range: m.at, Message: "the model is declared here"})
	}
	return true
}

func (l *loader) checkModel(m *modelBlock) {
	l.checkBaseURL(m)
	l.checkKeyEnv(m)
	l.checkRetired(m)
	if m.model.Name == "" && m.args.ok("name") {
		l.errorAt(diag.Unusable, m.args.rangeOf("name"), "empty model name",
			"The argument name is the model's name as its API knows it, such as \"ministral-8b-latest\".")
	}
	if t := m.model.Generation.Temperature; t != nil && m.args.ok("generation") && m.args.ok("provider") {
		l.checkTemperature(m, *t, m.args.rangeOf("generation.temperature"))
	}
}

// checkTemperature refuses what the Mistral API would refuse at the first request.
func (l *loader) checkTemperature(m *modelBlock, t float64, at hcl.Range) {
	if m.model.Provider == "mistral" && t > 1.5 && t <= 2 {
		l.errorAt(diag.OutOfRange, at, "temperature out of range",
			fmt.Sprintf("Model %q is at the provider mistral, which takes temperatures from 0 to 1.5, and this is %v.", m.name, t))
	}
}

// checkGreedy refuses another such pair of settings: at temperature 0 the most likely token is always taken. at tells the
// place of each.
func (l *loader) checkGreedy(m *modelBlock, g llm.Generation, at func(setting string) hcl.Range) {
	if m.model.Provider == "mistral" && g.Temperature != nil && *g.Temperature == 0 && g.TopP != nil && *g.TopP != 1 {
		l.errorAt(diag.Contradiction, at("top_p"), "top_p at temperature 0", fmt.Sprintf(
			"Model %q is at the provider mistral, which takes no top_p but 1 at temperature 0, where the most likely token is always taken. Remove one of the two.", m.name),
			diag.Related{Range: at("temperature"), Message: "the temperature is set here"})
	}
}

func (l *loader) checkBaseURL(m *modelBlock) {
	text := m.model.BaseURL
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		l.errorAt(diag.Unusable, m.args.rangeOf("base_url"), "not a URL",
			fmt.Sprintf("base_url is the address of the API up to and without /chat/completions, such as \"http://localhost:8000/v1\"; %q is none.", text))
		return
	}
	if rest, ok := strings.CutSuffix(strings.TrimSuffix(text, "/"), "/chat/completions"); ok {
		l.errorAt(diag.Unusable, m.args.rangeOf("base_url"), "base_url is too long",
			fmt.Sprintf("The route /chat/completions is added to it. Write %q.", rest))
	}
}

func (l *loader) checkKeyEnv(m *modelBlock) {
	if attr := m.attrs["api_key_env"]; attr != nil && m.args.ok("api_key_env") {
		l.keyEnv(attr, &m.model.APIKeyEnv, "MISTRAL_API_KEY")
	}
}

// keyEnv refuses a key in the place of the name of the variable that holds it, since what stands there gets into the program.
// What may be a key is not shown.
func (l *loader) keyEnv(attr *hclsyntax.Attribute, value *string, usual string) {
	text := *value
	name := strings.Trim(text, "${}")
	call := l.callOf("env", attr.Expr)
	switch {
	case call != nil:
		*value = ""
		l.errorAt(diag.Unusable, attr.Expr.Range(), "api_key_env is the value of a variable", fmt.Sprintf(
			"The program reads the key when it runs, so that it stands in no file. Write the name of the variable that holds it: api_key_env = %q.", envName(call, usual)))
	case text == "", component.EnvName(text):
	case component.EnvName(name):
		l.errorAt(diag.Unusable, attr.Expr.Range(), "not the name of a variable", fmt.Sprintf("The name stands there by itself. Write api_key_env = %q.", name))
	default:
		*value = ""
		l.hide(attr.Expr)
		l.errorAt(diag.Unusable, attr.Expr.Range(), "not the name of a variable", "What stands here cannot be the name of an environment variable, and may be a key. "+strings.ReplaceAll(keyHint, "MISTRAL_API_KEY", usual))
	}
}

// callOf finds a call of a function in an expression, or in the locals and variables that it refers to.
func (l *loader) callOf(name string, expr hclsyntax.Expression) (found *hclsyntax.FunctionCallExpr) {
	seen := map[hcl.Range]bool{}
	var look func(hclsyntax.Expression)
	look = func(expr hclsyntax.Expression) {
		if seen[expr.Range()] {
			return
		}
		seen[expr.Range()] = true
		hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
			if call, ok := n.(*hclsyntax.FunctionCallExpr); ok && call.Name == name {
				found = call
			}
			return nil
		})
		for _, t := range hclsyntax.Variables(expr) {
			name, _ := attrName(t, 1)
			if x, ok := l.locals.get(name); ok && t.RootName() == "local" {
				look(x.expr)
			}
			if v, ok := l.variables.get(name); ok && t.RootName() == "var" && v.preset != nil {
				look(v.preset)
			}
		}
	}
	look(expr)
	return found
}

// envName is the name that env() is called with, if it is written out.
func envName(call *hclsyntax.FunctionCallExpr, usual string) string {
	if len(call.Args) == 1 {
		if v, diags := call.Args[0].Value(nil); !diags.HasErrors() && isText(v) && component.EnvName(v.AsString()) {
			return v.AsString()
		}
	}
	return usual
}

// hide has the texts that are written out in an expression not shown by any diagnostic.
func (l *loader) hide(expr hclsyntax.Expression) {
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		text, ok := n.(*hclsyntax.LiteralValueExpr)
		if at := n.Range(); ok && at.End.Byte <= len(l.report.Sources[at.Filename]) {
			source := slices.Clone(l.report.Sources[at.Filename])
			for i := at.Start.Byte; i < at.End.Byte && text.Val.Type() == cty.String; i++ {
				if source[i] != '\r' && source[i] != '\n' {
					source[i] = '*'
				}
			}
			l.report.Sources[at.Filename] = source
		}
		return nil
	})
}
