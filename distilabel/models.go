package distilabel

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/distigen/distigen/hclspec/diag"
)

// server is how the models of a class are reached from here.
type server struct {
	provider string
	baseURL  string // where the class itself says none
	keyEnv   string
	suffix   string // added to the address that the class has
	note     string // what the user has to do, or to know
}

const localNote = "It ran in the Python process, and here models answer over HTTP. Serve it with vLLM or llama.cpp, which speak OpenAI's API, and set base_url to the address of the server"

// servers are the classes of models of the reference. One that is not here becomes an OpenAI-compatible server to be found.
var servers = map[string]server{
	"MistralLLM":            {provider: "mistral"},
	"OpenAILLM":             {provider: "openai"},
	"AzureOpenAILLM":        {provider: "openai", keyEnv: "AZURE_OPENAI_API_KEY", suffix: "/openai/v1", note: "Azure's API without api-version is asked, under /openai/v1, and name is that of your deployment"},
	"TogetherLLM":           {provider: "openai", baseURL: "https://api.together.xyz/v1", keyEnv: "TOGETHER_API_KEY"},
	"AnyscaleLLM":           {provider: "openai", baseURL: "https://api.endpoints.anyscale.com/v1", keyEnv: "ANYSCALE_API_KEY", note: "Anyscale has closed this API. Set base_url and name to another one"},
	"GroqLLM":               {provider: "openai", baseURL: "https://api.groq.com/openai/v1", keyEnv: "GROQ_API_KEY"},
	"AnthropicLLM":          {provider: "openai", baseURL: "https://api.anthropic.com/v1", keyEnv: "ANTHROPIC_API_KEY", note: "Anthropic's OpenAI-compatible API is asked, which knows fewer settings than its own"},
	"CohereLLM":             {provider: "openai", baseURL: "https://api.cohere.ai/compatibility/v1", keyEnv: "CO_API_KEY", note: "Cohere's OpenAI-compatible API is asked"},
	"InferenceEndpointsLLM": {provider: "openai", baseURL: "https://router.huggingface.co/v1", keyEnv: "HF_TOKEN", note: "The router of Hugging Face is asked. Set base_url if the model has an endpoint of its own"},
	"OllamaLLM":             {provider: "openai", baseURL: "http://localhost:11434", suffix: "/v1"},
	"ClientvLLM":            {provider: "openai", baseURL: "http://localhost:8000/v1"},
	"vLLM":                  {provider: "openai", baseURL: "http://localhost:8000/v1", note: localNote},
	"TransformersLLM":       {provider: "openai", baseURL: "http://localhost:8000/v1", note: localNote},
	"MlxLLM":                {provider: "openai", baseURL: "http://localhost:8000/v1", note: localNote},
	"LlamaCppLLM":           {provider: "openai", baseURL: "http://localhost:8080/v1", note: localNote},
	"vLLMEmbeddings":        {provider: "openai", baseURL: "http://localhost:8000/v1", note: localNote},
	"LlamaCppEmbeddings":    {provider: "openai", baseURL: "http://localhost:8080/v1", note: localNote},

	"SentenceTransformerEmbeddings": {provider: "openai", baseURL: "http://localhost:8000/v1", note: localNote},
}

// theirAddress is where the reference reaches an API by default, which needs not be said here.
var theirAddress = []string{"https://api.mistral.ai", "https://api.openai.com/v1"}

// judge is the model that does the work of one that a step has in itself.
const judge = "mistral-large-latest"

// model is a model block.
type model struct {
	name     string
	args     []arg
	remarks  []string
	settings string // what it is told by: two steps with the same share it
}

// handledOfModels are keys of a model that something else reads, or that change nothing.
var handledOfModels = map[string]bool{
	"type_info": true, "generation_kwargs": true, "model": true, "model_id": true, "model_name": true, "model_path": true, "repo_id": true,
	"base_url": true, "endpoint": true, "host": true, "max_retries": true, "timeout": true, "max_concurrent_requests": true,
	"structured_output": true, "runtime_parameters_info": true, "jobs_ids": true, "use_offline_batch_generation": true,
	"tokenizer_id": true, "endpoint_name": true, "endpoint_namespace": true, "torch_dtype": true, "cuda_devices": true, "model_display_name": true,
	"disable_cuda_device_placement": true, "exclude_from_signature": true, "api_version": true, "verbose": true, "prefer_gguf": true,
	"normalize_embeddings": true, "gpu_memory_utilization": true, "use_magpie_template": true, "magpie_pre_query_template": true,
}

