package llm

// Provider names an API dialect.
type Provider = string

// Model is an endpoint and the model on it, as a `model` block declares it. Zero fields take their defaults when a
// pipeline runs.
type Model struct {
	// Alias is the label of the model block; set by Pipeline.Model.
	Alias string `param:"-"`

	Provider          string       `param:"provider" default:"mistral" enum:"mistral,openai" doc:"API dialect: mistral, or openai for any OpenAI-compatible server (vLLM, llama.cpp, Ollama, OpenAI)."`
	Name              string       `param:"name" required:"true" doc:"Name of the model, as its API knows it."`
	BaseURL           string       `param:"base_url" doc:"Base URL of the API, up to and without /chat/completions. Default: the provider's own."`
	APIKeyEnv         string       `param:"api_key_env" env:"true" doc:"Environment variable that holds the API key. Default: MISTRAL_API_KEY or OPENAI_API_KEY, whatever the base_url: for another company's server, name the variable of its key. The key itself is never written anywhere."`
	Reply             string       `param:"reply_format" default:"json_schema" enum:"json_schema,json_object,text" doc:"How structured replies are asked for: a JSON schema in response_format, any JSON object, or a plain-text format for endpoints that know neither."`
	MaxInFlight       int          `param:"max_in_flight" default:"16" min:"1" max:"4096" doc:"Requests under way at once, shared by all models and steps on the same endpoint (the smallest one counts)."`
	RequestsPerMinute *int         `param:"requests_per_minute" min:"1" max:"1000000" doc:"Requests a minute at most, evenly spread, shared like max_in_flight. Default: as many as the server allows, which is found out."`
	TokensPerMinute   *int         `param:"tokens_per_minute" min:"1" max:"1000000000" doc:"Tokens a minute at most, of requests and replies, shared like max_in_flight. Default: as many as the server allows."`
	MaxRetries        *int         `param:"max_retries" default:"6" min:"0" max:"100" doc:"How often a request is tried again after a 429, a 5xx, a timeout or a broken connection. Tries do not count while the endpoint is paused, or a rate is kept and other requests get through."`
	TimeoutSecs       int          `param:"timeout" default:"120" min:"1" max:"3600" doc:"Seconds to wait for a reply."`
	MaxOutageSecs     *int         `param:"max_outage" default:"600" min:"0" max:"86400" doc:"Seconds to wait for an endpoint that is down before the run stops (at most 60 if it never answered). 0: it is not waited for, and failures count against max_retries."`
	Price             Price        `param:"price" doc:"What the provider asks: { input = 0.1, output = 0.3 }. Default: Mistral's prices as of August 2026; for other models the price is not known."`
	Generation        Generation   `param:"generation" doc:"Generation settings; a step may override each."`
	ChatTemplate      ChatTemplate `param:"chat_template" doc:"How the model writes a chat as one text, for the steps that need it, such as magpie: { preset = \"llama3\" }."`
}

// Price is what a model's tokens cost.
type Price struct {
	Input  *float64 `param:"input" min:"0" doc:"US dollars for a million tokens of the request."`
	Output *float64 `param:"output" min:"0" doc:"US dollars for a million tokens of the reply."`
}

// Generation holds the sampling settings of a request. A nil field is not sent, so that the provider's default holds.
type Generation struct {
	MaxNewTokens     *int     `param:"max_new_tokens" min:"1" max:"1000000" doc:"Most tokens a reply may have."`
	Temperature      *float64 `param:"temperature" min:"0" max:"2" doc:"Sampling temperature. Mistral takes 0 to 1.5."`
	TopP             *float64 `param:"top_p" min:"0" max:"1" doc:"Nucleus sampling: the probability mass to sample from."`
	Seed             *int     `param:"seed" min:"0" max:"2147483647" doc:"Seed of the sampling (random_seed at Mistral). Several replies to a row get one seed after the other. Without one, Mistral gets seeds for all but the first of them, so that they differ."`
	Stop             []string `param:"stop" doc:"Texts that end a reply."`
	FrequencyPenalty *float64 `param:"frequency_penalty" min:"-2" max:"2" doc:"Penalty on tokens by how often they occurred."`
	PresencePenalty  *float64 `param:"presence_penalty" min:"-2" max:"2" doc:"Penalty on tokens that occurred at all."`
}

// Task is what every task takes; task components embed it.
type Task struct {
	Model            Model `param:"model" required:"true" doc:"The model that is asked: model.NAME."`
	Generation       `doc:"Generation settings of this step; they override the model's."`
	SystemPrompt     string     `param:"system_prompt" doc:"System message of every request."`
	Prompt           Prompt     `param:"prompt" fixed:"true" doc:"Your own prompt template, usually file(\"...\"). {{ .column }} is a column of the row."`
	NumGenerations   int        `param:"num_generations" default:"1" min:"1" max:"1000" fixed:"true" doc:"How many replies to sample for a row. More than one makes a row of each, unless group_generations is set."`
	GroupGenerations bool       `param:"group_generations" fixed:"true" doc:"Keep the replies of a row in one row: the step's columns become lists."`
	OnError          string     `param:"on_error" default:"reject" enum:"reject,keep,fail" fixed:"true" doc:"What becomes of a row whose reply fails for good: reject it, keep it with nulls in the step's columns, or stop the run."`
	ReplyFormat      Prompt     `param:"-"` // template of the part that says how to reply; appended to Prompt
	Vectors          *Embedding `param:"-"` // the step asks for vectors; nil: for texts
	Raw              bool       `param:"-"` // the step has the model go on with texts as they stand; see Complete
	MaxAttempts      int        `param:"max_attempts" default:"3" min:"1" max:"20" doc:"How often a model is asked before a reply that is empty, cut or cannot be parsed counts as failed."`
}

// Settings returns the task's settings; what embeds Task has it too.
func (t Task) Settings() Task { return t }

// Message is one message of a conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}
