package steps

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

type verdictReply struct {
	Rationale string `json:"rationale"`
	Rating    int    `json:"rating" form:"int({min=1, max=5})"`
}

type recordReply struct {
	People []struct {
		Name string `json:"name"`
		Role string `json:"role"`
	} `json:"people" form:"list(object({name=string, role=enum(author, other)}), {max=2})"`
}

type labelReply struct {
	Label string `json:"label" form:"enum(good, bad)"`
}

type textReply struct {
	Generation string `json:"generation"`
}

func promptTask(t *testing.T, json bool) llm.Task {
	out := task(t, "structured_generation", json)
	out.Prompt = "Look at this: {{ .review }}"
	return out
}

func ask[R any](t *testing.T, p Prompt[R], replies ...string) (*fakeModel, Replied[R], error) {
	m := &fakeModel{replies: replies}
	out, err := p.Run(t.Context(), m, PromptIn{Vars: llm.Vars{"review": "Late.", "stars": 2}})
	return m, out, err
}

// A judge's reply is read whatever stands around it, and refused with its class where it is wrong.
func TestPromptJudge(t *testing.T) {
	p := Prompt[verdictReply]{Task: promptTask(t, true)}
	for name, text := range map[string]string{
		"alone": `{"rationale": "Clear.", "rating": 4}`, "preamble": "Here you are:\n{\"rationale\": \"Clear.\", \"rating\": 4}", "fence": "```json\n{\"rating\": 4.0, \"rationale\": \" Clear. \"}\n```",
		"thoughts": `<think>{"rationale": "x", "rating": 1}</think>{"rationale": "Clear.", "rating": 4}`,
	} {
		if _, out, err := ask(t, p, text); err != nil || out.Reply != (verdictReply{"Clear.", 4}) || out.ModelName != "fake-1" {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
	}
	for name, c := range map[string]struct {
		text  string
		class llm.Class
	}{
		"nothing":     {" ", llm.Empty},
		"prose":       {"I would give it a four.", llm.Unparseable},
		"missing":     {`{"rationale": "Clear."}`, llm.Unparseable},
		"doubled":     {`{"rationale": "Clear.", "rating": 4, "rating": 5}`, llm.Unparseable},
		"two answers": {`{"rationale": "Clear.", "rating": 4} {"rationale": "No.", "rating": 1}`, llm.Unparseable},
		"one more":    {`{"rationale": "Clear.", "rating": 4, "sure": true}`, llm.Unparseable},
		"no reason":   {`{"rationale": "", "rating": 4}`, llm.Unparseable},
		"N/A":         {`{"rationale": "Clear.", "rating": "N/A"}`, llm.Unparseable},
		"a word":      {`{"rationale": "Clear.", "rating": "four"}`, llm.Unparseable},
		"null":        {`{"rationale": "Clear.", "rating": null}`, llm.Unparseable},
		"out":         {`{"rationale": "Clear.", "rating": 9}`, llm.OutOfScale},
		"zero":        {`{"rationale": "Clear.", "rating": 0}`, llm.OutOfScale},
		"fraction":    {`{"rationale": "Clear.", "rating": 3.5}`, llm.OutOfScale},
		"cut":         {`{"rationale": "Cle`, llm.Unparseable},
	} {
		if _, out, err := ask(t, p, c.text); class(err) != c.class {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
	}
	// Nothing of a reply that was refused stays in the next one.
	if _, out, err := ask(t, p, `{"rationale": "Clear.", "rating": 9}`, `{"rationale": "Short.", "rating": 2}`); err != nil || out.Reply != (verdictReply{"Short.", 2}) {
		t.Errorf("after a refused one: %+v, %v", out, err)
	}
}

func TestPromptJudgeInText(t *testing.T) {
	p := Prompt[verdictReply]{Task: promptTask(t, false)}
	m, out, err := ask(t, p, "Sure!\n\n**Rationale:** Clear,\nall of it.\n**Rating:** 4/5")
	if err != nil || out.Reply != (verdictReply{"Clear,\nall of it.", 4}) || m.schema != nil || !strings.HasSuffix(m.request(), "rationale: <a text>\nrating: <a whole number from 1 to 5>") {
		t.Errorf("got %+v, %v; asked %q", out, err, m.request())
	}
	for text, want := range map[string]llm.Class{"Rating: 4": llm.Unparseable, "Rationale: a\nRating: 9": llm.OutOfScale, "Rationale: a\nRating: N/A": llm.Unparseable, "Good, 4.": llm.Unparseable,
		"Rationale: a\nRating: 4\nRating: 5": llm.Unparseable} {
		if _, out, err := ask(t, p, text); class(err) != want {
			t.Errorf("%q: got %+v, %v", text, out, err)
		}
	}
}

func TestPromptRequest(t *testing.T) {
	p := Prompt[recordReply]{Task: promptTask(t, true), SystemPrompt: "{{ .stars }} stars.",
		Examples: `{"review":"By Eva & Tom.","people":[{"name":"Eva","role":"other"}]}` + "\n\n" + `{"review":"By nobody.","people":[]}` + "\n"}
	m, out, err := ask(t, p, `{"people": [{"role": "author", "name": "Ada"}]}`)
	if err != nil || len(out.Reply.People) != 1 || out.Reply.People[0].Name != "Ada" {
		t.Fatalf("got %+v, %v", out, err)
	}
	var roles []string
	for _, message := range m.messages {
		roles = append(roles, message.Role)
	}
	if got := strings.Join(roles, " "); got != "system user assistant user assistant user" {
		t.Errorf("the turns are %s", got)
	}
	if m.messages[0].Content != "2 stars." || !strings.HasPrefix(m.messages[1].Content, "Look at this: By Eva & Tom.\n\nReply with one JSON object") ||
		m.messages[2].Content != `{"people":[{"name":"Eva","role":"other"}]}` || !strings.HasPrefix(m.request(), "Look at this: Late.") ||
		!strings.Contains(m.request(), `"role": <one of "author", "other">`) {
		t.Errorf("asked %q", m.messages)
	}
	if !json.Valid(m.schema.JSON) || !strings.Contains(string(m.schema.JSON), `"enum":["author","other"]`) {
		t.Errorf("schema %s", m.schema.JSON)
	}
	for name, text := range map[string]string{"too many": `{"people": [{"name":"a","role":"other"},{"name":"b","role":"other"},{"name":"c","role":"other"}]}`,
		"not of the enum": `{"people": [{"name":"a","role":"boss"}]}`, "a text in the list": `{"people": ["Ada"]}`, "bare list": `[{"name":"a","role":"other"}]`} {
		if _, out, err := ask(t, p, text); class(err) != llm.Unparseable {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
	}
}

// A plain text is asked for without a form, and kept.
func TestPromptText(t *testing.T) {
	m, out, err := ask(t, Prompt[textReply]{Task: promptTask(t, true)}, " \n", "Zu spät.\n")
	if err != nil || out.Reply.Generation != "Zu spät." || m.schema != nil || m.request() != "Look at this: Late." || m.asked != 2 {
		t.Errorf("got %+v, %v; asked %q", out, err, m.request())
	}
}

func TestPromptLabelInText(t *testing.T) {
	p := Prompt[labelReply]{Task: promptTask(t, false), Examples: `{"review":"Fine.","label":"good"}`}
	m, out, err := ask(t, p, "I cannot say.", "Bad.")
	if err != nil || out.Reply.Label != "bad" || m.messages[1].Content != "good" {
		t.Errorf("got %+v, %v; asked %q", out, err, m.messages)
	}
}

// What --set of another model makes impossible stops the run before a row is lost for it.
func TestPromptRecordsInText(t *testing.T) {
	var fatal *llm.FatalError
	if _, _, err := ask(t, Prompt[recordReply]{Task: promptTask(t, false)}, "x"); !errors.As(err, &fatal) {
		t.Errorf("got %v", err)
	}
	if _, _, err := ask(t, Prompt[labelReply]{Task: promptTask(t, true), Examples: `{"review":"Fine.","label":"great"}`}, "x"); !errors.As(err, &fatal) {
		t.Errorf("an example out of the enum: %v", err)
	}
}

func TestStructuredGeneration(t *testing.T) {
	system := "Be brief."
	p := StructuredGeneration[labelReply]{Task: task(t, "structured_generation", true)}
	m := &fakeModel{replies: []string{`{"label": "good"}`}}
	out, err := p.Run(t.Context(), m, StructuredGenerationIn{Instruction: "Judge it.", SystemPrompt: &system})
	if err != nil || out.Reply.Label != "good" || m.messages[0].Content != system || !strings.HasPrefix(m.request(), "Judge it.\n\nReply with") {
		t.Errorf("got %+v, %v; asked %q", out, err, m.messages)
	}
}
