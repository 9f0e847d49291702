package hclspec

// hint answers a name that people bring from other tools.
type hint struct {
	arg  string // the argument that is meant; it is not missed in addition. "" where it is none
	text string
}

const keyHint = "Keys do not stand in a pipeline. Put the key into the environment, and write the name of the variable: api_key_env = \"MISTRAL_API_KEY\"."

var modelHints = map[string]hint{
	"api_key":        {"api_key_env", keyHint},
	"key":            {"api_key_env", keyHint},
	"token":          {"api_key_env", keyHint},
	"model":          {"name", "The model's name as its API knows it is the argument name."},
	"model_name":     {"name", "The model's name as its API knows it is the argument name."},
	"model_id":       {"name", "The model's name as its API knows it is the argument name."},
	"url":            {"base_url", "The address of the API is base_url."},
	"endpoint":       {"base_url", "The address of the API is base_url."},
	"api_base":       {"base_url", "The address of the API is base_url."},
	"type":           {"provider", "The kind of API is provider."},
	"max_concurrent": {"max_in_flight", "How many requests are under way at once is max_in_flight."},
	"concurrency":    {"max_in_flight", "How many requests are under way at once is max_in_flight."},
	"temperature":    {"generation", inGeneration("temperature", "0.7")},
	"top_p":          {"generation", inGeneration("top_p", "0.9")},
	"max_tokens":     {"generation", inGeneration("max_new_tokens", "512")},
	"max_new_tokens": {"generation", inGeneration("max_new_tokens", "512")},
	"seed":           {"generation", inGeneration("seed", "1")},
	"random_seed":    {"generation", inGeneration("seed", "1")},
	"stop":           {"generation", inGeneration("stop", "[\"END\"]")},

	"frequency_penalty": {"generation", inGeneration("frequency_penalty", "0.5")},
	"presence_penalty":  {"generation", inGeneration("presence_penalty", "0.5")},
	"generation_kwargs": {"generation", "Sampling settings stand in generation = { temperature = 0.7 }."},
	"parameters":        {"generation", "Sampling settings stand in generation = { temperature = 0.7 }."},
	"for_each":          {"", "Only steps have for_each: write a model block for each, and list them in the step, for_each = [model.a, model.b]."},
}

func inGeneration(name, value string) string {
	return "Sampling settings of a model stand in generation = { " + name + " = " + value + " }."
}

var stepHints = map[string]hint{
	"llm":             {"model", "The model that is asked is model = model.NAME."},
	"model_name":      {"model", "The model that is asked is model = model.NAME."},
	"generation":      {"temperature", "In a step each sampling setting is an argument of its own, such as temperature = 0.7."},
	"max_tokens":      {"max_new_tokens", "The most tokens of a reply are max_new_tokens."},
	"random_seed":     {"seed", "The seed of the sampling is seed."},
	"depends_on":      {"from", "The step whose rows are read is from = step.NAME."},
	"source":          {"from", "The step whose rows are read is from = step.NAME."},
	"input":           {"from", "The step whose rows are read is from = step.NAME; columns are renamed with inputs."},
	"after":           {"from", "The step whose rows are read is from = step.NAME."},
	"steps":           {"from", "The steps whose rows are read are from = [step.A, step.B]."},
	"input_mappings":  {"inputs", "Columns are renamed on the way in with inputs = { its_column = \"your_column\" }."},
	"output_mappings": {"outputs", "Columns are renamed on the way out with outputs = { its_column = \"your_column\" }."},
	"input_mapping":   {"inputs", "Columns are renamed on the way in with inputs = { its_column = \"your_column\" }."},
	"output_mapping":  {"outputs", "Columns are renamed on the way out with outputs = { its_column = \"your_column\" }."},
	"output":          {"outputs", "Columns are renamed on the way out with outputs = { its_column = \"your_column\" }."},
	"template":        {"prompt", "A template of your own is prompt = file(\"prompt.md\")."},
	"user_prompt":     {"prompt", "A template of your own is prompt = file(\"prompt.md\")."},
	"system":          {"system_prompt", "The system message is system_prompt."},
	"count":           {"num_generations", "Several replies to one row are num_generations; several instances of a step are for_each = [...]."},
	"num_samples":     {"num_generations", "Several replies to one row are num_generations."},
	"samples":         {"num_generations", "Several replies to one row are num_generations."},
	"n":               {"num_generations", "Several replies to one row are num_generations."},
	"data":            {"rows", "The rows of a source are the argument rows."},
	"file":            {"path", "The file is the argument path."},
	"name":            {"", "The name of a step is the second label of its block: step \"component\" \"name\"."},
}

var generationHints = map[string]hint{
	"max_tokens":     {"", "The most tokens of a reply are max_new_tokens."},
	"max_length":     {"", "The most tokens of a reply are max_new_tokens."},
	"random_seed":    {"", "The seed of the sampling is seed."},
	"stop_sequences": {"", "The texts that end a reply are stop."},
	"temp":           {"", "Did you mean \"temperature\"?"},
	"n":              {"", "Several replies to one row are num_generations of the step."},
}
