package hclspec

import (
	"fmt"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/models"
)

// modelKind refuses a model that chats where vectors are wanted, the other way round, and settings that a vector does not have.
func (f *flow) modelKind(t *llm.Task, m *modelBlock) {
	a := f.i.args
	if !a.ok("model") {
		return
	}
	embeds := t.Vectors != nil
	known, ok := listed(m)
	switch {
	case ok && known.Embeds && !embeds:
		f.l.errorAt(diag.WrongModel, a.rangeOf("model"), fmt.Sprintf("model %q makes embeddings", m.name),
			fmt.Sprintf("%s asks for texts, and %q has vectors to give. Name a model that chats, such as \"ministral-8b-latest\".", f.decl.Name, m.model.Name),
			diag.Related{Range: m.args.rangeOf("name"), Message: "the model is named here"})
		return
	case ok && !known.Embeds && embeds:
		f.l.errorAt(diag.WrongModel, a.rangeOf("model"), fmt.Sprintf("model %q makes no embeddings", m.name),
			fmt.Sprintf("%s asks for vectors, and %q is a model that chats. Name an embedding model, such as \"mistral-embed\".", f.decl.Name, m.model.Name),
			diag.Related{Range: m.args.rangeOf("name"), Message: "the model is named here"})
		return
	case t.Raw:
		f.rawModel(m)
		return
	case !embeds:
		return
	}
	if m.attrs["generation"] != nil && !m.noted {
		m.noted = true
		f.l.errorAt(diag.WrongModel, m.args.rangeOf("generation"), "generation settings of an embedding model",
			fmt.Sprintf("Model %q is asked for embeddings, which are not generated: nothing is sampled, and there is no text to bound. Remove generation.", m.name),
			diag.Related{Range: a.rangeOf("model"), Message: "the embeddings are asked for here"})
	}
	if d := t.Vectors.Dimensions; ok && d != nil && !known.Resizable && a.ok("dimensions") {
		f.l.errorAt(diag.WrongModel, a.rangeOf("dimensions"), fmt.Sprintf("the vectors of %q have %d dimensions", m.model.Name, known.Dimensions),
			"The model makes no others, and its API refuses to be asked for them. Remove dimensions, or take a model that can choose, such as \"codestral-embed\".")
	}
}

// listed is what the table of the provider's models knows of a model, if it is at the provider.
func listed(m *modelBlock) (models.Model, bool) {
	if m.model.Provider != "mistral" || m.model.BaseURL != "" || !m.args.ok("provider") || !m.args.ok("base_url") || !m.args.ok("name") {
		return models.Model{}, false
	}
	return models.Lookup(m.model.Name)
}

// dimensions is how many numbers the vectors of a task have; 0 if that is not known.
func dimensions(t *llm.Task) int {
	if d := t.Vectors.Dimensions; d != nil {
		return *d
	}
	known, ok := models.Lookup(t.Model.Name)
	if !ok || t.Model.Provider != "mistral" || t.Model.BaseURL != "" {
		return 0
	}
	return known.Dimensions
}
