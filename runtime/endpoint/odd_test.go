package endpoint

import (
	"errors"
	"net/http"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// A refusal that would stop the run stops it at once where nothing was served, and elsewhere when it comes again and again.
func TestOddRefusals(t *testing.T) {
	model := `{"object":"error","message":"Invalid model: m-1","type":"invalid_model","code":"1500"}`
	for name, c := range map[string]struct {
		status int
		body   string
		spared int // by an endpoint that has served such requests
		class  llm.Class
	}{
		"403":     {403, `{"message":"blocked by the firewall"}`, odd, llm.Unauthorized},
		"404":     {404, `{"message":"no route"}`, odd, llm.InvalidParams},
		"301":     {301, ``, odd, llm.InvalidParams},
		"setting": {422, `{"detail":[{"loc":["body","temperature"],"msg":"no"}]}`, odd, llm.InvalidParams},
		"model":   {400, model, odd, llm.UnknownModel},
		"401":     {401, `{"message":"Unauthorized"}`, 0, llm.Unauthorized},
		"402":     {402, `{"message":"pay"}`, 0, llm.Unauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			served := false
			s, _ := newTestSet(t, transport(func(*http.Request, string) (*http.Response, error) {
				if served {
					return response(200, completion("x")), nil
				}
				return response(c.status, c.body), nil
			}))
			ask := func() (isFatal bool) {
				_, err := s.ask(t.Context(), local(), "x")
				if served {
					return err != nil
				}
				fatal, row := (*llm.FatalError)(nil), (*llm.RowError)(nil)
				switch {
				case errors.As(err, &fatal) && fatal.Class == c.class:
					return true
				case errors.As(err, &row) && row.Class == llm.Refused:
					return false
				}
				t.Fatalf("%#v", err)
				return false
			}
			if !ask() {
				t.Error("it does not stop the run although nothing was served")
			}
			for range 2 { // what was served in between counts
				served = true
				ask()
				served = false
				for range c.spared {
					if ask() {
						t.Error("an odd one stops the run")
					}
				}
			}
			if !ask() {
				t.Error("many in a row do not stop the run")
			}
		})
	}
}

// A simulator that was asked as if it were a real server is known by what it says.
func TestFaked(t *testing.T) {
	s, _ := newTestSet(t, always(200, completion("x"), simulatorHeader, "v1"))
	if s.Faked() {
		t.Error("before the first reply")
	}
	if _, err := s.ask(t.Context(), local(), "x"); err != nil || !s.Faked() {
		t.Errorf("after it: %v", err)
	}
}
