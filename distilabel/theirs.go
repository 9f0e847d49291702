package distilabel

// theirTexts are SHA-256 sums of the long texts that the reference has for its arguments by default. Prompts are the component's own here, so
// that such a text says nothing about a pipeline.
var theirTexts = map[string]bool{
	"a73e9deb7c02d63760729fdb8d65d0498fa210e4b4ec5dcae7452a36437eefc3": true, // SelfInstruct: criteria_for_query_generation
	"6f30a52a1398748cbbe1b7ee8c0b733fb2b019b53f4022d7c1e4e84572996a3a": true, // CLAIR: system_prompt
	"9c8e75780c425f88429f675e73566f76500f8d57c5e5052281ef6f44d8181264": true, // TextClassification: system_prompt
	"df9416a1c1e47c0907753cb3c7e8c19800dda0498969a82d3e245c376b022c1d": true, // context
	"7a9cd6d701b884eba7cb0b7ad9ea1bca60451953fed0413d7bce7e8626cc0435": true, // MathShepherdGenerator: system_prompt
	"17f347c33673202f78df113f720312f6d589c89d88a25c60f36e1058bd2e1cbc": true, // few_shots
	"914576b7d7fc3768d35a7082e2e1c6897e9a4de352a6280c8c47f074e00cd847": true, // MathShepherdCompleter: system_prompt
	"3a158e0367b7497a0a4e02a5f1aa76af0f6e86ca4516fc982f6fcd65038af65c": true, // few_shots
	"c5d457e1e2bf704e08700d6531b2680580f29edbd71e0aa16427bebe1c36fcb2": true, // extra_rules of both
	"48685351009b2c39a73d39a58609664ca1e0789be995ccc031099bbb73c84f3c": true, // APIGenGenerator: system_prompt
	"702662c2918bff86e5e6f81dbc85a49c0ba8977f46a35d826b0973991c14e088": true, // APIGenSemanticChecker: system_prompt
}

// without says why there is no component for a class of the reference. Whoever adds one names the class in the declaration's Was, and
// deletes its line here; a test compares both with the classes that the reference has.
var without = map[string]string{
	"ArgillaLabeller":         "It fills in questions of Argilla's records. A step prompt with a type for the answers asks the same of a row, before it is sent.",
	"DBSCAN":                  clusters,
	"UMAP":                    clusters,
	"TextClustering":          clusters,
	"RewardModelScore":        "It runs a reward model in the process, and no common API serves one. A judge such as ultra_feedback or prometheus_eval scores over HTTP.",
	"ImageGeneration":         pictures,
	"TextGenerationWithImage": pictures,
}

const (
	notYet   = "There is no component for it yet."
	clusters = "Clusters are not computed here. text_classification finds labels, embedding_dedup and nearest_neighbours compare texts by their vectors."
	pictures = "Columns hold texts, numbers, lists and objects, and no images."
)

// withoutServer says why there is no counterpart of a class of models: it becomes an OpenAI-compatible server that is to be found.
var withoutServer = map[string]string{
	"LiteLLM":            "LiteLLM stands for many APIs. Its proxy speaks OpenAI's API: set base_url to it",
	"VertexAILLM":        "Vertex AI has an OpenAI-compatible endpoint for each project: set base_url to it",
	"MixtureOfAgentsLLM": "It is several models in rounds. Write it as steps: text_generation with for_each, combine_columns, and a text_generation whose prompt reads the list",

	"InferenceEndpointsImageGeneration": pictures,
	"OpenAIImageGeneration":             pictures,
}
