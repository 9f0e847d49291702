package hclspec

// hint answers a name that people bring from other tools.
type hint struct {
	arg  string // the argument that is meant; it is not missed in addition. "" where it is none
	text string
	part bool // the argument that is meant is not whole without it
}

const keyHint = "Keys do not stand in a pipeline. Put the key into the environment, and write the name of the variable: api_key_env = \"MISTRAL_API_KEY\"."

var modelHints = map[string]hint{
	"api_key":        {arg: "api_key_env", text: keyHint},
	"key":            {arg: "api_key_env", text: keyHint},
	"token":          {arg: "api_key_env", text: keyHint},
	"model":          {arg: "name", text: "The model's name as its API knows it is the argument name."},
	"model_name":     {arg: "name", text: "The model's name as its API knows it is the argument name."},
	"model_id":       {arg: "name", text: "The model's name as its API knows it is the argument name."},
	"url":            {arg: "base_url", text: "The address of the API is base_url."},
	"endpoint":       {arg: "base_url", text: "The address of the API is base_url."},
	"api_base":       {arg: "base_url", text: "The address of the API is base_url."},
	"type":           {arg: "provider", text: "The kind of API is provider."},
	"max_concurrent": {arg: "max_in_flight", text: "How many requests are under way at once is max_in_flight."},
	"rpm":            {arg: "requests_per_minute", text: "Requests a minute at most are requests_per_minute."},
	"rate_limit":     {arg: "requests_per_minute", text: "Requests a minute at most are requests_per_minute."},
	"tpm":            {arg: "tokens_per_minute", text: "Tokens a minute at most are tokens_per_minute."},
	"max_usd":        {text: "Caps of the whole pipeline stand in a block of their own: budget { max_usd = 5 }."},
	"max_calls":      {text: "Caps of the whole pipeline stand in a block of their own: budget { max_calls = 1000 }."},
	"concurrency":    {arg: "max_in_flight", text: "How many requests are under way at once is max_in_flight."},
	"temperature":    {arg: "generation", text: inGeneration("temperature", "0.7")},
	"top_p":          {arg: "generation", text: inGeneration("top_p", "0.9")},
	"max_tokens":     {arg: "generation", text: inGeneration("max_new_tokens", "512")},
	"max_new_tokens": {arg: "generation", text: inGeneration("max_new_tokens", "512")},
	"seed":           {arg: "generation", text: inGeneration("seed", "1")},
	"random_seed":    {arg: "generation", text: inGeneration("seed", "1")},
	"stop":           {arg: "generation", text: inGeneration("stop", "[\"END\"]")},

	"frequency_penalty": {arg: "generation", text: inGeneration("frequency_penalty", "0.5")},
	"presence_penalty":  {arg: "generation", text: inGeneration("presence_penalty", "0.5")},
	"generation_kwargs": {arg: "generation", text: "Sampling settings stand in generation = { temperature = 0.7 }."},
	"parameters":        {arg: "generation", text: "Sampling settings stand in generation = { temperature = 0.7 }."},
	"for_each":          {text: "Only steps have for_each: write a model block for each, and list them in the step, for_each = [model.a, model.b]."},
}

func inGeneration(name, value string) string {
	return "Sampling settings of a model stand in generation = { " + name + " = " + value + " }."
}

const argillaKey = "Keys do not stand in a pipeline. The key is taken from the environment, from ARGILLA_API_KEY, or from the variable that api_key_env names."

