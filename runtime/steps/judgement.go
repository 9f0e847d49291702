package steps

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// judgement is the form of a reply that has reasons first and then a whole number of a scale.
type judgement struct {
	name   string // of the schema
	reason string // the field with the reasons
	result string // the field with the number
	scale  reply.Scale
}

func (j judgement) form() fields {
	values := make([]string, 0, j.scale.Max-j.scale.Min+1)
	for n := j.scale.Min; n <= j.scale.Max; n++ {
		values = append(values, strconv.Itoa(n))
	}
	return fields{name: j.name, long: []string{j.reason}, short: []string{j.result},
		types: map[string]string{j.result: `{"type":"integer","enum":[` + strings.Join(values, ",") + `]}`}}
}

func (j judgement) ask(ctx context.Context, ask llm.Asker, t llm.Task, messages []llm.Message) (reason string, result int, model string, err error) {
	r, err := ask.Ask(ctx, messages, j.form().schema(t), func(text string) error {
		reason, result, err = j.parse(t, text)
		return err
	})
	return reason, result, r.Model, err
}

func (j judgement) parse(t llm.Task, text string) (reason string, result int, err error) {
	values, err := j.form().parse(t, text)
	if err != nil {
		return "", 0, err
	}
	if result, err = j.scale.Read(values[j.result]); err != nil {
		return "", 0, unusable(fmt.Errorf("in its %s %w", j.result, err))
	}
	return values[j.reason], result, nil
}
