package hclspec

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/llm"
)

// budgetBlock is the budget block.
type budgetBlock struct {
	at     hcl.Range
	attrs  hclsyntax.Attributes
	odd    bool // it has blocks, which are reported
	args   *arguments
	params budgetParams
}

type budgetParams struct {
	MaxUSD   *float64 `param:"max_usd" max:"1000000000" doc:"US dollars that are spent at most."`
	MaxCalls *int     `param:"max_calls" min:"1" max:"2147483647" doc:"Requests that are sent at most."`
}

func (l *loader) addBudget(b *hclsyntax.Block) {
	if l.budget != nil {
		l.errorAt(diag.Duplicate, b.TypeRange, "second budget block", "A pipeline has one budget, which all of its steps share. Remove one of the blocks.",
			diag.Related{Range: l.budget.at, Message: "the first one is here"})
		return
	}
	l.budget = &budgetBlock{at: b.TypeRange, attrs: b.Body.Attributes, odd: len(b.Body.Blocks) > 0}
}

func (l *loader) evalBudget() {
	b := l.budget
	if b == nil {
		return
	}
	for _, a := range inOrder(b.attrs) {
		l.checkRefs(a.Expr, scope{where: "a budget"})
	}
	b.args = &arguments{l: l, attrs: b.attrs, params: component.ParamsOf(reflect.TypeFor[budgetParams]()), owner: "the budget", at: b.at}
	b.args.decode(reflect.ValueOf(&b.params).Elem(), nil)
	switch usd := b.params.MaxUSD; {
	case len(b.attrs) == 0 && !b.odd:
		l.errorAt(diag.MissingArgument, b.at, "budget without a cap", "A budget has max_usd, a cap in US dollars, or max_calls, a cap in requests, or both. Write one, or remove the block.")
	case usd != nil && *usd <= 0:
		l.errorAt(diag.OutOfRange, b.args.rangeOf("max_usd"), "max_usd out of range",
			fmt.Sprintf("max_usd is above 0, and this is %v. To have no cap in money, leave it out.", *usd))
	case usd != nil:
		l.checkPrices(b)
	}
}

// checkPrices refuses a cap in money where it is not known what a request can cost.
func (l *loader) checkPrices(b *budgetBlock) {
	for s := range l.allSteps {
		for _, i := range s.instances {
			if !i.enabled || i.step == nil {
				continue
			}
			task, ok := i.step.Params.(interface{ Settings() llm.Task })
			if !ok || !i.step.Decl.Task && !i.step.Decl.Embeds {
				continue
			}
			t := task.Settings()
			m, ok := l.modelOf(t)
			if !ok || !m.args.ok("name") || !m.args.ok("price") || !m.args.ok("provider") {
				continue
			}
			t.Model = m.model
			var unknown *llm.FatalError
			if errors.As(endpoint.CheckCap(t), &unknown) {
				l.errorAt(diag.NoCap, b.args.rangeOf("max_usd"), fmt.Sprintf("cap in money cannot be kept for model %q", m.name), unknown.Error(),
					diag.Related{Range: m.at, Message: "the model is here"})
			}
		}
	}
}

// plan is the budget as the plan has it; nil where there is none.
func (b *budgetBlock) plan() *Budget {
	if b == nil {
		return nil
	}
	p := &Budget{}
	if b.params.MaxUSD != nil {
		p.MaxUSD = *b.params.MaxUSD
	}
	if b.params.MaxCalls != nil {
		p.MaxCalls = *b.params.MaxCalls
	}
	return p
}
