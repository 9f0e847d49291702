package hclspec

import (
	"fmt"
	"net/url"
	"reflect"
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
	at    hcl.Range
	attrs hclsyntax.Attributes
	args  *arguments
	model llm.Model
	used  bool
}

// modelType is the type of the values of model.NAME.
var modelType = cty.Capsule("model", reflect.TypeFor[modelBlock]())

func (l *loader) addModel(b *hclsyntax.Block) {
	m := &modelBlock{name: b.Labels[0], at: b.LabelRanges[0], attrs: b.Body.Attributes}
	l.named("model", m.name, m.at)
	if first, ok := l.models.get(m.name); ok {
		l.duplicate("model", m.name, m.at, first.at, "")
		return
	}
	l.models.add(m.name, m)
}

func (l *loader) evalModels() {
	for m := range l.models.all {
		for _, a := range inOrder(m.attrs) {
			l.checkRefs(a.Expr, scope{where: "a model"})
		}
		m.args = &arguments{l: l, attrs: m.attrs, params: component.ParamsOf(reflect.TypeFor[llm.Model]()),
			owner: fmt.Sprintf("model %q", m.name), at: m.at, hints: modelHints}
		m.args.decode(reflect.ValueOf(&m.model).Elem(), nil)
		m.model.Alias = m.name
		l.checkModel(m)
	}
}

func (l *loader) checkModel(m *modelBlock) {
	l.checkBaseURL(m)
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
