package steps

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/component"
)

type weather struct {
	City     string
	MaxDays  int
	Level    *float64 `json:"level,omitempty"`
	Tags     []string `col:"labels"`
	IsMetric bool
	private  int
}

// A call runs the function that it names with its arguments, or says why not.
func TestCallable(t *testing.T) {
	var got weather
	f := Callable("weather", func(w weather) map[string]any { got = w; return map[string]any{"t": "<20"} })
	for arguments, want := range map[string]string{
		`{"city":"Lyon","max_days":3,"labels":["a"],"is_metric":true}`:             `{"t":"<20"}`,
		`{"city":"Lyon","max_days":3.0,"labels":[],"is_metric":false,"level":1}`:   `{"t":"<20"}`,
		`{"city":"Lyon","max_days":3,"labels":[],"is_metric":false,"level":null}`:  `{"t":"<20"}`,
		`{"city":"Lyon","max_days":3,"labels":[]}`:                                 `the argument "is_metric" is missing`,
		`{"city":null,"max_days":3,"labels":[],"is_metric":true}`:                  `the argument "city" is null, and string is wanted`,
		`{"city":"Lyon","max_days":3.5,"labels":[],"is_metric":true}`:              `the argument "max_days" is 3.5, and int is wanted`,
		`{"city":"Lyon","max_days":1e300,"labels":[],"is_metric":true}`:            `the argument "max_days" is 1e300, and int is wanted`,
		`{"city":"Lyon","max_days":"3","labels":[],"is_metric":true}`:              `the argument "max_days" is "3", and int is wanted`,
		`{"city":"Lyon","max_days":3,"labels":["a",1],"is_metric":true}`:           `the argument "labels" is ["a",1], and []string is wanted`,
		`{"city":"Lyon","max_days":3,"labels":[],"is_metric":true,"level":"high"}`: `the argument "level" is "high", and *float64 is wanted`,
		`{"city":"Lyon","max_days":3,"labels":[],"is_metric":true,"private":1}`:    `there is no argument "private", only city, max_days, level, labels, is_metric`,
		`{"city":"Lyon","max_days":3,"labels":[],"is_metric":true,"City":"x"}`:     `there is no argument "City", only city, max_days, level, labels, is_metric`,
		`{"city":"Lyon","city":"Rome","max_days":3,"labels":[],"is_metric":true}`:  `it has the key "city" twice`,
		`[1]`: `[1] is not an object`,
	} {
		got = weather{}
		result, err := f.Call(t.Context(), []byte(arguments))
		if err != nil {
			result = err.Error()
			if got.City != "" {
				t.Errorf("%s: it was called", arguments)
			}
		} else if got.City != "Lyon" || got.MaxDays != 3 || got.Tags == nil {
			t.Errorf("%s: called with %+v", arguments, got)
		}
		if result != want {
			t.Errorf("%s: %s, want %s", arguments, result, want)
		}
	}
	if got.private != 0 {
		t.Error("a private field was set")
	}
}

// Objects among the arguments are read as strictly as the arguments themselves.
func TestCallableObjects(t *testing.T) {
	type place struct {
		LatDeg float64
		Height *int
	}
	type trip struct {
		From  place
		Stops []place
		To    *place
		Maybe []*place
	}
	f := Callable("trip", func(in trip) trip { return in })
	for arguments, want := range map[string]string{
		`{"from":{"lat_deg":1,"height":2.0},"stops":[{"lat_deg":3}],"to":null,"maybe":[null,{"lat_deg":4}]}`: `{"From":{"LatDeg":1,"Height":2},"Stops":[{"LatDeg":3,"Height":null}],"To":null,"Maybe":[null,{"LatDeg":4,"Height":null}]}`,
		`{"from":{"height":2},"stops":[],"maybe":[]}`:                                                        `the argument "from" is {"height":2}, and steps.place is wanted`,
		`{"from":{"lat_deg":1},"stops":[{"lat_deg":1,"lon":2}],"maybe":[]}`:                                  `the argument "stops" is [{"lat_deg":1,"lon":2}], and []steps.place is wanted`,
		`{"from":{"lat_deg":1},"stops":[null],"maybe":[]}`:                                                   `the argument "stops" is [null], and []steps.place is wanted`,
		`{"from":{"lat_deg":1},"stops":{},"maybe":[]}`:                                                       `the argument "stops" is {}, and []steps.place is wanted`,
		`{"from":{"lat_deg":1},"stops":[],"maybe":[],"to":{"LatDeg":1,"lat_deg":1}}`:                         `the argument "to" is {"LatDeg":1,"lat_deg":1}, and *steps.place is wanted`,
	} {
		result, err := f.Call(t.Context(), []byte(arguments))
		if err != nil {
			result = err.Error()
		}
		if result != want {
			t.Errorf("%s: %s, want %s", arguments, result, want)
		}
	}
}

func TestCallableEnds(t *testing.T) {
	type in struct{ N int }
	for name, c := range map[string]struct {
		f    component.Function
		want string
	}{
		"result":    {CallableError("f", func(in in) ([]int, error) { return []int{in.N}, nil }), "[7]"},
		"nothing":   {CallableError("f", func(in) (*int, error) { return nil, nil }), "null"},
		"error":     {CallableError("f", func(in) (int, error) { return 0, errors.New("out of order") }), "out of order"},
		"panic":     {Callable("f", func(in) int { panic("oh") }), "it panicked: oh"},
		"no JSON":   {Callable("f", func(in) float64 { return math.NaN() }), "its result has no form in JSON: json: unsupported value: NaN"},
		"a context": {CallableContext("f", func(ctx context.Context, in in) (bool, error) { _, ok := ctx.Deadline(); return ok, nil }), "true"},
	} {
		s := APIGenExecutionChecker{Functions: component.Functions{c.f}, Timeout: 60}
		result, err := s.call(functionCall{Name: "f", Arguments: []byte(`{"n":7}`)})
		if err != nil {
			result = err.Error()
		}
		if result != c.want {
			t.Errorf("%s: %s, want %s", name, result, c.want)
		}
	}
}

// A function that does not come back holds its row no longer than the timeout.
func TestCallableTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan bool)
		defer close(release)
		type in struct{ N int }
		hangs := Callable("hang", func(in) bool { return <-release })
		s := APIGenExecutionChecker{Functions: component.Functions{hangs, Callable("f", func(in in) int { return in.N })}, Timeout: 3}
		began := time.Now()
		out, err := s.Run(APIGenExecutionCheckerIn{Answers: `[{"name":"hang","arguments":{"n":1}},{"name":"f","arguments":{"n":2}}]`})
		want := APIGenExecutionCheckerOut{Results: []string{"error: it did not return in time", "2"}, Error: "Call 1, of hang: it did not return in time."}
		if err != nil || !reflect.DeepEqual(out, want) || time.Since(began) != 3*time.Second {
			t.Errorf("after %v: %+v, %v", time.Since(began), out, err)
		}
	})
}
