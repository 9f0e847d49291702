// Package telemetry sends traces and metrics of a run to an OpenTelemetry collector, by OTLP over HTTP and the usual
// environment variables, with the semantic conventions for generative AI. A program links it only if it was built to
// (distigen build --telemetry): it is larger than all the rest.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/endpoint"
)

const scope = "github.com/distigen/distigen/runtime/telemetry"

// New starts to send, if OTEL_EXPORTER_OTLP_ENDPOINT or one of its kin says where to. It returns nil if none does, or if
// OTEL_SDK_DISABLED is true.
func New(ctx context.Context, run runtime.TelemetryRun) (runtime.Telemetry, error) {
	traces, metrics := wanted("TRACES"), wanted("METRICS")
	if !traces && !metrics {
		return nil, nil
	}
	about, err := resource.New(ctx, resource.WithSchemaURL(""), resource.WithAttributes(attribute.String("service.name", "distigen"),
		attribute.String("service.version", runtime.V1), attribute.String("distigen.pipeline", run.Pipeline), attribute.String("distigen.pipeline_hash", run.Hash),
		attribute.Bool("distigen.simulated", run.Simulated)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("the telemetry cannot start: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { run.Log.Warn("telemetry", "error", err) }))
	t := &telemetry{}
	if traces {
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			return nil, fmt.Errorf("traces cannot be sent: %w", err)
		}
		provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
		t.closers = append(t.closers, provider.Shutdown)
		t.tracer = provider.Tracer(scope)
		t.ctx, t.run = t.tracer.Start(ctx, "run "+run.Pipeline)
	}
	if metrics {
		exporter, err := otlpmetrichttp.New(ctx)
		if err != nil {
			return nil, fmt.Errorf("metrics cannot be sent: %w", err)
		}
		provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exporter)), sdkmetric.WithResource(about))
		t.closers = append(t.closers, provider.Shutdown)
		if err := t.instruments(provider.Meter(scope)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// wanted reports whether the environment says where to send a signal to.
func wanted(signal string) bool {
	if off, _ := strconv.ParseBool(os.Getenv("OTEL_SDK_DISABLED")); off || os.Getenv("OTEL_"+signal+"_EXPORTER") == "none" {
		return false
	}
	return os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_"+signal+"_ENDPOINT") != ""
}

// telemetry is what is sent of a run.
type telemetry struct {
	ctx      context.Context // with the span of the run
	run      trace.Span
	tracer   trace.Tracer // nil: no traces
	duration metric.Float64Histogram
	tokens   metric.Int64Histogram
	closers  []func(context.Context) error
}

func (t *telemetry) instruments(m metric.Meter) (err error) {
	t.duration, err = m.Float64Histogram("gen_ai.client.operation.duration", metric.WithUnit("s"), metric.WithDescription("GenAI operation duration."),
		metric.WithExplicitBucketBoundaries(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92))
	if err != nil {
		return err
	}
	t.tokens, err = m.Int64Histogram("gen_ai.client.token.usage", metric.WithUnit("{token}"), metric.WithDescription("Number of input and output tokens used."),
		metric.WithExplicitBucketBoundaries(1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864))
	return err
}

// Request records a request that was sent.
func (t *telemetry) Request(op endpoint.Operation) {
	common := attributes(op)
	if t.tracer != nil {
		t.span(op, common)
	}
	if t.duration == nil {
		return
	}
	ctx := context.Background()
	t.duration.Record(ctx, op.Took.Seconds(), metric.WithAttributes(common...))
	if op.Class == "" {
		t.tokens.Record(ctx, int64(op.Reply.PromptTokens), metric.WithAttributes(append(common, attribute.String("gen_ai.token.type", "input"))...))
		t.tokens.Record(ctx, int64(op.Reply.CompletionTokens), metric.WithAttributes(append(common, attribute.String("gen_ai.token.type", "output"))...))
	}
}

// attributes are those that spans and metrics share.
func attributes(op endpoint.Operation) []attribute.KeyValue {
	host, port, err := net.SplitHostPort(op.Host)
	if err != nil {
		host, port = op.Host, ""
	}
	provider := op.Provider
	if provider == "mistral" {
		provider = "mistral_ai"
	}
	a := []attribute.KeyValue{attribute.String("gen_ai.operation.name", kindOf(op)), attribute.String("gen_ai.provider.name", provider),
		attribute.String("gen_ai.request.model", op.Model), attribute.String("server.address", host), attribute.String("distigen.step", op.Call.Step)}
	if n, err := strconv.Atoi(port); err == nil {
		a = append(a, attribute.Int("server.port", n))
	}
	if op.Class != "" {
		return append(a, attribute.String("error.type", string(op.Class)))
	}
	return append(a, attribute.String("gen_ai.response.model", op.Reply.Model))
}

func (t *telemetry) span(op endpoint.Operation, common []attribute.KeyValue) {
	_, span := t.tracer.Start(t.ctx, kindOf(op)+" "+op.Model, trace.WithTimestamp(op.Began), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(common...),
		trace.WithAttributes(attribute.String("distigen.row", op.Call.Row), attribute.Int("distigen.sample", op.Call.Sample),
			attribute.Int("distigen.attempt", op.Attempt), attribute.Int("http.request.resend_count", op.Try-1)))
	if op.Status > 0 {
		span.SetAttributes(attribute.Int("http.response.status_code", op.Status))
	}
	if s := op.Settings; s.Temperature != nil {
		span.SetAttributes(attribute.Float64("gen_ai.request.temperature", *s.Temperature))
	}
	if s := op.Settings; s.MaxNewTokens != nil {
		span.SetAttributes(attribute.Int("gen_ai.request.max_tokens", *s.MaxNewTokens))
	}
	if op.Class != "" {
		span.SetStatus(codes.Error, string(op.Class))
	} else {
		span.SetAttributes(attribute.StringSlice("gen_ai.response.finish_reasons", []string{op.Reply.FinishReason}),
			attribute.Int("gen_ai.usage.input_tokens", op.Reply.PromptTokens), attribute.Int("gen_ai.usage.output_tokens", op.Reply.CompletionTokens))
	}
	span.End(trace.WithTimestamp(op.Began.Add(op.Took)))
}

// Close ends the span of the run and sends what is left, for a few seconds at most.
func (t *telemetry) Close(status string, failure error) error {
	if t.run != nil {
		t.run.SetAttributes(attribute.String("distigen.status", status))
		if failure != nil {
			t.run.SetStatus(codes.Error, failure.Error())
		}
		t.run.End()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var errs []error
	for _, c := range t.closers {
		errs = append(errs, c(ctx))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("the telemetry of the run could not be sent in full: %w", err)
	}
	return nil
}

// kindOf is what a request is for, as OpenTelemetry calls it.
func kindOf(op endpoint.Operation) string {
	switch {
	case op.Texts > 0:
		return "embeddings"
	case op.Raw:
		return "text_completion"
	}
	return "chat"
}
