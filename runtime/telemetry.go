package runtime

import (
	"context"
	"log/slog"

	"github.com/distigen/distigen/runtime/endpoint"
)

// Telemetry is told of every request of a run. The package telemetry has one for OpenTelemetry, which a program links only
// if it was built to.
type Telemetry interface {
	// Request is called by many goroutines at once.
	Request(endpoint.Operation)
	// Close sends what is left.
	Close(status string, failure error) error
}

// TelemetryRun is what a run tells of itself.
type TelemetryRun struct {
	Pipeline  string
	Hash      string
	Simulated bool
	Log       *slog.Logger // for what goes wrong with the telemetry itself
}

// startTelemetry starts it if the program has it and the environment wants it.
func (w *work) startTelemetry(ctx context.Context) error {
	if w.program.Telemetry == nil {
		return nil
	}
	t, err := w.program.Telemetry(ctx, TelemetryRun{w.rec.Pipeline, w.rec.Hash, w.rec.Simulated, w.log})
	if err != nil || t == nil {
		return err
	}
	w.telemetry = t
	w.engine.stats.telemetry = t
	return nil
}

// endTelemetry sends what is left. That some of it was lost is no failure of the run.
func (w *work) endTelemetry(failure error) {
	if w.telemetry == nil {
		return
	}
	if err := w.telemetry.Close(string(w.rec.Status), failure); err != nil {
		w.log.Warn("telemetry", "error", err)
	}
}
