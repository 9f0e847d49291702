package llm

import "context"

// Embedding is what every step takes that asks a model for vectors; their components embed it.
type Embedding struct {
	Model      Model  `param:"model" required:"true" doc:"The embedding model that is asked: model.NAME."`
	BatchSize  int    `param:"batch_size" default:"32" min:"1" max:"2048" doc:"Texts in a request at most. A request is sent when it is full, has some 16,000 tokens, or no more texts come."`
	Dimensions *int   `param:"dimensions" min:"1" max:"65536" fixed:"true" doc:"How many numbers a vector is to have (output_dimension at Mistral), for models that can choose. Default: as many as the model makes."`
	OnError    string `param:"on_error" default:"reject" enum:"reject,keep,fail" fixed:"true" doc:"What becomes of a row whose text gets no vector: reject it, keep it with nulls in the step's columns, or stop the run."`
}

// Settings returns what such a step has in common with those that chat.
func (e Embedding) Settings() Task {
	e.Model.Generation = Generation{} // a vector is not generated
	if e.Model.Price.Input != nil && e.Model.Price.Output == nil {
		e.Model.Price.Output = Ptr(0.0)
	}
	return Task{Model: e.Model, OnError: e.OnError, MaxAttempts: 1, NumGenerations: 1, Vectors: &e}
}

// Vector is the embedding of a text.
type Vector struct {
	Values []float64 // exactly those of the float32 that the model made
	Model  string    // the model's name as the API reports it
}

// Embedder asks an embedding model for one row. Texts of several rows share a request; that, and whatever holds for all
// requests, is behind it.
type Embedder interface {
	Embed(ctx context.Context, text string) (Vector, error)
}
