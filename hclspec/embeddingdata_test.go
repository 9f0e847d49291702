package hclspec_test

import "testing"

// What a step that makes data for models of embeddings is not to be told. Where all is right, only its rows are read by nobody.
func TestWrongEmbeddingData(t *testing.T) {
	instead := func(name, new, want string) wrong {
		return wrong{name: name, old: "step \"self_instruct\" \"self_instruct\" {\n  from  = step.load_dataset\n", new: new + "  from = step.load_dataset\n  outputs = { model_name = \"by\" }\n}\n\nstep \"self_instruct\" \"self_instruct\" {\n  from  = step.load_dataset\n", want: want}
	}
	pair := func(name, args, want string) wrong {
		return instead(name, "step \"generate_sentence_pair\" \"pair\" {\n  inputs = { anchor = \"input\" }\n  model = model.small\n"+args, want)
	}
	bitext := func(name, args, want string) wrong {
		return instead(name, "step \"bitext_retrieval_generator\" \"pair\" {\n  model = model.small\n"+args, want)
	}
	retrieval := func(name, args, want string) wrong {
		return instead(name, "step \"generate_text_retrieval_data\" \"pair\" {\n  inputs = { task = \"input\" }\n  model = model.small\n"+args, want)
	}
	plan := func(name, args, want string) wrong {
		return instead(name, "step \"embedding_task_generator\" \"pair\" {\n  model = model.small\n  category = \"text-retrieval\"\n"+args, want)
	}
	testWrong(t, "embedding_data", []wrong{
		pair("right", "  action = \"query\"\n  triplet = true\n  hard_negative = true\n", "DG704 pair"),
		pair("no action", "", "DG202 pair"),
		pair("misspelt action", "  action = \"qeury\"\n", "DG204 qeury"),
		pair("hard negative without a triplet", "  action = \"query\"\n  hard_negative = true\n", "DG415 true"),
		bitext("right languages", "  target_language = \"German\"\n", "DG704 pair"),
		bitext("no language", "", "DG202 pair"),
		bitext("one language twice", "  source_language = \"German\"\n  target_language = \"german\"\n", "DG415 german"),
		bitext("high score of a low one", "  target_language = \"German\"\n  high_score = 3\n", "DG205 3"),
		bitext("low score of a high one", "  target_language = \"German\"\n  low_score = 4\n", "DG205 4"),
		plan("right rows", "  flatten_tasks = true\n  num_generations = 2\n", "DG704 pair"),
		plan("rows and a group", "  flatten_tasks = true\n  num_generations = 2\n  group_generations = true\n", "DG415 true"),
		plan("rows of nothing", "  flatten_tasks = true\n  on_error = \"keep\"\n", "DG415 keep"),
		{name: "rows of tasks beside those that they come from", new: "step \"embedding_task_generator\" \"plan\" {\n  from = step.load_dataset\n  model = model.small\n  category = \"text-retrieval\"\n  flatten_tasks = true\n}\n\n" +
			"step \"combine_outputs\" \"both\" { from = [step.load_dataset, step.plan] }\n", want: "DG307 step.plan"},
		retrieval("difficulty of another task", "  difficulty = \"elementary school\"\n", "DG204 elementary school"),
		retrieval("no words", "  num_words = 0\n", "DG205 0"),
	})
}
