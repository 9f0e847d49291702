package runtime

import (
	"fmt"
	"time"

	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
)

// endpoints makes what asks these models. An error is told before anything starts.
func endpoints(models []llm.Model, simulated bool, st *stats) (asks, error) {
	set, err := endpoint.New(models, endpoint.Options{Simulated: simulated, Watch: watch{st}})
	if err != nil {
		return nil, err // without the set, which would be no nil interface
	}
	return set, nil
}

// watch counts and logs requests.
type watch struct{ *stats }

// Asked counts a request.
func (w watch) Asked(a endpoint.Answer) { w.asked(a) }

// Busy counts the requests in flight.
func (w watch) Busy(step string, n int) { w.busy(step, n) }

// Sent notes a try, and passes it on to the telemetry.
func (w watch) Sent(op endpoint.Operation) {
	w.called(op)
	if w.telemetry != nil {
		w.telemetry.Request(op)
	}
}

// Recalled counts a reply that the journal had.
func (w watch) Recalled(call llm.Call, _ *journal.Entry) { w.recalled(call.Step) }

// Retried counts and logs a try that failed.
func (w watch) Retried(r endpoint.Retry) {
	w.retried(r.Call.Step)
	w.say("request tried again", r.Call, "status", r.Status, "wait", r.Wait.Round(time.Millisecond), "class", r.Class, "message", r.Message)
}

// Repeated logs a reply that cannot be used.
func (w watch) Repeated(call llm.Call, attempt int, why *llm.RowError) {
	w.say("model asked again", call, "attempt", attempt, "class", why.Class, "message", why.Message)
}

// Limited logs that an endpoint takes fewer requests than it might, or more again.
func (w watch) Limited(host, what string) {
	if w.log != nil {
		w.log.Info("endpoint", "host", host, "limits", what)
	}
}

func (w watch) say(what string, call llm.Call, args ...any) {
	if w.log != nil {
		w.log.Info(what, append([]any{"step", call.Step, "row", call.Row, "sample", call.Sample}, args...)...)
	}
}

// simulator starts the simulator inside this program.
func simulator(models []llm.Model, faults string) (url string, stop func(), err error) {
	f, err := simulate.ParseFaults(faults)
	if err != nil {
		return "", nil, fmt.Errorf("--simulate-faults: %w", err)
	}
	o := simulate.Options{Faults: f}
	for _, m := range models {
		o.AnyModel = o.AnyModel || m.Provider != "mistral" || m.BaseURL != "" // not the names of Mistral's own API
	}
	s, err := simulate.Start("127.0.0.1:0", o)
	if err != nil {
		return "", nil, fmt.Errorf("the simulator does not start: %w", err)
	}
	return s.URL, func() { s.Close() }, nil
}
