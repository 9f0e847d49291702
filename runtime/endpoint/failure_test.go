package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

const aKey = "sk-very-secret-0123456789"

// serve starts a server, and returns a model on it and its endpoints, which do not wait between tries.
func serve(t *testing.T, h http.HandlerFunc, change func(*llm.Model)) (*Set, *witness, llm.Model) {
	t.Helper()
	t.Setenv("A_KEY", aKey)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	m := local()
	m.BaseURL, m.APIKeyEnv, m.MaxRetries, m.MaxOutageSecs = server.URL+"/v1", "A_KEY", new(2), new(0)
	if change != nil {
		change(&m)
	}
	w := &witness{}
	s, err := New([]llm.Model{m}, Options{Watch: w})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.jitter = func() float64 { return 0 }
	return s, w, m
}

// send makes a handler that sends the same always; its body may hold KEY.
func sends(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, strings.ReplaceAll(body, "KEY", strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))
	}
}

func breaks(after string, reset bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		io.WriteString(conn, after)
		if reset {
			conn.(*net.TCPConn).SetLinger(0)
		}
		conn.Close()
	}
}

func TestFailures(t *testing.T) {
	detail := func(loc, msg string) string {
		return fmt.Sprintf(`{"detail":[{"type":"t","loc":[%s],"msg":%q,"input":1}]}`, loc, msg)
	}
	openai := func(param, code, message string) string {
		return fmt.Sprintf(`{"error":{"message":%q,"type":"invalid_request_error","param":%s,"code":%s}}`, message, param, code)
	}
	mistral := func(m *llm.Model) { m.Provider, m.Name = "mistral", "open-mistral-7b" }
	settings := func(m *llm.Model) {
		m.Generation = llm.Generation{TopP: llm.Ptr(0.5), MaxNewTokens: llm.Ptr(9), Temperature: llm.Ptr(1.9)}
	}
	for name, c := range map[string]struct {
		serve  http.HandlerFunc
		change func(*llm.Model)
		class  llm.Class
		fatal  bool
		tries  int
		says   []string
	}{
		"429":             {sends(429, `{"message":"Requests rate limit exceeded"}`), nil, llm.RateLimited, false, 3, []string{"status 429: Requests rate limit exceeded.", "tried 3 times"}},
		"408":             {sends(408, ``), nil, llm.Timeout, false, 3, []string{"status 408 (Request Timeout)."}},
		"500":             {sends(500, `{"object":"error","message":"Internal Server Error","type":"internal_server_error","param":null,"code":"1000"}`), nil, llm.ServerError, false, 3, []string{"status 500"}},
		"502, a page":     {sends(502, `<html><body>KEY</body></html>`, "Content-Type", "text/html"), nil, llm.ServerError, false, 3, []string{"status 502 (Bad Gateway)."}},
		"529":             {sends(529, `overloaded`), nil, llm.ServerError, false, 3, []string{"status 529: overloaded."}},
		"no retries":      {sends(503, ``), func(m *llm.Model) { m.MaxRetries = new(0) }, llm.ServerError, false, 1, []string{"status 503 (Service Unavailable)."}},
		"key in an error": {sends(500, `{"error":"the key KEY is odd"}`), nil, llm.ServerError, false, 3, []string{"the key *** is odd"}},

		"closed":         {breaks("", false), nil, llm.Connection, false, 3, []string{"The connection to 127.0.0.1:", "failed: EOF"}},
		"reset":          {breaks("", true), nil, llm.Connection, false, 3, []string{"reset by peer"}},
		"broken header":  {breaks("HTTP/1.1 200 OK\r\nContent-", false), nil, llm.Connection, false, 3, []string{"malformed MIME header"}},
		"broken body":    {breaks("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{", false), nil, llm.Connection, false, 3, []string{"unexpected EOF"}},
		"broken later":   {breaks("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n"+completion("x"), false), nil, llm.Connection, false, 3, []string{"unexpected EOF"}},
		"broken refusal": {breaks("HTTP/1.1 401 No\r\nContent-Length: 99\r\n\r\n{", false), nil, llm.Unauthorized, true, 1, []string{"A_KEY"}},
		"no HTTP":        {breaks("SSH-2.0-x KEY\r\n\r\n", false), nil, llm.Connection, false, 3, []string{"malformed"}},
		"refused":        {nil, func(m *llm.Model) { m.BaseURL = "http://127.0.0.1:1/v1" }, llm.Connection, false, 3, []string{"connection refused"}},

		"no UTF-8":      {sends(200, strings.Replace(completion("x"), `"x"`, "\"x\xff\"", 1)), nil, llm.BadResponse, false, 3, []string{"it is not UTF-8"}},
		"bad JSON":      {sends(200, completion("x")[:60]), nil, llm.BadResponse, false, 3, []string{"unexpected EOF"}},
		"no object":     {sends(200, `["KEY"]`), nil, llm.BadResponse, false, 3, []string{"is no reply of its API"}},
		"wrong type":    {sends(200, `{"choices":[{"message":{"content":7}}]}`), nil, llm.BadResponse, false, 3, []string{"cannot unmarshal"}},
		"a page":        {sends(200, completion("x"), "Content-Type", "text/html; charset=utf-8"), nil, llm.BadResponse, false, 3, []string{"it is text/html; charset=utf-8 and not JSON"}},
		"200, an error": {sends(200, `{"error":{"message":"Provider returned error","code":502}}`), nil, llm.BadResponse, false, 3, []string{"Provider returned error"}},
		"finish error":  {sends(200, completionOf(`"half a"`, "error")), nil, llm.ServerError, false, 3, []string{"broke a reply off"}},
		"long error":    {sends(400, strings.Repeat("long ", 1<<20)), nil, llm.Refused, false, 1, []string{"status 400: long long"}},

		"401":              {sends(401, `{"message":"Unauthorized KEY","request_id":"1"}`), nil, llm.Unauthorized, true, 1, []string{"127.0.0.1:", "status 401: Unauthorized ***.", "key in A_KEY"}},
		"401, without key": {sends(401, `{"detail":"Unauthorized"}`), func(m *llm.Model) { m.APIKeyEnv = "" }, llm.Unauthorized, true, 1, []string{"OPENAI_API_KEY is not set", "127.0.0.1:"}},
		"403":              {sends(403, openai(`null`, `null`, "Country not supported")), nil, llm.Unauthorized, true, 1, []string{"A_KEY", "Country not supported"}},
		"402":              {sends(402, `{"error":"pay"}`), nil, llm.Unauthorized, true, 1, []string{"credit", "pay"}},
		"429, no quota":    {sends(429, openai(`null`, `"insufficient_quota"`, "You exceeded your current quota")), nil, llm.Unauthorized, true, 1, []string{"credit", "exceeded your current quota"}},

		"unknown model, Mistral":      {sends(400, `{"object":"error","message":"Invalid model: open-mistral-7b","type":"invalid_model","param":null,"code":"1500"}`), mistral, llm.UnknownModel, true, 1, []string{"Invalid model: open-mistral-7b.", "retired on 2025-03-30", "Take ministral-8b-latest", "--set model.small.name=ministral-8b-latest"}},
		"unknown model, 422":          {sends(422, detail(`"body","model"`, "no such model")), nil, llm.UnknownModel, true, 1, []string{"no such model", "--set model.small.name=NAME"}},
		"unknown model, OpenAI":       {sends(404, openai(`null`, `"model_not_found"`, "The model `m-1` does not exist or you do not have access to it.")), nil, llm.UnknownModel, true, 1, []string{"does not exist"}},
		"unknown model, project":      {sends(403, openai(`null`, `"model_not_found"`, "Project `p` does not have access to model `m-1`")), nil, llm.UnknownModel, true, 1, []string{"Project"}},
		"unknown model, vLLM":         {sends(404, `{"object":"error","message":"The model `+"`m-1`"+` does not exist.","type":"NotFoundError","param":null,"code":404}`), nil, llm.UnknownModel, true, 1, []string{"m-1"}},
		"unknown model, Ollama":       {sends(404, `{"error":{"message":"model 'm-1' not found, try pulling it first","type":"api_error","param":null,"code":null}}`), nil, llm.UnknownModel, true, 1, []string{"pulling it"}},
		"a model, unnamed":            {sends(400, `{"message":"Images for this kind of model are deprecated"}`), nil, llm.Refused, false, 1, []string{"deprecated"}},
		"no such route":               {sends(404, `{"message":"no Route matched with those values","request_id":"1"}`), nil, llm.InvalidParams, true, 1, []string{"There is no chat API at http://127.0.0.1:", "/v1/chat/completions.", "base_url", "/v1."}},
		"no such route, a page":       {sends(404, `<h1>KEY</h1>`, "Content-Type", "text/html"), nil, llm.InvalidParams, true, 1, []string{"base_url"}},
		"no such route, FastAPI":      {sends(404, `{"detail":"Not Found"}`), nil, llm.InvalidParams, true, 1, []string{"base_url"}},
		"no such method":              {sends(405, `{"detail":"Method Not Allowed"}`), nil, llm.InvalidParams, true, 1, []string{"base_url"}},
		"moved":                       {sends(301, ``, "Location", "https://a:KEY@b/v2/chat/completions"), nil, llm.InvalidParams, true, 1, []string{"redirects with status 301 to", "https://b/v2\"", "base_url"}},
		"422, a setting":              {sends(422, detail(`"body","temperature"`, "Input should be less than or equal to 1.5")), settings, llm.InvalidParams, true, 1, []string{"The setting temperature is refused.", "less than or equal to 1.5", "--set step.ask.temperature=VALUE"}},
		"422, renamed":                {sends(422, detail(`"body","max_tokens"`, "too many")), settings, llm.InvalidParams, true, 1, []string{"The setting max_new_tokens is refused."}},
		"422, Mistral's envelope":     {sends(422, `{"object":"error","message":`+detail(`"body","top_p"`, "no")+`,"type":"invalid_request_error","code":null}`), settings, llm.InvalidParams, true, 1, []string{"The setting top_p is refused."}},
		"422, format":                 {sends(422, detail(`"body","response_format","type"`, "no")), nil, llm.InvalidParams, true, 1, []string{"reply_format", "model.small.reply_format=text"}},
		"422, unknown field":          {sends(422, detail(`"body","KEY\u001b"`, "Extra inputs are not permitted")), nil, llm.InvalidParams, true, 1, []string{"The setting *** is refused"}},
		"422, messages":               {sends(422, detail(`"body","messages",0,"user","content"`, "bad")), settings, llm.Refused, false, 1, []string{"messages: bad"}},
		"422, the body":               {sends(422, detail(`"body"`, "bad")), settings, llm.Refused, false, 1, []string{"status 422: bad."}},
		"422, text":                   {sends(422, `{"detail":"nonsense"}`), settings, llm.Refused, false, 1, []string{"nonsense"}},
		"400, a setting":              {sends(400, openai(`"temperature"`, `"unsupported_value"`, "Unsupported value")), settings, llm.InvalidParams, true, 1, []string{"The setting temperature is refused."}},
		"400, not sent":               {sends(400, openai(`"tools"`, `null`, "Missing")), settings, llm.Refused, false, 1, []string{"Missing"}},
		"400, in the text":            {sends(400, `{"object":"error","message":"top_p must be 1 when using greedy sampling.","type":"invalid_request_error","param":null,"code":null}`), settings, llm.InvalidParams, true, 1, []string{"The setting top_p is refused."}},
		"400, not sent, text":         {sends(400, `{"message":"frequency_penalty must be 1"}`), settings, llm.Refused, false, 1, []string{"must be 1"}},
		"400, messages":               {sends(400, openai(`"messages[1].content"`, `null`, "Invalid content of top_p")), settings, llm.Refused, false, 1, []string{"Invalid content"}},
		"400, odd param":              {sends(400, openai(`"[."`, `null`, "odd")), settings, llm.Refused, false, 1, []string{"odd"}},
		"400, too long, OpenAI":       {sends(400, openai(`"messages"`, `"context_length_exceeded"`, "This model's maximum context length is 8192 tokens.")), settings, llm.Refused, false, 1, []string{"8192"}},
		"400, too long, vLLM":         {sends(400, openai(`"max_tokens"`, `400`, "'max_tokens' is too large: 9. This model's maximum context length is 8 tokens")), settings, llm.Refused, false, 1, []string{"too large"}},
		"400, too long, Mistral":      {sends(400, `{"message":"Prompt contains 9 tokens, too large for model with 8 maximum context length"}`), settings, llm.Refused, false, 1, []string{"too large for model"}},
		"400, too long for the model": {sends(400, `{"object":"error","message":"The model m-1 does not support this context length: too long.","type":"invalid_model"}`), settings, llm.Refused, false, 1, []string{"too long"}},
		"400, filtered":               {sends(400, openai(`"prompt"`, `"content_filter"`, "The response was filtered")), nil, llm.Filtered, false, 1, []string{"was filtered"}},
		"413":                         {sends(413, `too large`), nil, llm.Refused, false, 1, []string{"status 413: too large."}},
		"418":                         {sends(418, `{}`), nil, llm.Refused, false, 1, []string{"status 418 (I'm a teapot)."}},
	} {
		t.Run(name, func(t *testing.T) {
			var tries atomic.Int64
			s, w, m := serve(t, func(w http.ResponseWriter, r *http.Request) {
				tries.Add(1)
				c.serve(w, r)
			}, c.change)
			if c.serve == nil {
				tries.Store(int64(c.tries))
			}
			_, err := s.ask(t.Context(), m, "hi")
			row, fatal := (*llm.RowError)(nil), (*llm.FatalError)(nil)
			switch {
			case errors.As(err, &fatal) && c.fatal && fatal.Class == c.class:
			case errors.As(err, &row) && !c.fatal && row.Class == c.class:
			default:
				t.Fatalf("the error is %#v: %v", err, err)
			}
			if tries.Load() != int64(c.tries) || len(w.retries) != c.tries-1 || len(w.asked) != 1 {
				t.Errorf("%d tries, retries %+v, asked %v", tries.Load(), w.retries, w.asked)
			}
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in: %v", part, err)
				}
			}
			if told := fmt.Sprintf("%v %+v %+v", err, w.retries, err); strings.Contains(told, aKey) || strings.ContainsAny(told, "\x1b") || strings.Contains(told, "..") && !strings.Contains(told, "…") {
				t.Errorf("it should not be said: %s", told)
			}
			s.noneInside(t)
		})
	}
}

