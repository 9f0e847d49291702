package steps

import (
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

const (
	gcdTool   = `{"type":"function","function":{"name":"gcd","description":"d","parameters":{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["a","b"]}}}`
	citiesOf  = `{"name":"cities","parameters":{"country":{"type":"str","description":"d"},"most":{"type":"int, optional"},"units":{"type":"string","enum":["km","mi"],"default":"km"},"tags":{"type":"List[str]","default":[]},"type":{"type":"bool","default":false}}}`
	openTool  = `{"name":"ping"}`
	plainTool = `{"name":"now","parameters":{"type":"object"}}`
)

func TestReadTools(t *testing.T) {
	all, err := readTools("[" + gcdTool + "," + citiesOf + "," + openTool + "," + plainTool + "]")
	if err != nil || !reflect.DeepEqual(all.names(), []string{"gcd", "cities", "ping", "now"}) {
		t.Fatalf("%v, %v", all.names(), err)
	}
	one, err := readTools(gcdTool)
	if err != nil || len(one) != 1 {
		t.Errorf("a single one: %v, %v", one, err)
	}
	for text, want := range map[string]string{
		"gcd(a, b)":                           "no JSON object",
		"[]":                                  "no definition",
		`[{"parameters":{}}]`:                 "the name is missing",
		`[{"name":"a","parameters":[]}]`:      "no JSON object",
		`[` + openTool + `,` + openTool + `]`: `"ping" is defined twice`,
	} {
		if _, err := readTools(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestCheckCalls(t *testing.T) {
	all, err := readTools("[" + gcdTool + "," + citiesOf + "," + openTool + "," + plainTool + "]")
	if err != nil {
		t.Fatal(err)
	}
	for call, want := range map[string]string{
		`{"name":"gcd","arguments":{"a":12,"b":18.0}}`:                                             "",
		`{"name":"gcd","arguments":"{\"a\":1,\"b\":2}"}`:                                           "",
		`{"name":"cities","arguments":{"country":"France","most":null,"units":"mi","tags":["a"]}}`: "",
		`{"name":"cities","arguments":{"country":"France","type":true}}`:                           "",
		`{"name":"ping","arguments":{"host":"x"}}`:                                                 "",
		`{"name":"now","arguments":{}}`:                                                            "",
		`{"name":"now","arguments":{"zone":"x"}}`:                                                  `now has no parameter "zone"`,
		`{"name":"lcm","arguments":{}}`:                                                            `no function "lcm", only gcd, cities, ping, now`,
		`{"name":"gcd","arguments":{"a":12}}`:                                                      `gcd needs the argument "b"`,
		`{"name":"gcd","arguments":{"a":12,"b":"18"}}`:                                             `the argument "b" of gcd is "18", and one of the type integer`,
		`{"name":"gcd","arguments":{"a":12,"b":1.5}}`:                                              `is 1.5`,
		`{"name":"gcd","arguments":{"a":12,"b":null}}`:                                             `is null`,
		`{"name":"gcd","arguments":{"a":1,"b":2,"c":3}}`:                                           `gcd has no parameter "c"`,
		`{"name":"cities","arguments":{"country":1}}`:                                              `"country" of cities is 1`,
		`{"name":"cities","arguments":{"country":"x","units":"m"}}`:                                `one of "km", "mi"`,
		`{"name":"cities","arguments":{"country":"x","tags":["a",1]}}`:                             `array with elements of the type string`,
		`{"name":"gcd","arguments":[1,2]}`:                                                         "no JSON object",
		`{"name":"gcd","arguments":{"a":1,"a":2}}`:                                                 `the key "a" twice`,
		`{"name":"gcd"}`:   `"arguments" is missing`,
		`{"arguments":{}}`: `"name" is missing`,
		`"gcd"`:            "not an object",
	} {
		calls, err := readCalls([]byte("[" + call + "]"))
		if err == nil {
			err = all.check(calls[0])
		}
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", call, err)
		}
	}
	for list, want := range map[string]string{"[]": "empty", "{}": "no JSON list", "null": "no JSON list", "": "no JSON list", "gcd(1)": "no JSON list"} {
		if _, err := readCalls([]byte(list)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", list, err)
		}
	}
}

func TestSchemaOfCalls(t *testing.T) {
	all, _ := readTools("[" + gcdTool + "," + citiesOf + "]")
	const gcd = `{"type":"object","properties":{"name":{"type":"string","enum":["gcd"]},"arguments":`
	ints := `{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["a","b"],"additionalProperties":false}`
	if got := all.schema(false); !strings.HasPrefix(got, `{"anyOf":[`+gcd+ints+`},"required":["name","arguments"]`) || !strings.Contains(got, `"units":{"type":"string","enum":["km","mi"]}`) ||
		!strings.Contains(got, `"tags":{"type":"array","items":{"type":"string"}}`) || !strings.Contains(got, `"required":["country"]`) {
		t.Error(got)
	}
	if got := all[:1].schema(true); got != gcd+`{"type":"string"}},"required":["name","arguments"],"additionalProperties":false}` {
		t.Error(got)
	}
	if got, want := all.sketch("cities"), `{"name": "cities", "arguments": {"country": "<text>", "most": <integer>, "units": "<text>", "tags": ["<text>"], "type": <boolean>}}`; got != want {
		t.Error(got)
	}
}

func TestAPIGenGenerator(t *testing.T) {
	pair := func(query, calls string) string { return `{"query":"` + query + `","answers":` + calls + `}` }
	const good, other = `[{"name":"gcd","arguments":{"a":12,"b":18}}]`, `[{"arguments": "{\"b\":4,\"a\":6}", "name":"gcd"}]`
	tools := "[" + gcdTool + "]"
	for name, c := range map[string]struct {
		number int
		use    *bool
		tools  *string
		reply  string
		want   APIGenGeneratorOut
		err    string
	}{
		"one": {1, nil, &tools, "Here: ```json\n" + `{"pairs":[` + pair("Shorten 12/18.", good) + "]}\n```",
			APIGenGeneratorOut{Query: "Shorten 12/18.", Answers: good, Queries: []string{"Shorten 12/18."}, AnswerSets: []string{good}}, ""},
		"two": {2, nil, &tools, `{"pairs":[` + pair("A?", good) + "," + pair("B?", other) + `]}`,
			APIGenGeneratorOut{Query: "A?", Answers: good, Queries: []string{"A?", "B?"}, AnswerSets: []string{good, `[{"name":"gcd","arguments":{"b":4,"a":6}}]`}}, ""},
		"unchecked without definitions": {1, nil, nil, `{"pairs":[` + pair("A?", `[{"name":"gcd","arguments":{"x":1}}]`) + `]}`,
			APIGenGeneratorOut{Query: "A?", Answers: `[{"name":"gcd","arguments":{"x":1}}]`, Queries: []string{"A?"}, AnswerSets: []string{`[{"name":"gcd","arguments":{"x":1}}]`}}, ""},
		"unchecked if not wanted": {1, new(false), &tools, `{"pairs":[` + pair("A?", `[{"name":"gcd","arguments":{}}]`) + `]}`,
			APIGenGeneratorOut{Query: "A?", Answers: `[{"name":"gcd","arguments":{}}]`, Queries: []string{"A?"}, AnswerSets: []string{`[{"name":"gcd","arguments":{}}]`}}, ""},
		"too few":         {2, nil, &tools, `{"pairs":[` + pair("A?", good) + `]}`, APIGenGeneratorOut{}, "the number of pairs is 1, and 2 was asked for"},
		"too many":        {1, nil, &tools, `{"pairs":[` + pair("A?", good) + "," + pair("B?", good) + `]}`, APIGenGeneratorOut{}, "the number of pairs is 2"},
		"twice the same":  {2, nil, &tools, `{"pairs":[` + pair("A?", good) + "," + pair(" a", good) + `]}`, APIGenGeneratorOut{}, "pairs 1 and 2 are the same"},
		"no query":        {1, nil, &tools, `{"pairs":[` + pair(" ", good) + `]}`, APIGenGeneratorOut{}, `in pair 1 "query" is empty`},
		"no calls":        {1, nil, &tools, `{"pairs":[` + pair("A?", "[]") + `]}`, APIGenGeneratorOut{}, "the list of calls is empty"},
		"no answers":      {1, nil, &tools, `{"pairs":[{"query":"A?"}]}`, APIGenGeneratorOut{}, "no JSON list"},
		"a wrong call":    {1, nil, &tools, `{"pairs":[` + pair("A?", `[{"name":"gcd","arguments":{"a":1}}]`) + `]}`, APIGenGeneratorOut{}, `in pair 1 in call 1 gcd needs the argument "b"`},
		"no pairs":        {1, nil, &tools, `{"query":"A?"}`, APIGenGeneratorOut{}, `"pairs" with a list is missing`},
		"another of them": {1, new(false), &tools, `{"pairs":[` + pair("A?", `[{"name":"lcm","arguments":{}}]`) + `]}`, APIGenGeneratorOut{}, `no function "lcm"`},
		"prose":           {1, nil, &tools, "I cannot do that.", APIGenGeneratorOut{}, "no complete JSON object"},
		"no definitions":  {1, nil, new("gcd(a, b)"), "", APIGenGeneratorOut{}, "The column tools of the row holds no definitions"},
		"not among them":  {1, nil, new(openTool), "", APIGenGeneratorOut{}, `defines no "gcd"`},
	} {
		t.Run(name, func(t *testing.T) {
			task := APIGenGenerator{Task: task(t, "apigen_generator", true), Number: c.number, UseTools: c.use}
			m := &fakeModel{replies: []string{c.reply}}
			out, err := task.Run(t.Context(), m, APIGenGeneratorIn{FuncName: "gcd", FuncDesc: "The divisor.", Tools: c.tools, Examples: new("An example.")})
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Fatalf("got %v", err)
			}
			want := llm.Unparseable
			if c.reply == "" {
				want = llm.BadRow
			}
			if err != nil && class(err) != want {
				t.Errorf("class %q", class(err))
			}
			if c.want.ModelName = "fake-1"; err == nil && !reflect.DeepEqual(out, c.want) {
				t.Errorf("got  %+v\nwant %+v", out, c.want)
			}
			if m.asked == 0 {
				return
			}
			shown := c.tools != nil && c.use == nil
			for part, want := range map[string]bool{"An example.": true, "The divisor.": true, gcdTool: shown, `"answers": [{"name": "gcd", "arguments": {`: true} {
				if strings.Contains(m.request(), part) != want {
					t.Errorf("%q in the request: %v is wanted\n%s", part, want, m.request())
				}
			}
		})
	}
}

func TestAPIGenSemanticChecker(t *testing.T) {
	for reply, c := range map[string]struct {
		json, keep bool
		class      llm.Class
	}{
		`{"thought":"It fits.","passes":"yes"}`:     {true, true, ""},
		`{"thought":"It fits.","passes":true}`:      {true, true, ""},
		`{"thought":"It does not.","passes":"No."}`: {true, false, ""},
		`{"thought":"","passes":"yes"}`:             {true, false, llm.Unparseable},
		`{"thought":"Well.","passes":"maybe"}`:      {true, false, llm.Unparseable},
		`{"thought":"Well."}`:                       {true, false, llm.Unparseable},
		`{"thought":"Well.","passes":null}`:         {true, false, llm.Unparseable},
		"Thought: It fits.\nPasses: yes":            {false, true, ""},
		"Thought: It does not.\nPasses: **no**":     {false, false, ""},
		"Passes: yes":                               {false, false, llm.Unparseable},
		" ":                                         {true, false, llm.Empty},
	} {
		judge := APIGenSemanticChecker{task(t, "apigen_semantic_checker", c.json)}
		m := &fakeModel{replies: []string{reply}}
		out, err := judge.Run(t.Context(), m, APIGenSemanticCheckerIn{FuncDesc: "gcd", Query: "Shorten 12/18.", Answers: "[]", ExecutionResult: []string{"6", "7"}})
		if class(err) != c.class || err == nil && (out.Keep != c.keep || out.ModelName != "fake-1" || !strings.HasPrefix(out.Thought, "It ")) {
			t.Errorf("%q: %+v, %v", reply, out, err)
		}
		if !strings.Contains(m.request(), "- 6\n- 7\n</results>") {
			t.Error(m.request())
		}
	}
}
