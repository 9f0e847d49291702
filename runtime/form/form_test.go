package form

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/reply"
)

func parse(t *testing.T, text string) Type {
	t.Helper()
	typ, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

func TestParse(t *testing.T) {
	for _, text := range []string{"string", "optional(int)", "enum(good, bad)", `enum("not good", b-2, "a\"b")`, "int({min=1, max=5})", "float({min=-0.5})",
		`string({max=80, pattern="[A-Z]\\w+"})`, "list(string, {min=3, max=3})", "list(list(bool))",
		"object({z=int, a=optional(object({b=enum(x, y)}))})", `object({"a b"=int})`} {
		if got := parse(t, text).String(); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
	for _, text := range []string{"", "text", "list", "list()", "list(int", "int)", "int int", "enum()", "enum(a, A)", `enum("")`, "object({})", "object({a=int, a=int})",
		"int({min=5, max=1})", "int({min=0.5})", "bool({min=1})", "int({pattern=a})", "string({min=-1})", "list(int, {min=x})", `string({pattern="["})`, "optional", "int({max=1e300})"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

const person = "object({name=string, age=optional(int({min=0, max=130})), role=enum(author, other), tags=list(string, {max=2})})"

func TestRead(t *testing.T) {
	for _, c := range []struct{ form, raw, want string }{
		{"int({min=1, max=5})", "4", "4"},
		{"int", "4.0", "4"},
		{"int", "9007199254740993", "9007199254740993"},
		{"float", "1e3", "1e3"},
		{"string", `"  a & b "`, `"a \u0026 b"`},
		{"string({min=0})", `""`, `""`},
		{"enum(good, bad)", `" Good"`, `"good"`},
		{"optional(enum(good))", "null", "null"},
		{"list(int)", "[]", "[]"},
		{person, `{"tags":["x"],"role":"other","name":"Ada","age":null}`, `{"name":"Ada","age":null,"role":"other","tags":["x"]}`},
		{person, `{"name":"Ada","role":"other","tags":[]}`, `{"name":"Ada","age":null,"role":"other","tags":[]}`}, // what is optional may be left out
		{`string({pattern="[A-Z]{2}"})`, `"AB"`, `"AB"`},
	} {
		if got, err := parse(t, c.form).Read([]byte(c.raw)); err != nil || string(got) != c.want {
			t.Errorf("%s of %s: got %s, %v", c.form, c.raw, got, err)
		}
	}
}

// A reply that does not fit is refused, with a reason that a model understands.
func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		form, raw, says string
		scale           bool
	}{
		{"int({min=1, max=5})", "6", "6 and not a whole number from 1 to 5", true},
		{"int({min=1, max=5})", "4.5", "4.5 and not a whole number from 1 to 5", true},
		{"float({max=1})", "1.1", "a number of at most 1", true},
		{"int", "4.5", "a whole number", false},
		{"int", "1e300", "a whole number", false},
		{"float", "1e999", "too large", false},
		{"int({min=1, max=5})", `"4"`, `"4" and not a whole number`, false},
		{"int({min=1, max=5})", `"N/A"`, "a whole number", false},
		{"int", "true", "a whole number", false},
		{"bool", `"yes"`, "true or false", false},
		{"string", "4", "a text", false},
		{"string", `" "`, "is empty", false},
		{"string", "null", "is null", false},
		{"string({max=3})", `"four"`, "has 4 letters, where at most 3 are asked for", false},
		{`string({pattern="a|b"})`, `"ab"`, "does not match the pattern a|b", false},
		{"enum(good, bad)", `"fine"`, `one of "good", "bad"`, false},
		{"list(int, {min=2, max=2})", "[1]", "has 1 elements, where 2 are asked for", false},
		{"list(int)", `"1, 2"`, "a list", false},
		{person, `{"name":"Ada","age":200,"role":"other","tags":[]}`, `"age" is 200`, true},
		{person, `{"name":"Ada","role":"boss","tags":[]}`, `"role" is "boss" and not one of`, false},
		{person, `{"age":3,"role":"other","tags":[]}`, `the key "name" is missing`, false},
		{person, `{"name":"Ada","role":"other","tags":[],"note":1,"x":2}`, `the key "note", which was not asked for`, false},
		{person, `{"name":"Ada","name":"Eva","role":"other","tags":[]}`, `the key "name" twice`, false},
		{person, `{"name":"Ada","role":"other","tags":["a",7]}`, `"tags[1]" is 7 and not a text`, false},
		{person, `[]`, "an object", false},
		{"object({a=object({b=int})})", `{"a":{"b":"x"}}`, `"a.b" is "x"`, false},
	} {
		got, err := parse(t, c.form).Read([]byte(c.raw))
		var scale *reply.ScaleError
		if err == nil || !strings.Contains(err.Error(), c.says) || errors.As(err, &scale) != c.scale {
			t.Errorf("%s of %s: got %s, %v", c.form, c.raw, got, err)
		}
	}
}

type sample struct {
	Reason string   `json:"reason"`
	Rating int      `json:"rating" form:"int({min=1, max=5})"`
	Label  string   `json:"label" form:"enum(good, bad)"`
	Notes  []string `json:"notes" null:"ok"`
	Share  *float64 `json:"share"`
}

func TestColumnsOf(t *testing.T) {
	got := Type{Kind: "object", Fields: ColumnsOf(reflect.TypeFor[sample]())}.String()
	if want := "object({reason=string, rating=int({min=1, max=5}), label=enum(good, bad), notes=optional(list(string)), share=optional(float)})"; got != want {
		t.Errorf("got %s", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a tag of another type than its field is taken")
		}
	}()
	ColumnsOf(reflect.TypeFor[struct {
		A int `json:"a" form:"enum(x)"`
	}]())
}

func TestReadJSON(t *testing.T) {
	columns := ColumnsOf(reflect.TypeFor[sample]())
	var got sample
	if err := columns.ReadJSON([]byte(`{"label":"Bad","rating":2,"reason":"late","share":0.5}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Label != "bad" || got.Rating != 2 || got.Reason != "late" || got.Notes != nil || *got.Share != 0.5 {
		t.Errorf("got %+v", got)
	}
}

// A column that is an object is the whole of the reply.
func TestReadBareObject(t *testing.T) {
	type persona struct {
		Person struct {
			Age  int    `json:"age"`
			Name string `json:"name"`
		} `json:"person"`
	}
	columns := ColumnsOf(reflect.TypeFor[persona]())
	var got persona
	if err := columns.ReadJSON([]byte(`{"name":"Ada","age":36}`), &got); err != nil || got.Person.Name != "Ada" || got.Person.Age != 36 {
		t.Errorf("got %+v, %v", got, err)
	}
	if text, err := columns.WriteJSON(map[string]json.RawMessage{"person": []byte(`{"name":"Ada","age":36}`)}); err != nil || text != `{"age":36,"name":"Ada"}` {
		t.Errorf("wrote %s, %v", text, err)
	}
}

func TestSchema(t *testing.T) {
	columns := Columns{{"who", parse(t, person)}, {"text", parse(t, "string({min=2, max=9})")}}
	for lengths, want := range map[bool]string{true: `"minLength":2,"maxLength":9`, false: `"description":"2 to 9 letters"`} {
		got := string(columns.Schema(lengths))
		want = `{"type":"object","properties":{"who":{"type":"object","properties":{"name":{"type":"string"},` +
			`"age":{"type":["integer","null"],"minimum":0,"maximum":130},"role":{"type":"string","enum":["author","other"]},` +
			`"tags":{"type":"array","items":{"type":"string"},"maxItems":2}},"required":["name","age","role","tags"],"additionalProperties":false},` +
			`"text":{"type":"string",` + want + `}},"required":["who","text"],"additionalProperties":false}`
		if got != want {
			t.Errorf("got %s", got)
		}
	}
}

func TestReadText(t *testing.T) {
	type judged struct {
		Rationale string `json:"rationale"`
		Rating    int    `json:"rating" form:"int({min=1, max=5})"`
	}
	type lines struct {
		Items []string `json:"items" form:"list(string, {min=2, max=2})"`
	}
	type free struct {
		Items []string `json:"items"`
	}
	type marks struct {
		Marks []int `json:"marks" form:"list(int({min=1, max=5}))"`
	}
	type label struct {
		Label string `json:"label" form:"enum(good, \"not good\")"`
	}
	for _, c := range []struct {
		to         any
		text, want string // JSON, or what the error says
	}{
		{new(label), "**Good.**", `{"label":"good"}`},
		{new(label), "Label: not  good", `{"label":"not good"}`},
		{new(label), "I think it is good", "not one of"},
		{new(label), "good\nor bad", "not one of"},
		{new(lines), "Here they are:\n1. Add.\n2. Solve.", `{"items":["Add.","Solve."]}`},
		{new(lines), "1. <a text>\n2. Add.", "only stands for"},
		{new(judged), "rationale: <a text>\nrating: 4", "only stands for"},
		{new(lines), "2. Solve.\n1. Add.", "number 2 stands where number 1 is to be"},
		{new(lines), "1. Add.\n3. Solve.", "number 3 stands where number 2 is to be"},
		{new(free), "1. Add.\n2. add.\n3. Solve.", "3 numbered lines, and 2 different texts"},
		{new(free), "1. Add:\n   1. this\n   2. that\n2. Solve.", "{\"items\":[\"Add:\\n1. this\\n2. that\",\"Solve.\"]}"},
		{new(lines), "1. Add.", "has 1 elements, where 2 are asked for"},
		{new(lines), "1. Add.\n2. Solve.\n3. Explain.", "has 3 elements"},
		{new(marks), "The marks:\n1. 4\n2. 4/5\n- 1", `{"marks":[4,4,1]}`},
		{new(marks), "[1] 4\n**2.** 4\n3: 1\n\nThat is all.", `{"marks":[4,4,1]}`},
		{new(marks), "2. 4\n1. 3", "number 2 stands where number 1 is to be"},
		{new(marks), "1. 4\nfive\n3. 2", "number 3 stands where number 2 is to be"},
		{new(marks), "1. 4\n1. 3", "number 1 stands where number 2 is to be"},
		{new(marks), "1. 4\n2. N/A", "not a number"},
		{new(marks), "1. 4.5", "not a whole number"},
		{new(marks), "１. 4", "no numbered line"},
		{new(marks), "I cannot judge them.", "no numbered line"},
		{new(marks), "<think>\n1. 5\n2. 5\n</think>\n1. 4", `{"marks":[4]}`},
		{new(label), "<think>good", "not one of"},
		{new(judged), "<think>Rationale: a\nRating: 4</think>Rationale: b\nRating: 2", `{"rationale":"b","rating":2}`},
		{new(marks), "1. 4\n2. 6", "not a whole number from 1 to 5"},
		{new(judged), "Rationale: Clear,\nand short.\n**Rating:** 4/5", `{"rationale":"Clear,\nand short.","rating":4}`},
		{new(judged), "Here:\n```\nRating: 4\nRationale: Use\n    x\n```\nThat is all.", `{"rationale":"Use\n    x","rating":4}`},
		{new(judged), "Rating: 4", `no line that begins with "rationale:"`},
		{new(judged), "Rationale: a\nRating: 4\nRating: 5", `"rating" twice`},
		{new(judged), "Rationale: a\nRating: 9", "not a whole number from 1 to 5"},
		{new(judged), "Rationale: a\nRating: N/A", "not a number"},
		{new(judged), "It is fine.", "no line"},
		{new(judged), " ", "empty"},
	} {
		columns := ColumnsOf(reflect.TypeOf(c.to).Elem())
		if err := columns.InText(); err != nil {
			t.Fatal(err)
		}
		if err := columns.ReadText(c.text, c.to); err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q: %v", c.text, err)
			}
			continue
		}
		if got, _ := json.Marshal(c.to); string(got) != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
	for _, text := range []string{person, "optional(string)", "list(list(int))", "list(" + person + ")"} {
		if (Columns{{"a", parse(t, text)}}).InText() == nil {
			t.Errorf("%s can be asked for as text", text)
		}
	}
}

// What is written as an example is read back.
func TestWriteText(t *testing.T) {
	type all struct {
		Rationale string `json:"rationale"`
		Rating    int    `json:"rating" form:"int({min=1, max=5})"`
		Fair      bool   `json:"fair"`
	}
	columns := ColumnsOf(reflect.TypeFor[all]())
	text, err := columns.WriteText(map[string]json.RawMessage{"rationale": []byte(`"Short."`), "rating": []byte("4"), "fair": []byte("false")})
	if err != nil || text != "rationale: Short.\nrating: 4\nfair: false" {
		t.Errorf("got %q, %v", text, err)
	}
	var got all
	if err := columns.ReadText(text, &got); err != nil || got != (all{"Short.", 4, false}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Whatever a model writes, it is refused or it decodes and is taken again as it is.
func FuzzRead(f *testing.F) {
	for _, raw := range []string{`{"name":"Ada","age":3,"role":"other","tags":["x"]}`, `[1,2]`, `"a"`, `1e5`, `null`, `{"a":{"a":1}}`} {
		for _, text := range []string{person, "list(int)", "int({min=1, max=5})", "enum(a, b)", `string({pattern="a+"})`, "float", "optional(bool)"} {
			f.Add(text, raw)
		}
	}
	f.Fuzz(func(t *testing.T, text, raw string) {
		typ, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(typ.String()); err != nil || !again.Equal(typ) {
			t.Fatalf("%q reads back as %s, %v", typ, again, err)
		}
		if schema := (Columns{{"a", typ}}).Schema(true); !json.Valid(schema) {
			t.Fatalf("schema %s", schema)
		}
		got, err := typ.Read([]byte(raw))
		if err != nil {
			return
		}
		if again, err := typ.Read(got); err != nil || string(again) != string(got) {
			t.Errorf("%s of %s: %s, and then %s, %v", typ, raw, got, again, err)
		}
	})
}

func FuzzReadText(f *testing.F) {
	f.Add("reason: a\nrating: 4\nlabel: good")
	f.Add("4/5")
	f.Fuzz(func(t *testing.T, text string) {
		var one struct {
			Rating int `json:"rating" form:"int({min=1, max=5})"`
		}
		var two struct {
			Reason string `json:"reason"`
			Label  string `json:"label" form:"enum(good, bad)"`
		}
		if err := ColumnsOf(reflect.TypeOf(one)).ReadText(text, &one); err == nil && (one.Rating < 1 || one.Rating > 5) {
			t.Errorf("%q: %d", text, one.Rating)
		}
		if err := ColumnsOf(reflect.TypeOf(two)).ReadText(text, &two); err == nil && (two.Reason == "" || two.Label != "good" && two.Label != "bad") {
			t.Errorf("%q: %+v", text, two)
		}
	})
}
