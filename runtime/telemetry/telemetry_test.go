package telemetry

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/llm"
)

// collector takes what is sent to it, as an OpenTelemetry collector does.
type collector struct {
	*httptest.Server
	mu       sync.Mutex
	resource []*common.KeyValue
	spans    []*trace.Span
	metrics  map[string]*metrics.Metric
}

func collect(t *testing.T) *collector {
	c := &collector{metrics: map[string]*metrics.Metric{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = c.take(r.URL.Path, body)
		}
		if err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) take(path string, body []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch path {
	case "/v1/traces":
		var r collectortrace.ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &r); err != nil {
			return err
		}
		for _, res := range r.ResourceSpans {
			c.resource = res.Resource.Attributes
			for _, scope := range res.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
	case "/v1/metrics":
		var r collectormetrics.ExportMetricsServiceRequest
		if err := proto.Unmarshal(body, &r); err != nil {
			return err
		}
		for _, res := range r.ResourceMetrics {
			for _, scope := range res.ScopeMetrics {
				for _, m := range scope.Metrics {
					c.metrics[m.Name] = m
				}
			}
		}
	default:
		return errors.New("nothing is expected here")
	}
	return nil
}

// flat are attributes as text.
func flat(attributes []*common.KeyValue) map[string]string {
	m := map[string]string{}
	for _, a := range attributes {
		text := a.Value.String()
		_, text, _ = strings.Cut(text, ":")
		m[a.Key] = strings.Trim(text, `"`)
	}
	return m
}

var (
	began = time.Date(2026, 8, 21, 12, 0, 0, 0, time.UTC)
	temp  = 0.7
	most  = 512
	asked = endpoint.Operation{Call: llm.Call{Step: "judge", Row: "r1", Sample: 2}, Attempt: 1, Try: 1, Provider: "mistral", Host: "localhost:8080",
		Model: "mistral-small-latest", Began: began, Took: 1500 * time.Millisecond, Status: 200,
		Reply:    llm.Reply{Model: "mistral-small-2506", FinishReason: "stop", PromptTokens: 100, CompletionTokens: 50},
		Settings: llm.Generation{Temperature: &temp, MaxNewTokens: &most}}
	refused = endpoint.Operation{Call: llm.Call{Step: "judge", Row: "r2"}, Attempt: 2, Try: 3, Provider: "openai", Host: "api.example.org",
		Model: "m", Began: began, Took: time.Second, Status: 429, Class: llm.RateLimited}
)

// Each request becomes a span of the run, and is counted, under the names of the semantic conventions.
func TestTelemetry(t *testing.T) {
	c := collect(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
	tel, err := New(context.Background(), runtime.TelemetryRun{Pipeline: "maths", Hash: "abc", Simulated: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	tel.Request(asked)
	tel.Request(refused)
	if err := tel.Close("stopped", errors.New("no credit is left")); err != nil {
		t.Fatal(err)
	}
	want(t, flat(c.resource), map[string]string{"service.name": "distigen", "distigen.pipeline": "maths", "distigen.simulated": "true",
		"deployment.environment.name": "test"})
	if len(c.spans) != 3 {
		t.Fatalf("%d spans were sent", len(c.spans))
	}
	good, bad, run := c.spans[0], c.spans[1], c.spans[2]
	if run.Name != "run maths" || run.Status.Code != trace.Status_STATUS_CODE_ERROR || run.Status.Message != "no credit is left" {
		t.Errorf("the span of the run is %v", run)
	}
	if good.Name != "chat mistral-small-latest" || string(good.ParentSpanId) != string(run.SpanId) || good.Kind != trace.Span_SPAN_KIND_CLIENT ||
		good.EndTimeUnixNano-good.StartTimeUnixNano != 1_500_000_000 {
		t.Errorf("the span of a request is %v", good)
	}
	want(t, flat(good.Attributes), map[string]string{"gen_ai.operation.name": "chat", "gen_ai.provider.name": "mistral_ai",
		"gen_ai.request.model": "mistral-small-latest", "gen_ai.response.model": "mistral-small-2506", "server.address": "localhost", "server.port": "8080",
		"gen_ai.usage.input_tokens": "100", "gen_ai.usage.output_tokens": "50", "gen_ai.request.temperature": "0.7", "gen_ai.request.max_tokens": "512",
		"http.response.status_code": "200", "distigen.step": "judge", "distigen.row": "r1", "distigen.sample": "2"})
	if bad.Status.Code != trace.Status_STATUS_CODE_ERROR {
		t.Errorf("the span of a refused request is %v", bad)
	}
	want(t, flat(bad.Attributes), map[string]string{"error.type": string(llm.RateLimited), "server.address": "api.example.org", "http.response.status_code": "429",
		"http.request.resend_count": "2", "distigen.attempt": "2"})

	durations := c.metrics["gen_ai.client.operation.duration"].GetHistogram().GetDataPoints()
	if len(durations) != 2 || durations[0].GetCount() != 1 {
		t.Errorf("the durations are %v", durations)
	}
	sums := map[string]float64{}
	for _, p := range c.metrics["gen_ai.client.token.usage"].GetHistogram().GetDataPoints() {
		sums[flat(p.Attributes)["gen_ai.token.type"]] = p.GetSum()
	}
	if len(sums) != 2 || sums["input"] != 100 || sums["output"] != 50 {
		t.Errorf("the tokens are %v", sums)
	}
}

func want(t *testing.T, got, want map[string]string) {
	t.Helper()
	for key, value := range want {
		if got[key] != value {
			t.Errorf("%s is %q, not %q", key, got[key], value)
		}
	}
}

// What nobody asked for is not sent.
func TestWanted(t *testing.T) {
	for name, test := range map[string]struct {
		env             map[string]string
		traces, metrics bool
	}{
		"none":          {nil, false, false},
		"all":           {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:1"}, true, true},
		"traces":        {map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:1"}, true, false},
		"no metrics":    {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:1", "OTEL_METRICS_EXPORTER": "none"}, true, false},
		"disabled":      {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:1", "OTEL_SDK_DISABLED": "true"}, false, false},
		"nothing wrong": {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:1", "OTEL_SDK_DISABLED": "no"}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			for key, value := range test.env {
				t.Setenv(key, value)
			}
			if traces, metrics := wanted("TRACES"), wanted("METRICS"); traces != test.traces || metrics != test.metrics {
				t.Errorf("traces %v, metrics %v", traces, metrics)
			}
			tel, err := New(context.Background(), runtime.TelemetryRun{Log: slog.New(slog.DiscardHandler)})
			if err != nil || (tel != nil) != (test.traces || test.metrics) {
				t.Errorf("%v, %v", tel, err)
			}
		})
	}
}

// A collector that is not there costs the run nothing but a warning.
func TestNoCollector(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "500")
	var said strings.Builder
	tel, err := New(context.Background(), runtime.TelemetryRun{Log: slog.New(slog.NewTextHandler(&said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	tel.Request(asked)
	if err := tel.Close("done", nil); err == nil {
		t.Error("that nothing could be sent was not told")
	}
}
