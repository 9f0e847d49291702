package steps

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/component"
)

// APIGenExecutionChecker makes the function calls of a row, with functions of the user's.
type APIGenExecutionChecker struct {
	Functions component.Functions `param:"functions" required:"true" fixed:"true" doc:"The functions that calls may name, by the names that these have for them: { gcd = \"./tools.GCD\" }, each by the folder of its package below the pipeline and its name."`
	Timeout   int                 `param:"timeout" default:"10" min:"1" max:"3600" doc:"Seconds that a call may take."`
}

// APIGenExecutionCheckerIn is what APIGenExecutionChecker reads.
type APIGenExecutionCheckerIn struct {
	Answers string `col:"answers" doc:"The calls, as JSON: a list of objects with name and arguments."`
}

// APIGenExecutionCheckerOut is what APIGenExecutionChecker adds.
type APIGenExecutionCheckerOut struct {
	Keep    bool     `col:"keep_row_after_execution_check" doc:"Whether all calls could be made."`
	Results []string `col:"execution_result" doc:"What each call has given, as JSON, or error: and why it has given nothing; empty where the calls cannot be read."`
	Error   string   `col:"execution_error" doc:"What is wrong with the first call that could not be made; empty where all could."`
}

// Run makes the calls, one after the other. A call that fails is no failure of the row.
func (s APIGenExecutionChecker) Run(in APIGenExecutionCheckerIn) (APIGenExecutionCheckerOut, error) {
	calls, err := readCalls([]byte(in.Answers))
	if err != nil {
		return APIGenExecutionCheckerOut{Results: []string{}, Error: sentence(err.Error())}, nil
	}
	out := APIGenExecutionCheckerOut{Keep: true, Results: make([]string, len(calls))}
	for i, c := range calls {
		result, err := s.call(c)
		if err != nil {
			result = "error: " + err.Error()
			if out.Keep {
				out.Keep, out.Error = false, fmt.Sprintf("Call %d, of %s: %v.", i+1, shortened(c.Name), err)
			}
		}
		out.Results[i] = result
	}
	return out, nil
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// call makes a call of one of the functions. Nothing else can be called, whatever the model has written.
func (s APIGenExecutionChecker) call(c functionCall) (string, error) {
	var names []string
	for _, f := range s.Functions {
		if f.Name == c.Name {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(s.Timeout)*time.Second)
			defer cancel()
			return f.Call(ctx, c.Arguments)
		}
		names = append(names, f.Name)
	}
	return "", fmt.Errorf("there is no such function, only %s", strings.Join(names, ", "))
}

func apigenExecutionChecker() component.Component {
	return component.Component{
		Name: "apigen_execution_checker", Was: []string{"APIGenExecutionChecker"}, Category: "judging",
		Summary: "Whether function calls can be made, by making them with functions of your own",
		Doc: `Makes the calls of the column ` + "`answers`" + ` with Go functions of yours and keeps what they give in ` + "`execution_result`" + `, a text of JSON for each call.
` + "`keep_row_after_execution_check`" + ` is true if all calls could be made, and ` + "`execution_error`" + ` says otherwise what is wrong with the first that could not:
there is no such function, an argument is missing, unknown or of a wrong type, or the function returned an error, panicked or took longer than
` + "`timeout`" + `. No row is dropped: a step ` + "`filter`" + ` with ` + "`where = row.keep_row_after_execution_check`" + ` does that.

Only the functions that ` + "`functions`" + ` lists are ever run. They are compiled into the program, and of what a model has written nothing but the values of
their parameters gets to them. A function takes a struct, whose fields are the parameters, and returns what JSON can say:

- ` + "`func(In) Out`, `func(In) (Out, error)` or `func(context.Context, In) (Out, error)`" + `
- a field is a string, bool, int or float64, or a slice of these; its name in calls is in the tag ` + "`json:\"name\"`" + `, or follows from the field, so that ` + "`MaxWords`" + ` is
  ` + "`max_words`" + `
- a pointer is a parameter that may be left out

That is checked with the pipeline, and what does not fit is reported in the HCL and in the Go source. A function that does not come back in time goes on in the
background, unless it heeds its context. In the reference the functions are a Python module, whose calls are run by their names.`,
		Paper: apigenPaper,
		Example: `pipeline "called" {}

step "rows" "calls" {
  rows = [
    { answers = jsonencode([{ name = "gcd", arguments = { a = 12, b = 18 } }]) },
    { answers = jsonencode([{ name = "gcd", arguments = { a = 12 } }]) },
  ]
}

step "apigen_execution_checker" "call" {
  from      = step.calls
  functions = { gcd = "./tools.GCD" }
}

step "filter" "good" {
  from  = step.call
  where = row.keep_row_after_execution_check
}
`,
		Files: map[string]string{"tools/tools.go": `// Package tools has the functions that calls may name.
package tools

// Pair is two whole numbers.
type Pair struct {
	A, B int
}

// GCD is the greatest common divisor.
func GCD(in Pair) int {
	a, b := in.A, in.B
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}
`},
		Shape:  component.Map,
		Params: reflect.TypeFor[APIGenExecutionChecker](),
		In:     reflect.TypeFor[APIGenExecutionCheckerIn](),
		Out:    reflect.TypeFor[APIGenExecutionCheckerOut](),
	}
}
