package simulate

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/simulate/schematest"
)

type embeddings struct {
	Data []struct {
		Index     int
		Embedding []float64
	}
	Usage usage
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func TestEmbed(t *testing.T) {
	s := start(t, Options{})
	body := `{"model":"mistral-embed","input":["the slope of a line","what is the slope of this line","medieval kings"]}`
	if err := schematest.Validate("EmbeddingRequest", []byte(body)); err != nil {
		t.Fatal(err)
	}
	r := s.call(t, "POST", "/embeddings", body)
	if err := schematest.Validate("EmbeddingResponse", r.body); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
	e := decode[embeddings](t, r.body)
	if len(e.Data) != 3 || e.Data[2].Index != 2 || len(e.Data[0].Embedding) != 1024 || e.Usage.Total != 5+8+4 {
		t.Fatalf("%d vectors, usage %+v", len(e.Data), e.Usage)
	}
	a, b, c := e.Data[0].Embedding, e.Data[1].Embedding, e.Data[2].Embedding
	if math.Abs(dot(a, a)-1) > 1e-3 || dot(a, b) < 0.4 || math.Abs(dot(a, c)) > 0.2 {
		t.Errorf("lengths %g, near %g, far %g", dot(a, a), dot(a, b), dot(a, c))
	}
	r = s.call(t, "POST", "/embeddings", `{"model":"mistral-embed","input":"the slope of a line","encoding_format":"base64"}`)
	coded := decode[struct{ Data []struct{ Embedding string } }](t, r.body)
	raw, err := base64.StdEncoding.DecodeString(coded.Data[0].Embedding)
	if err != nil || len(raw) != 4096 || math.Abs(float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4:])))-a[1]) > 1e-6 {
		t.Errorf("base64: %v, %d bytes", err, len(raw))
	}
}

func TestEmbedSettings(t *testing.T) {
	s := start(t, Options{})
	for extra, want := range map[string]int{`"output_dimension":256`: 256, `"output_dtype":"int8"`: 1536, `"output_dtype":"ubinary"`: 192, `"output_dimension":16,"output_dtype":"binary"`: 2} {
		r := s.call(t, "POST", "/embeddings", `{"model":"codestral-embed","input":"x",`+extra+`}`)
		if e := decode[embeddings](t, r.body); r.status != 200 || len(e.Data[0].Embedding) != want {
			t.Errorf("%s: %d %.200s", extra, r.status, r.body)
		}
	}
	for body, status := range map[string]int{
		`{"model":"mistral-embed","input":"x","output_dimension":256}`:                    400,
		`{"model":"mistral-large-latest","input":"x"}`:                                    400,
		`{"model":"mistral-embed","input":[]}`:                                            400,
		`{"model":"mistral-embed","input":"` + strings.Repeat("x", 4*8192+1) + `"}`:       400,
		`{"model":"mistral-embed","input":1}`:                                             422,
		`{"model":"mistral-embed","input":"x","dimensions":1}`:                            422,
		`{"model":"codestral-embed","input":"x","output_dimension":0}`:                    422,
		`{"model":"codestral-embed","input":"x","output_dimension":100000000000}`:         400,
		`{"model":"mistral-embed","input":"x","encoding_format":"hex"}`:                   422,
		`{"model":"mistral-embed","input":"x","output_dtype":"float","metadata":{"a":1}}`: 200,
	} {
		if r := s.call(t, "POST", "/embeddings", body); r.status != status {
			t.Errorf("%.100s: %d %.200s", body, r.status, r.body)
		}
	}
}