// A page that never ends is read until its time is over.
func TestTimeoutCoversTheBody(t *testing.T) {
	release := make(chan struct{})
	s, _, m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte("{"))
		w.(http.Flusher).Flush()
		<-release
	}, func(m *llm.Model) { m.MaxRetries, m.TimeoutSecs = new(0), 1 })
	defer close(release)
	began := time.Now()
	_, err := s.ask(t.Context(), m, "x")
	if row := (*llm.RowError)(nil); !errors.As(err, &row) || row.Class != llm.Timeout || !strings.Contains(err.Error(), "within 1s") || time.Since(began) > 20*time.Second {
		t.Errorf("the error is %v", err)
	}
	s.noneInside(t)
}

func TestCancelInFlight(t *testing.T) {
	release, begun := make(chan struct{}), make(chan struct{}, 1)
	s, w, m := serve(t, func(http.ResponseWriter, *http.Request) {
		begun <- struct{}{}
		<-release
	}, nil)
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	if _, err := s.ask(ctx, m, "x"); err != context.Canceled {
		t.Errorf("the error is %v", err)
	}
	if len(w.asked) != 1 || len(w.retries) > 0 {
		t.Errorf("a request that was sent counts once: %v %v", w.asked, w.retries)
	}
	s.noneInside(t)
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	var addresses sync.Map
	s, _, m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		addresses.Store(r.RemoteAddr, true)
		sends(200, completion("x"))(w, r)
	}, nil)
	for range 5 {
		if _, err := s.ask(t.Context(), m, "x"); err != nil {
			t.Fatal(err)
		}
	}
	count := 0
	addresses.Range(func(any, any) bool { count++; return true })
	if count != 1 {
		t.Errorf("%d connections", count)
	}
}
