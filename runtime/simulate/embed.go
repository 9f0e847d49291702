package simulate

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"net/http"
	"strings"

	"github.com/distigen/distigen/runtime/simulate/author"
)

// embed answers with vectors. Texts that share words have vectors that are near to each other.
func (s *sim) embed(c *call) answer {
	if bad := c.notJSON(); bad != nil {
		return *bad
	}
	return s.embedding(c.body)
}

// embedding answers the body of a request for embeddings.
func (s *sim) embedding(body []byte) answer {
	v, bad := check("EmbeddingRequest", body, nil)
	if bad != nil {
		return *bad
	}
	model := v["model"].(string)
	context, bad := s.contextOf(model, true)
	if bad != nil {
		return *bad
	}
	var texts []string
	switch input := v["input"].(type) {
	case string:
		texts = []string{input}
	case []any:
		for _, text := range input {
			texts = append(texts, text.(string))
		}
	}
	dimension, sized := v["output_dimension"].(float64)
	dtype, _ := v["output_dtype"].(string)
	if strings.HasPrefix(model, "mistral-embed") && (sized || dtype != "" && dtype != "float") {
		return failure(http.StatusBadRequest, "The model %s takes neither output_dimension nor output_dtype.", model)
	}
	if !sized {
		dimension = map[bool]float64{true: 1536, false: 1024}[strings.HasPrefix(model, "codestral")]
	}
	if dimension > 3072 || len(texts) == 0 {
		return failure(http.StatusBadRequest, "The input must not be empty, and output_dimension not exceed 3072.")
	}
	total := 0
	data := make([]any, len(texts))
	for i, text := range texts {
		if tokens(text) > context {
			return failure(http.StatusBadRequest, "Input id %d has %d tokens, exceeding max %d tokens.", i, tokens(text), context)
		}
		total += tokens(text)
		var embedding any = quantized(vector(text, int(dimension)), dtype)
		if v["encoding_format"] == "base64" {
			embedding = encoded(embedding)
		}
		data[i] = map[string]any{"object": "embedding", "index": i, "embedding": embedding}
	}
	a := toJSON(http.StatusOK, map[string]any{"id": requestID(author.Hash(string(body))), "object": "list", "model": model, "data": data,
		"usage": usage{Prompt: total, Total: total}})
	a.tokens = total
	return a
}

// vector sums a random direction for each word, and makes the length one.
func vector(text string, dimension int) []float32 {
	sum := make([]float32, dimension)
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		words = []string{""}
	}
	for _, word := range words {
		bits := author.Hash(word)
		for i := range sum {
			if i%64 == 63 {
				bits = author.Hash(word, string(rune(i)))
			}
			sum[i] += float32(int(bits>>(i%64)&1)*2 - 1)
		}
	}
	var square float64
	for _, x := range sum {
		square += float64(x) * float64(x)
	}
	length := float32(math.Sqrt(max(square, 1)))
	for i := range sum {
		sum[i] /= length
	}
	return sum
}

// quantized is the vector as whole numbers, or as bits, eight to a number.
func quantized(v []float32, dtype string) any {
	switch dtype {
	case "int8", "uint8":
		out := make([]int, len(v))
		for i, x := range v {
			out[i] = int(math.Round(float64(min(max(x, -1), 1)) * 127))
			if dtype == "uint8" {
				out[i] += 128
			}
		}
		return out
	case "binary", "ubinary":
		out := make([]int, (len(v)+7)/8)
		for i, x := range v {
			if x > 0 {
				out[i/8] |= 128 >> (i % 8)
			}
		}
		for i := range out {
			if dtype == "binary" {
				out[i] -= 128
			}
		}
		return out
	}
	return v
}

// encoded is a vector in base64: floats in four bytes each, little end first, whole numbers in one.
func encoded(v any) string {
	var raw []byte
	switch v := v.(type) {
	case []float32:
		for _, x := range v {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
		}
	case []int:
		for _, x := range v {
			raw = append(raw, byte(x))
		}
	}
	return base64.StdEncoding.EncodeToString(raw)
}
