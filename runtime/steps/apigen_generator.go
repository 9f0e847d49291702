package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// APIGenGenerator has a model write what users might say, with the function calls that serve it.
type APIGenGenerator struct {
	llm.Task
	Number   int   `param:"number" default:"1" min:"1" max:"50" fixed:"true" doc:"How many pairs to ask for in one request. From 2 on, the columns are lists."`
	UseTools *bool `param:"use_tools" default:"true" doc:"Show the model the definitions in the column tools, where the row has them, and check the calls against them."`
}

// APIGenGeneratorIn is what APIGenGenerator reads.
type APIGenGeneratorIn struct {
	FuncName string   `col:"func_name" doc:"The name of the function that the calls are to use."`
	FuncDesc string   `col:"func_desc" doc:"What the function does, and its parameters."`
	Examples *string  `col:"examples" absent:"ok" doc:"Queries with their calls, as a text, for the model to go by."`
	Tools    *string  `col:"tools" absent:"ok" doc:"Definitions of functions as JSON: a list of objects with name, description and parameters, as chat APIs take them."`
	Vars     llm.Vars // what a prompt of the user's reads beyond these
}

// APIGenGeneratorOut is what APIGenGenerator adds.
type APIGenGeneratorOut struct {
	Query      string   `col:"query" doc:"What a user might say; with number = 1."`
	Answers    string   `col:"answers" doc:"The calls that serve it, as JSON: a list of objects with name and arguments; with number = 1."`
	Queries    []string `col:"queries" doc:"What users might say; with number above 1."`
	AnswerSets []string `col:"answer_sets" doc:"For each of queries its calls, as JSON; with number above 1."`
	ModelName  string   `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t APIGenGenerator) Run(ctx context.Context, ask llm.Asker, in APIGenGeneratorIn) (APIGenGeneratorOut, error) {
	shown := ""
	known := tools{{name: in.FuncName, open: true}}
	if t.UseTools == nil || *t.UseTools {
		if shown = strings.TrimSpace(textOf(in.Tools)); shown != "" {
			var err error
			if known, err = readTools(shown); err != nil {
				return APIGenGeneratorOut{}, &llm.RowError{Class: llm.BadRow, Err: err,
					Message: fmt.Sprintf("The column tools of the row holds no definitions of functions: %v.", err)}
			}
			if known.find(in.FuncName) == nil {
				return APIGenGeneratorOut{}, &llm.RowError{Class: llm.BadRow,
					Message: fmt.Sprintf("The column tools of the row defines no %q, which is its func_name, only %s.", in.FuncName, strings.Join(known.names(), ", "))}
			}
		}
	}
	messages, err := t.Messages(t.SystemPrompt, map[string]any{"func_name": in.FuncName, "func_desc": in.FuncDesc, "examples": textOf(in.Examples),
		"tools": shown, "number": t.Number, "call": known.sketch(in.FuncName)}, in.Vars)
	if err != nil {
		return APIGenGeneratorOut{}, err
	}
	var out APIGenGeneratorOut
	r, err := ask.Ask(ctx, messages, t.schema(known), func(text string) error {
		out.Queries, out.AnswerSets, err = t.parse(text, known)
		return err
	})
	if err != nil {
		return APIGenGeneratorOut{}, err
	}
	out.Query, out.Answers, out.ModelName = out.Queries[0], out.AnswerSets[0], r.Model
	return out, nil
}

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (t APIGenGenerator) schema(known tools) *llm.Schema {
	if !t.JSON() {
		return nil
	}
	openAI := t.Model.Provider == "openai" && t.Model.BaseURL == "" // refuses lengths, and objects of which parts may be left out
	lengths, some := fmt.Sprintf(`,"minItems":%d,"maxItems":%[1]d`, t.Number), `,"minItems":1`
	if openAI {
		lengths, some = "", ""
	}
	pair := object(`"query":{"type":"string"},"answers":{"type":"array"`+some+`,"items":`+known.schema(openAI)+`}`, `"query","answers"`)
	return &llm.Schema{Name: "pairs", JSON: []byte(object(`"pairs":{"type":"array"`+lengths+`,"items":`+pair+`}`, `"pairs"`))}
}

// parse reads the pairs. Each needs a query of its own and calls that can be made.
func (t APIGenGenerator) parse(said string, known tools) (queries, answers []string, err error) {
	if err := empty(said); err != nil {
		return nil, nil, err
	}
	err = reply.JSON(said, func(object []byte) error {
		queries, answers = nil, nil
		members, err := reply.Object(object)
		if err != nil {
			return err
		}
		var pairs []json.RawMessage
		if json.Unmarshal(members["pairs"], &pairs) != nil || pairs == nil {
			return errors.New("the key \"pairs\" with a list is missing")
		}
		if len(pairs) != t.Number {
			return fmt.Errorf("the number of pairs is %d, and %d was asked for", len(pairs), t.Number)
		}
		seen := map[string]int{}
		for i, pair := range pairs {
			query, calls, err := readPair(pair, known)
			if err != nil {
				return fmt.Errorf("in pair %d %w", i+1, err)
			}
			if other, ok := seen[plain(query)]; ok {
				return fmt.Errorf("the queries of pairs %d and %d are the same", other, i+1)
			}
			seen[plain(query)] = i + 1
			queries, answers = append(queries, query), append(answers, calls)
		}
		return nil
	})
	return queries, answers, unusable(err)
}

func readPair(pair []byte, known tools) (query, answers string, err error) {
	members, err := reply.Object(pair)
	if err != nil {
		return "", "", err
	}
	if query, err = reply.Text(members, "query"); err != nil {
		return "", "", err
	}
	if err := refuses("query", query); err != nil {
		return "", "", err
	}
	calls, err := readCalls(members["answers"])
	if err != nil {
		return "", "", err
	}
	for i, c := range calls {
		if err := known.check(c); err != nil {
			return "", "", fmt.Errorf("in call %d %w", i+1, err)
		}
	}
	answers, err = writeCalls(calls)
	return query, answers, err
}

func (t APIGenGenerator) outputs() []string {
	if t.Number > 1 {
		return []string{"queries", "answer_sets", "model_name"}
	}
	return []string{"query", "answers", "model_name"}
}

const apigenPaper = "Liu et al. 2024, APIGen: Automated Pipeline for Generating Verifiable and Diverse Function-Calling Datasets, https://arxiv.org/abs/2406.18518"

func apigenGenerator() component.Component {
	return component.Component{
		Name: "apigen_generator", Was: []string{"APIGenGenerator"}, Category: "generation",
		Summary: "Queries and the function calls that serve them, for a given function",
		Doc: `Has a model write what a user might say and the calls of functions that serve it, for the function of the row: ` + "`func_name`, `func_desc`" + ` and, where
there are any, ` + "`examples`" + ` and definitions of functions in ` + "`tools`" + `. It makes ` + "`query` and `answers`" + `, or with ` + "`number`" + ` above 1 the lists ` + "`queries` and `answer_sets`" + `, of
which ` + "`expand_columns`" + ` makes a row each. The answers are a text with JSON, ` + "`[{\"name\": \"gcd\", \"arguments\": {\"a\": 12, \"b\": 18}}]`" + `, since functions have
parameters of different types.

` + "`tools`" + ` is a text with JSON as well, such as ` + "`jsonencode([...])`" + ` makes: the definitions that chat APIs take, or a list of objects with ` + "`name` and\n`parameters`" + `. The model is
sent a JSON schema that follows from them. A call of a function that is not defined, an argument that is missing, unknown or of a wrong type, a query that
is there twice and a number of pairs other than was asked for are told to the model, and it is asked again; after ` + "`max_attempts`" + ` the row goes
where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + `. With ` + "`use_tools = false`" + ` or without definitions, a call may only name ` + "`func_name`" + `, and its arguments are not checked.

A prompt of your own may read ` + "`call`" + `, which shows the form of a call of the function.

What comes next: [apigen_execution_checker](apigen_execution_checker.md) makes the calls, and [apigen_semantic_checker](apigen_semantic_checker.md) judges whether they serve the query.`,
		Paper: apigenPaper,
		Example: `pipeline "calls" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0.7, max_new_tokens = 800 }
}

step "rows" "functions" {
  rows = [{
    func_name = "gcd"
    func_desc = "The greatest common divisor of two whole numbers a and b."
    tools = jsonencode([{
      name        = "gcd"
      description = "The greatest common divisor of two whole numbers."
      parameters = {
        type       = "object"
        properties = { a = { type = "integer" }, b = { type = "integer" } }
        required   = ["a", "b"]
      }
    }])
  }]
}

step "apigen_generator" "generate" {
  from   = step.functions
  model  = model.large
  number = 3
}

step "expand_columns" "each" {
  from    = step.generate
  columns = { queries = "query", answer_sets = "answers" }
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[APIGenGenerator](),
		In:     reflect.TypeFor[APIGenGeneratorIn](),
		Out:    reflect.TypeFor[APIGenGeneratorOut](),
		Prompt: func(any) string { return "apigen_generator" },
		Offers: []string{"number"}, PerRequest: []string{"call"},
		Outputs: func(params any) []string { return params.(APIGenGenerator).outputs() },
	}
}
