package distilabel

// handled are keys of a step that something else reads, or that change nothing about the rows here.
var handled = map[string]bool{
	"name": true, "type_info": true, "runtime_parameters_info": true, "input_mappings": true, "output_mappings": true, "llm": true, "embeddings": true,
	"add_raw_output": true, "add_raw_input": true, // the journal keeps every request and reply
	"exclude_from_signature": true, "disable_cuda_device_placement": true, "cuda_devices": true, "gpu_memory_utilization": true,
	"llm_offline_batch_generation": true, "use_default_structured_output": true, // replies are asked for in a form wherever they have one
}

// usual are values of the reference that need not be said, since they change nothing here.
var usual = map[string]string{
	"input_batch_size": "50", "batch_size": "50", "use_cache": "true", "use_system_prompt": "true", "split": "train", "filetype": "",
	"normalize_embeddings": "true", "distance_metric": "cosine", "num_generations": "1",
	// Of models:
	"follow_redirects": "true", "revision": "main", "use_fast": "true", "n_gpu_layers": "-1", "n_ctx": "512", "n_batch": "512", "dtype": "auto",
	"torch_dtype": "auto", "precision": "float32",
}

// instead says what there is here in the place of a setting.
var instead = map[string]string{
	"input_batch_size":  "Rows stream one by one, and what they become does not depend on batches.",
	"batch_size":        "Rows stream one by one, and what they become does not depend on batches.",
	"resources":         "A step has no processes of its own. max_in_flight of its model says how many requests are under way at once.",
	"use_cache":         "Replies are always in the journal. To ask anew, run into another output folder.",
	"use_system_prompt": "A column system_prompt of the row is always used. Rename it before, if it shall not be.",
	"streaming":         "All sources stream.",
	"storage_options":   "Sources read local files and the Hub.",
	"seed":              "Draws follow from the identity of each row, so that they are the same in every run.",
	"num_perm":          "Signatures have 128 values.",
	"tokenizer":         "Texts are compared by their words.",
	"storage":           "Rows wait on disk.",
	"min_length":        "max_new_tokens of the model bounds the length.",
	"max_length":        "max_new_tokens of the model bounds the length.",
	"system_prompt":     "The component takes a single text.",
	"columns":           "The columns that a prompt reads follow from the prompt.",
	"few_shots":         "The prompt is the component's own; the argument prompt is one of yours.",
	"extra_rules":       "The prompt is the component's own; the argument prompt is one of yours.",
	"train_size":        indexed,
	"device":            indexed,
	"string_factory":    indexed,
	"metric_type":       indexed,
	"search_batch_size": indexed,
	"encoded":           "Lists are lists here, and no texts that hold JSON.",
	"split_statistics":  "The tokens of each request are in the journal.",
	"is_distiset":       "A source reads the files of one pattern: take one for each configuration.",
	"keep_in_memory":    "All sources stream.",
	"rubrics":           "rubric_text is a rubric of your own.",
}

// class says how the arguments of a class are called here, where they have another name, and which are the reference's defaults.
type class struct {
	names    map[string]string // their name -> ours; "" is read by something else
	defaults map[string]string // their name -> the value that need not be said
	columns  map[string]string // their name -> ours
}

const indexed = "Up to 5,000 rows are compared exactly, and more of them through an HNSW index, which is the same in every run."

var evolution = class{names: map[string]string{"mutation_templates": "", "seed": "-"},
	defaults: map[string]string{"seed": "42", "min_length": "512", "max_length": "1024"}}

var evolutionOfSeeds = class{names: map[string]string{"mutation_templates": "", "seed": "-", "num_instructions": ""}, defaults: evolution.defaults}

// classes are those whose arguments are not called the same here.
var classes = map[string]class{
	"LoadDataFromDicts":       {names: map[string]string{"data": ""}},
	"LoadDataFromHub":         {names: map[string]string{"num_examples": "limit"}, defaults: map[string]string{"config": "default"}},
	"LoadHubDataset":          {names: map[string]string{"num_examples": "limit"}, defaults: map[string]string{"config": "default"}},
	"LoadDataFromDisk":        {names: map[string]string{"dataset_path": "path", "num_examples": "limit"}, defaults: map[string]string{"split": "train", "config": "default"}},
	"CombineColumns":          {names: map[string]string{"columns": "", "output_columns": ""}},
	"GroupColumns":            {names: map[string]string{"columns": "", "output_columns": ""}},
	"ExpandColumns":           {names: map[string]string{"columns": ""}},
	"TextGeneration":          {names: map[string]string{"template": "", "columns": ""}},
	"EvolInstruct":            evolution,
	"EvolComplexity":          evolution,
	"EvolQuality":             evolution,
	"MinHashDedup":            {names: map[string]string{"n": "ngram", "seed": "-"}, defaults: map[string]string{"seed": "1", "num_perm": "128", "tokenizer": "words", "storage": "dict"}},
	"PreferenceToArgilla":     {names: argillaNames},
	"TextGenerationToArgilla": {names: argillaNames},
	"EvolInstructGenerator":   evolutionOfSeeds,
	"EvolComplexityGenerator": evolutionOfSeeds,
	"FaissNearestNeighbour":   {defaults: map[string]string{"search_batch_size": "50"}},
	"MathShepherdGenerator":   {names: map[string]string{"M": "num_solutions"}},
	"MathShepherdCompleter":   {names: map[string]string{"N": "num_completions"}, defaults: map[string]string{"tags": `["+", "-"]`}},
	"FormatPRM":               {defaults: map[string]string{"tags": `["+", "-"]`}},
	"DataSampler":             {names: map[string]string{"data": "", "samples": ""}},
	"TruncateTextColumn":      {names: map[string]string{"column": "", "tokenizer": ""}},
	"PrepareExamples":         {defaults: map[string]string{"template": "## Query:\n{query}\n## Answers:\n{answers}"}},
	"Magpie":                  {names: map[string]string{"system_prompt": ""}},
	"MagpieGenerator":         {names: map[string]string{"system_prompt": ""}},
	"PairRM": {names: map[string]string{"model": ""}, defaults: map[string]string{"instructions": ""},
		columns: map[string]string{"input": "instruction", "candidates": "generations", "ranked_candidates": "ranked_generations"}},
	"TextClassification": {defaults: map[string]string{"query_title": "User Query"}},
	"PrometheusEval":     {names: map[string]string{"rubrics": "", "rubric": ""}},

	"LoadDataFromFileSystem": {names: map[string]string{"data_files": "", "filetype": "", "num_examples": "limit"}},

	"GenerateTextRetrievalData":      drawing,
	"GenerateShortTextMatchingData":  drawing,
	"GenerateLongTextMatchingData":   drawing,
	"GenerateTextClassificationData": drawing,
	"MonolingualTripletGenerator":    drawing,
	"BitextRetrievalGenerator":       drawing,
}

// drawing are those that draw for each row what is not set. Their seed is of the draws, and none of the model's.
var drawing = class{names: map[string]string{"seed": "-"}, defaults: map[string]string{"seed": "42"}}

var argillaNames = map[string]string{"dataset_name": "dataset", "dataset_workspace": "workspace"}