// modelFor returns the name of the model block for an LLM or for embeddings.
func (c *converter) modelFor(s *ourStep, n *yaml.Node) string {
	class := str(at(n, "type_info", "name"))
	srv, known := servers[class]
	m := &model{}
	if class == "" { // the step runs a model in the process that is no LLM
		class = s.class
		srv.note = fmt.Sprintf("%s has a model of its own in the Python process. Here a chat model does its work, %s until name says another one", class, judge)
	} else if !known {
		note := cmp.Or(withoutServer[class], "Set base_url to an OpenAI-compatible server and name to its model")
		srv = server{provider: "openai", note: fmt.Sprintf("%s has no counterpart here. %s", class, note)}
	}
	if srv.provider != "" && srv.provider != "mistral" {
		m.set("provider", quoted(srv.provider))
	}
	name := firstOf(n, "model", "model_id", "repo_id", "model_path", "model_name", "endpoint_name")
	switch {
	case name != "":
	case srv.provider == "":
		name = judge
	case !known:
		name = class
	}
	m.set("name", quoted(cmp.Or(name, "TODO")))
	if address := c.address(n, srv); address != "" {
		m.set("base_url", quoted(address))
	}
	if srv.keyEnv != "" {
		m.set("api_key_env", quoted(srv.keyEnv))
	}
	m.number("max_retries", at(n, "max_retries"), "6")
	m.number("timeout", at(n, "timeout"), "120")
	m.number("max_in_flight", at(n, "max_concurrent_requests"), "64")
	if !s.decl.Embeds { // vectors are not sampled
		c.generation(s, m, n)
	}
	if t := chatTemplate(str(at(n, "magpie_pre_query_template"))); t != "" {
		m.set("chat_template", fmt.Sprintf("{ preset = %s }", quoted(t)))
	} else if k, v := pair(n, "magpie_pre_query_template"); says(v) {
		c.remark(s, diag.ToFinish, k, "the chat template is to be filled in",
			fmt.Sprintf("The template of a user's turn was %s. Say the whole one with chat_template in the model block.", short(v)))
	}
	if srv.note != "" {
		c.remark(s, diag.ToFinish, cmp.Or(at(n, "type_info", "name"), s.classed), fmt.Sprintf("model %s of %s needs a look", quoted(name), class), srv.note+".")
		m.remarks = append(m.remarks, "From "+class+". "+srv.note+".")
	}
	for k, v := range entries(n) {
		if !handledOfModels[k.Value] && says(v) && !standard(class, k.Value, v) {
			c.remark(s, diag.NotCarried, k, fmt.Sprintf("%s of %s is not carried over", k.Value, class),
				fmt.Sprintf("A model block has no such argument. It was %s.", short(v)))
		}
	}
	return c.shared(m, name)
}

// chatTemplate is the preset whose turns of a user begin as they do in a template.
func chatTemplate(user string) string {
	for _, t := range [][2]string{{"<|start_header_id|>user", "llama3"}, {"<|im_start|>user", "chatml"}, {"<start_of_turn>user", "gemma"}} {
		if strings.Contains(user, t[0]) {
			return t[1]
		}
	}
	return ""
}

// shared returns the name of the block with these settings, a new one if there is none yet.
func (c *converter) shared(m *model, name string) string {
	for _, a := range m.args {
		m.settings += a.name + "=" + a.expr + "\n"
	}
	for _, o := range c.models {
		if o.settings == m.settings {
			return o.name
		}
	}
	m.name = c.modelNames.take(identifier(path.Base(name), "model"))
	c.models = append(c.models, m)
	return m.name
}

func (c *converter) address(n *yaml.Node, srv server) string {
	address := firstOf(n, "base_url", "endpoint", "host")
	for _, usual := range theirAddress {
		if strings.TrimRight(address, "/") == usual && srv.baseURL == "" {
			return ""
		}
	}
	if address = cmp.Or(address, srv.baseURL); address == "" {
		return ""
	}
	return strings.TrimSuffix(strings.TrimRight(address, "/"), srv.suffix) + srv.suffix
}

// generationNames are the sampling settings, by the names that the classes of the reference have for them.
var generationNames = map[string]string{
	"max_new_tokens": "max_new_tokens", "max_tokens": "max_new_tokens", "num_predict": "max_new_tokens", "temperature": "temperature",
	"top_p": "top_p", "seed": "seed", "random_seed": "seed", "stop": "stop", "stop_sequences": "stop", "stop_strings": "stop",
	"frequency_penalty": "frequency_penalty", "presence_penalty": "presence_penalty",
}

func (c *converter) generation(s *ourStep, m *model, n *yaml.Node) {
	var set []string
	var walk func(kwargs *yaml.Node)
	walk = func(kwargs *yaml.Node) {
		for k, v := range entries(kwargs) {
			ours, known := generationNames[k.Value]
			switch {
			case v.ShortTag() == "!!null":
			case k.Value == "options" && v.Kind == yaml.MappingNode: // of Ollama
				walk(v)
			case known && ours == "stop" && v.Kind == yaml.ScalarNode:
				set = append(set, "stop = ["+expr(v)+"]")
			case known:
				set = append(set, ours+" = "+expr(v))
			case says(v):
				c.remark(s, diag.NotCarried, k, fmt.Sprintf("sampling setting %s is not carried over", k.Value),
					fmt.Sprintf("No endpoint is sent it from here. It was %s.", short(v)))
			}
		}
	}
	walk(at(n, "generation_kwargs"))
	if len(set) > 0 {
		m.set("generation", "{ "+strings.Join(set, ", ")+" }")
	}
}

func (m *model) set(name, expr string) { m.args = append(m.args, arg{name, expr}) }

// number sets a whole number, unless it is the usual one.
func (m *model) number(name string, n *yaml.Node, usual string) {
	if v := str(n); wholeNumber.MatchString(v) && v != usual {
		m.set(name, v)
	}
}

var wholeNumber = regexp.MustCompile(`^[0-9]{1,9}$`)

func firstOf(n *yaml.Node, keys ...string) string {
	for _, k := range keys {
		if v := str(at(n, k)); v != "" {
			return v
		}
	}
	return ""
}

// names gives each thing a name of its own.
type names map[string]bool

func (n names) take(name string) string {
	free := name
	for i := 2; n[free]; i++ {
		free = fmt.Sprintf("%s_%d", name, i)
	}
	n[free] = true
	return free
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// identifier makes a name of the language of any text.
func identifier(s, fallback string) string {
	s = strings.Trim(notInNames.ReplaceAllString(s, "_"), "_")
	if s == "" {
		return fallback
	}
	if s[0] >= '0' && s[0] <= '9' {
		return fallback + "_" + s
	}
	return s
}

// short shows a value in a sentence.
func short(n *yaml.Node) string {
	text := []rune(strings.Join(strings.Fields(toJSON(n)), " "))
	if len(text) > 80 {
		return string(text[:80]) + "..."
	}
	return string(text)
}
