package endpoint

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

func TestKeys(t *testing.T) {
	t.Setenv("MISTRAL_API_KEY", "")
	t.Setenv("OPENAI_API_KEY", "sk-openai")
	t.Setenv("BAD_KEY", "sk 1\nsecret")
	t.Setenv("BLANK_KEY", "  ")
	own := "http://127.0.0.1:8000/v1"
	for name, c := range map[string]struct {
		model     llm.Model
		simulated bool
		key       string
		wrong     []string
	}{
		"missing":               {llm.Model{}, false, "", []string{"MISTRAL_API_KEY is not set", "api.mistral.ai", "export MISTRAL_API_KEY="}},
		"missing, spelled out":  {llm.Model{BaseURL: "https://api.mistral.ai/v1/"}, false, "", []string{"MISTRAL_API_KEY is not set"}},
		"there":                 {llm.Model{Provider: "openai"}, false, "sk-openai", nil},
		"another, missing":      {llm.Model{Provider: "openai", APIKeyEnv: "NO_KEY"}, false, "", []string{"NO_KEY is not set", "api.openai.com"}},
		"blank":                 {llm.Model{APIKeyEnv: "BLANK_KEY"}, false, "", []string{"BLANK_KEY is not set"}},
		"own server":            {llm.Model{BaseURL: own}, false, "", nil},
		"own server, its key":   {llm.Model{Provider: "openai", BaseURL: own}, false, "sk-openai", nil},
		"own server, named key": {llm.Model{Alias: "small", BaseURL: own, APIKeyEnv: "NO_KEY"}, false, "", []string{"variable NO_KEY", "model small", "api_key_env"}},
		"no key at all":         {llm.Model{APIKeyEnv: "BAD_KEY"}, false, "", []string{"BAD_KEY", "Set it to the key alone"}},
		"simulated":             {llm.Model{BaseURL: own}, true, "simulated", nil},
		"simulated, named key":  {llm.Model{BaseURL: own, APIKeyEnv: "NO_KEY"}, true, "simulated", nil},
		"simulated, key there":  {llm.Model{Provider: "openai", BaseURL: own}, true, "simulated", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := New([]llm.Model{c.model, c.model}, Options{Simulated: c.simulated})
			if len(c.wrong) == 0 {
				if err != nil || len(s.all) != 1 || s.all[0].key != c.key {
					t.Errorf("%v; endpoints %+v", err, s)
				}
				return
			}
			fatal := (*llm.FatalError)(nil)
			if !errors.As(err, &fatal) || fatal.Class != llm.Unauthorized || strings.Contains(err.Error(), "secret") {
				t.Fatalf("the error is %v", err)
			}
			for _, part := range c.wrong {
				if strings.Count(err.Error(), part) != 1 {
					t.Errorf("%q is not once in %v", part, err)
				}
			}
		})
	}
	_, err := New([]llm.Model{{}, {Provider: "openai", APIKeyEnv: "NO_KEY"}}, Options{})
	if err == nil || !strings.Contains(err.Error(), "MISTRAL_API_KEY") || !strings.Contains(err.Error(), "NO_KEY") {
		t.Errorf("not all missing keys are told: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	t.Setenv("MISTRAL_API_KEY", "k")
	t.Setenv("OPENAI_API_KEY", "k")
	t.Setenv("OTHER_KEY", "k")
	for _, c := range []struct {
		models []llm.Model
		want   int
	}{
		{[]llm.Model{{}, {Provider: "mistral", Name: "other"}, {BaseURL: "https://api.mistral.ai/v1/"}, {APIKeyEnv: "MISTRAL_API_KEY"}}, 1},
		{[]llm.Model{{}, {Provider: "openai"}, {APIKeyEnv: "OTHER_KEY"}, {BaseURL: "http://a/v1"}, {BaseURL: "http://a:1/v1"}}, 5},
	} {
		if s, err := New(c.models, Options{}); err != nil || len(s.all) != c.want {
			t.Errorf("%+v: %v, endpoints %+v", c.models, err, s)
		}
	}
	if s, err := New([]llm.Model{{}, {MaxInFlight: 20}}, Options{}); err != nil || s.all[0].gate.window.size != 16 {
		t.Errorf("the limit by default is %v, %v", s, err)
	}
	for base, want := range map[string]string{
		"127.0.0.1:8000/v1":               "Give the address of an API",
		"localhost":                       "Give the address of an API",
		"ftp://a/v1":                      "Give the address of an API",
		"http:///v1":                      "Give the address of an API",
		"http://a/v1?key=1":               "Give the address of an API",
		"http://u:secret@a/v1#x":          `is "http://a/v1#x"`,
		"http://u:secret@a:b/v1":          `is "http://a:b/v1"`,
		"http://a/v1/chat/completions":    "Leave out /chat/completions",
		"http://a/v1/chat/completions///": "Leave out /chat/completions",
	} {
		_, err := New([]llm.Model{{Alias: "small", BaseURL: base}, {Alias: "small", BaseURL: base}}, Options{})
		fatal := (*llm.FatalError)(nil)
		if !errors.As(err, &fatal) || fatal.Class != llm.InvalidParams || strings.Count(err.Error(), want) != 1 || !strings.Contains(err.Error(), "model small") ||
			strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", base, err)
		}
	}
	if _, err := New([]llm.Model{{Provider: "mistrall"}}, Options{}); err == nil || !strings.Contains(err.Error(), `provider "mistrall"`) {
		t.Errorf("an unknown provider: %v", err)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	tr := newTransport(500)
	if tr.MaxIdleConnsPerHost != 500 || tr.MaxIdleConns != 0 || tr.DisableKeepAlives || tr.Proxy == nil || newTransport(1).MaxIdleConnsPerHost < 1 {
		t.Errorf("%+v", tr)
	}
}

func TestPasswordOfTheURLIsSentAndNotTold(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "")
	for base, want := range map[string]string{"http://me:p%40ss@h/v1": "p@ss", "http://to%20ken@h/v1": "to ken", "http://h/v1": ""} {
		s, err := New([]llm.Model{{Provider: "openai", BaseURL: base}}, Options{})
		if got := ""; err != nil || want == "" && len(s.all[0].secret) > 0 {
			t.Errorf("%s: %v, %v", base, err, s)
		} else if want != "" {
			if got = s.all[0].secret[0]; got != want || s.all[0].host != "h" {
				t.Errorf("%s: the secret is %s", base, got)
			}
		}
	}
	m := local()
	m.BaseURL, m.MaxRetries = "http://me:p%40ss-word@server/v1", new(0)
	s, _ := newTestSet(t, transport(func(r *http.Request, _ string) (*http.Response, error) {
		if name, password, _ := r.BasicAuth(); name != "me" || password != "p@ss-word" {
			t.Errorf("sent %s, %s", name, password)
		}
		return response(404, `{"message": "nothing at http://me:p%40ss-word@server/v1 for p@ss-word"}`), nil
	}), m)
	_, err := s.ask(t.Context(), m, "x")
	if err == nil || strings.Contains(err.Error(), "ss-word") || !strings.Contains(err.Error(), "http://server/v1/chat/completions") {
		t.Errorf("the error is %v", err)
	}
}
