package simulate

import (
	"net/http"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/models"
)

// contextOf finds a model that answers requests for chats, or for embeddings, and the tokens that it takes.
func (s *sim) contextOf(name string, embeds bool) (int, *answer) {
	m, known := models.Lookup(name)
	switch {
	case known && m.Embeds == embeds && !m.IsRetired(s.now()):
		return m.Context, nil
	case !known && (s.o.AnyModel || strings.HasPrefix(name, "sim-")):
		return 128 << 10, nil
	}
	a := coded("invalid_model", "1500", "Invalid model: %s", name)
	return 0, &a
}

// elsewhere reports whether a model is not of the API that is simulated, and its rules need not be those of the API.
func (s *sim) elsewhere(name string) bool {
	_, known := models.Lookup(name)
	return !known && s.o.AnyModel
}

// openAI turns what OpenAI's dialect calls otherwise into the API's own names, for models that the API does not know.
// What the API has nothing like is left out.
func (s *sim) openAI(request map[string]any) {
	name, _ := request["model"].(string)
	if !s.elsewhere(name) {
		return
	}
	for from, to := range map[string]string{"seed": "random_seed", "max_completion_tokens": "max_tokens"} {
		if v, ok := request[from]; ok {
			delete(request, from)
			request[to] = v
		}
	}
	for _, field := range []string{"user", "logprobs", "top_logprobs", "logit_bias", "stream_options", "service_tier", "store"} {
		delete(request, field)
	}
	if t, ok := request["temperature"].(float64); ok && t > 1.5 && t <= 2 {
		request["temperature"] = 1.5
	}
}

func (s *sim) listModels(*call) answer {
	var cards []any
	for _, m := range models.All() {
		if !m.IsRetired(s.now()) {
			for _, name := range m.APINames {
				cards = append(cards, card(m, name))
			}
		}
	}
	return toJSON(http.StatusOK, map[string]any{"object": "list", "data": cards})
}

func (s *sim) oneModel(c *call) answer {
	m, ok := models.Lookup(c.arg)
	if !ok || m.IsRetired(s.now()) {
		return failure(http.StatusNotFound, "The model `%s` does not exist.", c.arg)
	}
	return toJSON(http.StatusOK, card(m, c.arg))
}

func card(m models.Model, name string) map[string]any {
	aliases := []string{}
	for _, a := range m.APINames {
		if a != name {
			aliases = append(aliases, a)
		}
	}
	released, _ := time.Parse(time.DateOnly, m.Released) // a test reads all dates of the table
	out := map[string]any{
		"id": name, "object": "model", "created": released.Unix(), "owned_by": "mistralai", "name": m.APINames[0], "description": m.Name,
		"max_context_length": m.Context, "aliases": aliases, "type": "base", "deprecation": nil, "deprecation_replacement_model": nil,
		"capabilities": map[string]bool{"completion_chat": !m.Embeds, "function_calling": !m.Embeds},
	}
	if m.Retired != "" {
		out["deprecation"] = m.Retired + "T00:00:00Z"
	}
	if m.Replacement != "" {
		out["deprecation_replacement_model"] = m.Replacement
	}
	return out
}