var stepHints = map[string]hint{
	"api_key":           {arg: "api_key_env", text: argillaKey},
	"key":               {arg: "api_key_env", text: argillaKey},
	"token":             {arg: "api_key_env", text: argillaKey},
	"dataset_name":      {arg: "dataset", text: "The dataset in Argilla is dataset."},
	"dataset_workspace": {arg: "workspace", text: "The workspace in Argilla is workspace."},
	"url":               {arg: "api_url", text: "The address of the server is api_url."},
	"llm":               {arg: "model", text: "The model that is asked is model = model.NAME."},
	"model_name":        {arg: "model", text: "The model that is asked is model = model.NAME."},
	"generation":        {arg: "temperature", text: "In a step each sampling setting is an argument of its own, such as temperature = 0.7."},
	"max_tokens":        {arg: "max_new_tokens", text: "The most tokens of a reply are max_new_tokens."},
	"random_seed":       {arg: "seed", text: "The seed of the sampling is seed."},
	"output_columns":    {arg: "columns", text: "The new names stand in columns too: columns = { generation = \"generations\" }.", part: true},
	"generation_kwargs": {arg: "temperature", text: "In a step each sampling setting is an argument of its own, such as temperature = 0.7."},
	"parameters":        {arg: "temperature", text: "In a step each sampling setting is an argument of its own, such as temperature = 0.7."},
	"depends_on":        {arg: "from", text: "The step whose rows are read is from = step.NAME."},
	"source":            {arg: "from", text: "The step whose rows are read is from = step.NAME."},
	"input":             {arg: "from", text: "The step whose rows are read is from = step.NAME; columns are renamed with inputs."},
	"after":             {arg: "from", text: "The step whose rows are read is from = step.NAME."},
	"steps":             {arg: "from", text: "The steps whose rows are read are from = [step.A, step.B]."},
	"input_mappings":    {arg: "inputs", text: "Columns are renamed on the way in with inputs = { its_column = \"your_column\" }."},
	"output_mappings":   {arg: "outputs", text: "Columns are renamed on the way out with outputs = { its_column = \"your_column\" }."},
	"input_mapping":     {arg: "inputs", text: "Columns are renamed on the way in with inputs = { its_column = \"your_column\" }."},
	"output_mapping":    {arg: "outputs", text: "Columns are renamed on the way out with outputs = { its_column = \"your_column\" }."},
	"output":            {arg: "outputs", text: "Columns are renamed on the way out with outputs = { its_column = \"your_column\" }."},
	"template":          {arg: "prompt", text: "A template of your own is prompt = file(\"prompt.md\")."},
	"user_prompt":       {arg: "prompt", text: "A template of your own is prompt = file(\"prompt.md\")."},
	"system":            {arg: "system_prompt", text: "The system message is system_prompt."},
	"count":             {arg: "num_generations", text: "Several replies to one row are num_generations; several instances of a step are for_each = [...]."},
	"num_samples":       {arg: "num_generations", text: "Several replies to one row are num_generations."},
	"samples":           {arg: "num_generations", text: "Several replies to one row are num_generations."},
	"n":                 {arg: "num_generations", text: "Several replies to one row are num_generations."},
	"data":              {arg: "rows", text: "The rows of a source are the argument rows."},
	"file":              {arg: "path", text: "The file is the argument path."},
	"name":              {text: "The name of a step is the second label of its block: step \"component\" \"name\"."},
}

var generationHints = map[string]hint{
	"max_tokens":     {text: "The most tokens of a reply are max_new_tokens."},
	"max_length":     {text: "The most tokens of a reply are max_new_tokens."},
	"random_seed":    {text: "The seed of the sampling is seed."},
	"stop_sequences": {text: "The texts that end a reply are stop."},
	"temp":           {text: "Did you mean \"temperature\"?"},
	"n":              {text: "Several replies to one row are num_generations of the step."},
}

// valueHints answer values that people bring from elsewhere, by argument and value.
var valueHints = map[string]map[string]string{
	"provider": {
		"ollama":      openAICompatible("http://localhost:11434/v1"),
		"vllm":        openAICompatible("http://localhost:8000/v1"),
		"llama.cpp":   openAICompatible("http://localhost:8080/v1"),
		"llamacpp":    openAICompatible("http://localhost:8080/v1"),
		"lmstudio":    openAICompatible("http://localhost:1234/v1"),
		"azure":       openAICompatible("https://RESOURCE.openai.azure.com/openai/v1"),
		"groq":        openAICompatible("https://api.groq.com/openai/v1"),
		"openrouter":  openAICompatible("https://openrouter.ai/api/v1"),
		"together":    openAICompatible("https://api.together.xyz/v1"),
		"huggingface": openAICompatible("https://router.huggingface.co/v1"),
		"anthropic":   openAICompatible("https://api.anthropic.com/v1"),
		"google":      openAICompatible("https://generativelanguage.googleapis.com/v1beta/openai"),
		"gemini":      openAICompatible("https://generativelanguage.googleapis.com/v1beta/openai"),
		"deepseek":    openAICompatible("https://api.deepseek.com/v1"),
		"litellm":     openAICompatible("http://localhost:4000/v1"),
	},
	"on_error": {"skip": `Did you mean "reject"?`, "ignore": `Did you mean "keep"?`, "drop": `Did you mean "reject"?`, "raise": `Did you mean "fail"?`},
}

func openAICompatible(url string) string {
	return `It speaks the API of OpenAI: provider = "openai" and base_url = "` + url + `".`
}
