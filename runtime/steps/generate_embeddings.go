package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// GenerateEmbeddings asks an embedding model for the vector of a text.
type GenerateEmbeddings struct {
	llm.Embedding
}

// GenerateEmbeddingsIn is what GenerateEmbeddings reads.
type GenerateEmbeddingsIn struct {
	Text string `col:"text" doc:"The text to embed."`
}

// GenerateEmbeddingsOut is what GenerateEmbeddings adds.
type GenerateEmbeddingsOut struct {
	Embedding []float64 `col:"embedding" doc:"The vector of the text."`
	ModelName string    `col:"model_name" doc:"The model that made it."`
}

// Run asks the model.
func (s GenerateEmbeddings) Run(ctx context.Context, ask llm.Embedder, in GenerateEmbeddingsIn) (GenerateEmbeddingsOut, error) {
	v, err := ask.Embed(ctx, in.Text)
	return GenerateEmbeddingsOut{Embedding: v.Values, ModelName: v.Model}, err
}

func generateEmbeddings() component.Component {
	return component.Component{
		Name: "generate_embeddings", Was: []string{"GenerateEmbeddings", "EmbeddingGeneration"}, Category: "columns",
		Summary: "The vector of a text, by an embedding model",
		Doc: `Sends the column ` + "`text`" + ` to the embeddings endpoint of a model and keeps the vector as ` + "`embedding`" + `, a list of numbers: 1,024
from mistral-embed, 1,536 from codestral-embed. With ` + "`provider = \"openai\"`" + ` it is any server that has ` + "`/embeddings`" + `, such as
llama.cpp, vLLM or Ollama.

Rows share requests: up to ` + "`batch_size`" + ` texts, or some 16,000 tokens, and fewer where no more come within a twentieth of a second, or
within a second as long as models have yet to reply. That is all that they share. Each vector is in the journal under the identity of its row, so that a run that goes on, or one with
further rows, asks for new texts alone, however they were put together before.

A request that is refused is parted until the text to blame is found, and that row alone is rejected, such as one that is longer than
the model reads (8,192 tokens at Mistral), with the server's words. An empty text is rejected without being sent. A vector takes about
ten bytes a number on disk, so drop the column with ` + "`keep_columns`" + ` when it has done its work.

Texts that are alike have vectors that are near to each other: ` + "`embedding_dedup`, `deita_filtering` and `nearest_neighbours`" + ` work on these.`,
		Example: `pipeline "vectors" {}

model "embed" { name = "mistral-embed" }

step "rows" "questions" {
  rows = [{ text = "What is 3/4 of 20?" }, { text = "Why is 1 not a prime?" }]
}

step "generate_embeddings" "embed" {
  from  = step.questions
  model = model.embed
}
`,
		Shape: component.Map, Embeds: true,
		Params: reflect.TypeFor[GenerateEmbeddings](),
		In:     reflect.TypeFor[GenerateEmbeddingsIn](),
		Out:    reflect.TypeFor[GenerateEmbeddingsOut](),
	}
}
