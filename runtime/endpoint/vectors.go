package endpoint

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/sashabaranov/go-openai"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// sendTexts sends the body of a request for embeddings once.
func (e *endpoint) sendTexts(ctx context.Context, body []byte, timeout time.Duration) (*exchange, openai.EmbeddingResponse, error) {
	return exchanged(ctx, body, timeout, func(ctx context.Context) (openai.EmbeddingResponse, error) {
		return e.client.CreateEmbeddings(ctx, openai.EmbeddingRequestStrings{EncodingFormat: openai.EmbeddingEncodingFormatBase64})
	}, looseVectors)
}

// looseVectors reads a response with vectors as lists of numbers, though base64 was asked for, or that is not quite the API's.
func looseVectors(body []byte) (res openai.EmbeddingResponse, ok bool) {
	var v struct {
		Model any
		Data  []struct {
			Index     int
			Embedding json.RawMessage
		}
		Usage map[string]any
	}
	if json.Unmarshal(body, &v) != nil || len(v.Data) == 0 {
		return res, false
	}
	for _, d := range v.Data {
		item := openai.Embedding{Index: d.Index}
		var text string
		if json.Unmarshal(d.Embedding, &text) == nil {
			if item.Embedding, ok = unpacked(text); !ok {
				return res, false
			}
		} else if json.Unmarshal(d.Embedding, &item.Embedding) != nil {
			return res, false
		}
		res.Data = append(res.Data, item)
	}
	res.Model = openai.EmbeddingModel(looseText(v.Model))
	res.Usage.PromptTokens = looseCount(v.Usage["prompt_tokens"])
	return res, true
}

// readVectors takes the vectors out of a response, by their index.
func (e *endpoint) readVectors(x *exchange, res openai.EmbeddingResponse, q *question) (llm.Reply, *failure) {
	reply := llm.Reply{Model: e.secret.hideInReply(string(res.Model)), PromptTokens: max(0, res.Usage.PromptTokens)}
	if reply.Model == "" {
		reply.Model = q.model.Name
	}
	wrong := func(format string, args ...any) (llm.Reply, *failure) {
		return reply, &failure{class: llm.BadResponse, status: x.status, again: true,
			message: fmt.Sprintf("What %s sent is no reply of its API: %s.", e.host, fmt.Sprintf(format, args...))}
	}
	if len(res.Data) != len(q.texts) {
		if said := readError(x.got); len(res.Data) == 0 && said.message != "" { // some servers send errors as 200
			return wrong("an error, %s", e.secret.printable(said.message))
		}
		return wrong("%d vectors for %d texts", len(res.Data), len(q.texts))
	}
	vectors := make([][]float32, len(q.texts))
	for _, d := range res.Data {
		switch {
		case d.Index < 0 || d.Index >= len(vectors) || vectors[d.Index] != nil:
			return wrong("a vector has the index %d a second time, or there is no such text", d.Index)
		case len(d.Embedding) == 0 || len(d.Embedding) != len(res.Data[0].Embedding):
			return wrong("the vectors have %d and %d numbers", len(res.Data[0].Embedding), len(d.Embedding))
		case !finite(d.Embedding):
			return wrong("the vector %d has what is no number", d.Index)
		}
		vectors[d.Index] = d.Embedding
	}
	for i, w := range q.texts {
		w.values = vectors[i]
	}
	return reply, nil
}

func finite(v []float32) bool {
	for _, x := range v {
		if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
			return false
		}
	}
	return true
}

// noteRecalled tells of a vector that the journal had.
func (a *asker) noteRecalled(e *journal.Entry) {
	a.recalled = true
	a.noteFaked(e)
	a.set.watch.Recalled(a.call, e)
}

// packed is a vector as the journal keeps it: float32 in base64, little end first, as the APIs send it.
func packed(v []float32) string {
	raw := make([]byte, 0, 4*len(v))
	for _, x := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func unpacked(text string) ([]float32, bool) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 || len(raw)%4 != 0 {
		return nil, false
	}
	v := make([]float32, len(raw)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return v, true
}

// exactly is a vector in the numbers of a column. Each is the one with the fewest digits that stands for its float32, so that
// a row takes half of the room on disk.
func exactly(v []float32) []float64 {
	out := make([]float64, len(v))
	var digits []byte
	for i, x := range v {
		digits = strconv.AppendFloat(digits[:0], float64(x), 'g', -1, 32)
		out[i], _ = strconv.ParseFloat(string(digits), 64)
	}
	return out
}
