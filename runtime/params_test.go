package runtime

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// knobs has a parameter of each type.
type knobs struct {
	llm.Task
	Text   string            `param:"text"`
	Mode   string            `param:"mode" enum:"fast,slow"`
	On     bool              `param:"on"`
	Count  int               `param:"count" min:"1"`
	Share  float64           `param:"share" max:"1"`
	Words  []string          `param:"words"`
	Sizes  []int             `param:"sizes"`
	Labels map[string]string `param:"labels"`
	Any    any               `param:"any"`
	Inner  llm.Generation    `param:"generation"`
}

func TestSetParam(t *testing.T) {
	for _, c := range []struct {
		name, text string
		get        func(knobs) any
		want       any
	}{
		{"text", " a=b ", func(k knobs) any { return k.Text }, " a=b "},
		{"text", "", func(k knobs) any { return k.Text }, ""},
		{"mode", "slow", func(k knobs) any { return k.Mode }, "slow"},
		{"prompt", "Say {{ .a }}.", func(k knobs) any { return k.Prompt }, llm.Prompt("Say {{ .a }}.")},
		{"on", "true", func(k knobs) any { return k.On }, true},
		{"count", " 7 ", func(k knobs) any { return k.Count }, 7},
		{"count", "1e3", func(k knobs) any { return k.Count }, 1000},
		{"share", "-0.25", func(k knobs) any { return k.Share }, -0.25},
		{"seed", "0", func(k knobs) any { return *k.Seed }, 0},
		{"temperature", "0", func(k knobs) any { return *k.Temperature }, 0.0},
		{"temperature", "", func(k knobs) any { return k.Temperature }, (*float64)(nil)},
		{"temperature", "null", func(k knobs) any { return k.Temperature }, (*float64)(nil)},
		{"stop", "END", func(k knobs) any { return k.Stop }, []string{"END"}},
		{"words", `["a", "b, c"]`, func(k knobs) any { return k.Words }, []string{"a", "b, c"}},
		{"words", "", func(k knobs) any { return k.Words }, []string(nil)},
		{"sizes", "[1, 2]", func(k knobs) any { return k.Sizes }, []int{1, 2}},
		{"labels", `{"a": "b"}`, func(k knobs) any { return k.Labels }, map[string]string{"a": "b"}},
		{"generation.top_p", "0.5", func(k knobs) any { return *k.Inner.TopP }, 0.5},
		{"generation", `{"seed": 3, "stop": ["x"], "temperature": null}`, func(k knobs) any { return k.Inner },
			llm.Generation{Seed: llm.Ptr(3), Stop: []string{"x"}, TopP: llm.Ptr(0.25)}},
	} {
		k := knobs{Text: "was", Words: []string{"was"}, Inner: llm.Generation{Temperature: llm.Ptr(1.0), TopP: llm.Ptr(0.25)}}
		k.Task.Temperature = llm.Ptr(1.0)
		if err := setParam(&k, c.name, c.text); err != nil {
			t.Errorf("%s=%s: %v", c.name, c.text, err)
		} else if got := c.get(k); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s=%s sets %#v", c.name, c.text, got)
		}
	}
}

func TestSetParamRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"txt", "x", "there is no parameter txt; did you mean text?"},
		{"zzzzzz", "x", "; there are any, count, "},
		{"generation.tmperature", "1", "did you mean temperature?"},
		{"generatoin.temperature", "1", "did you mean generation.temperature?"},
		{"model.name", "x", "there is no parameter model.name"},
		{"mode", "slo", `there is no mode "slo"; did you mean slow?`},
		{"on", "yes", "true or false is wanted"},
		{"count", "x", "a whole number of at least 1 is wanted"},
		{"count", "1.5", "a whole number of at least 1 is wanted"},
		{"count", "0", "a whole number of at least 1 is wanted"},
		{"count", "99999999999999999999", "a whole number of at least 1 is wanted"},
		{"share", "2", "a number of at most 1 is wanted"},
		{"share", "NaN", "a number of at most 1 is wanted"},
		{"share", "", "a number of at most 1 is wanted"},
		{"temperature", "warm", "a number from 0 to 2 is wanted"},
		{"temperature", "2.1", "a number from 0 to 2 is wanted"},
		{"max_new_tokens", "0", "a whole number from 1 to 1000000 is wanted"},
		{"seed", "2147483648", "a whole number from 0 to 2147483647 is wanted"},
		{"words", "[END]", `a list of texts as JSON, such as ["a", "b"], is wanted`},
		{"words", `["a"] "b"`, "a list of texts as JSON"},
		{"sizes", "1", "a list as JSON is wanted"},
		{"labels", "a", `an object as JSON, such as {"a": "b"}, is wanted`},
		{"any", "1", "cannot be set at run time"},
		{"prompt", "{{ .a", "the template cannot be read: 1:"},
		{"generation", "1", "a JSON object is wanted"},
		{"generation", `{"top_p": 2, "sed": 1}`, "sed: there is no parameter sed; did you mean seed?\ntop_p: a number from 0 to 1 is wanted"},
	} {
		k := knobs{Text: "was"}
		if err := setParam(&k, c.name, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%s: %v, and not %s", c.name, c.text, err, c.want)
		}
		if !reflect.DeepEqual(k, knobs{Text: "was"}) {
			t.Errorf("%s=%s was refused, and sets %+v", c.name, c.text, k)
		}
	}
	m := llm.Model{Name: "was"}
	if err := setParam(&m, "name", ""); err == nil || !strings.Contains(err.Error(), "required") || m.Name != "was" {
		t.Errorf("a required parameter: %v", err)
	}
}

func TestCheckParams(t *testing.T) {
	if wrong := checkParams(&knobs{}); len(wrong) > 0 { // what is not set is not wrong
		t.Error(wrong)
	}
	k := knobs{Mode: "idle", Count: -1, Inner: llm.Generation{TopP: llm.Ptr(2.0)}}
	k.Task.Temperature = llm.Ptr(3.0)
	if got, want := errors.Join(checkParams(&k)...).Error(), `temperature is 3: a number from 0 to 2 is wanted
mode is idle: there is no mode "idle"; there are fast, slow
count is -1: a whole number of at least 1 is wanted
top_p is 2: a number from 0 to 1 is wanted`; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPasswordsInSettingsAreNotTold(t *testing.T) {
	s := newStage(t, "a")
	for _, wrong := range []string{"model.smal.base_url=https://u:secret@host/v1", "base_url=https://u:secret@host/v1"} {
		if code, _, stderr := s.command("--set", wrong); code != exitUsage || strings.Contains(stderr, "secret") {
			t.Errorf("exit code %d, output %s", code, stderr)
		}
	}
	if code, _, stderr := s.command("--set", "model.small.base_url=https://u:secret@host/v1"); code != exitFine || strings.Contains(stderr, "secret") {
		t.Errorf("exit code %d, output %s", code, stderr)
	}
	if r := s.record(t); s.models[0].BaseURL != "https://u:secret@host/v1" || r.Settings["model.small.base_url"] != "https://host/v1" ||
		strings.Contains(s.file(t, "run.log"), "secret") {
		t.Errorf("run.json is %+v", r)
	}
}
