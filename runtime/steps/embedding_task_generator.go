package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// EmbeddingTaskGenerator has a model think of tasks for which embeddings are of use.
type EmbeddingTaskGenerator struct {
	llm.Task
	Category string `param:"category" required:"true" enum:"text-retrieval,text-matching-short,text-matching-long,text-classification" doc:"The kind of the tasks."`
	NumTasks int    `param:"num_tasks" default:"20" min:"1" max:"100" doc:"How many tasks to ask for; each row gets exactly so many."`
	Flatten  bool   `param:"flatten_tasks" fixed:"true" doc:"Make a row of each task, with the column task, in the place of one with all of them."`
}

// EmbeddingTaskGeneratorIn is what EmbeddingTaskGenerator reads: nothing, unless a prompt of the user's does.
type EmbeddingTaskGeneratorIn struct {
	Vars llm.Vars
}

// EmbeddingTaskGeneratorOut is what EmbeddingTaskGenerator adds.
type EmbeddingTaskGeneratorOut struct {
	Tasks     []string `col:"tasks" doc:"The tasks, a sentence each; without flatten_tasks."`
	Task      string   `col:"task" doc:"One of the tasks; with flatten_tasks."`
	ModelName string   `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t EmbeddingTaskGenerator) Run(ctx context.Context, ask llm.Asker, in EmbeddingTaskGeneratorIn) (EmbeddingTaskGeneratorOut, error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{"category": t.Category, "num_tasks": t.NumTasks}, in.Vars)
	if err != nil {
		return EmbeddingTaskGeneratorOut{}, err
	}
	list := textList{"tasks", t.NumTasks}
	var out EmbeddingTaskGeneratorOut
	r, err := ask.Ask(ctx, messages, list.schema(t.Task), func(text string) error {
		out.Tasks, err = list.parse(t.Task, text)
		return err
	})
	out.ModelName = r.Model
	return out, err
}

// Rows makes a row of each task.
func (t EmbeddingTaskGenerator) Rows(out EmbeddingTaskGeneratorOut) (rows []EmbeddingTaskGeneratorOut) {
	for _, task := range out.Tasks {
		rows = append(rows, EmbeddingTaskGeneratorOut{Task: task, ModelName: out.ModelName})
	}
	return rows
}

// embeddingsPaper is where these methods come from.
const embeddingsPaper = "Wang et al. 2024, Improving Text Embeddings with Large Language Models, https://arxiv.org/abs/2401.00368"

func embeddingTaskGenerator() component.Component {
	return component.Component{
		Name: "embedding_task_generator", Was: []string{"EmbeddingTaskGenerator"}, Category: "embedding",
		Summary: "Tasks for which embeddings are of use, for the data that are made after them",
		Doc: `Has a model think of ` + "`num_tasks`" + ` tasks of one kind, ` + "`category`" + `, for which a model of embeddings can be trained. It makes ` + "`tasks`" + `, a list of
sentences, or with ` + "`flatten_tasks`" + ` a row of each, with the column ` + "`task`" + `, which one of these reads:

| category | what makes data of a task |
| --- | --- |
| ` + "`text-retrieval`" + ` | [generate_text_retrieval_data](generate_text_retrieval_data.md) |
| ` + "`text-matching-short`" + ` | [generate_short_text_matching_data](generate_short_text_matching_data.md) |
| ` + "`text-matching-long`" + ` | [generate_long_text_matching_data](generate_long_text_matching_data.md) |
| ` + "`text-classification`" + ` | [generate_text_classification_data](generate_text_classification_data.md) |

It reads no column, so any row will do to begin with. ` + "`num_generations`" + ` asks several times for a row, each time for other tasks.

Every row gets exactly the number of tasks asked for: numbers and bullets are removed, and of a reply with too many the first are taken. A
reply with too few, or with one of them twice, is asked for again; after ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + `.

A prompt of your own replaces the text above the reply format. It may read ` + "`category` and `num_tasks`" + ` beside the columns of the row, such as a field
from which the tasks are to come.`,
		Paper: embeddingsPaper,
		Example: `pipeline "tasks" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 1 }
}

step "rows" "rounds" {
  rows = [for n in range(2) : { round = n }]
}

step "embedding_task_generator" "plan" {
  from          = step.rounds
  model         = model.large
  category      = "text-retrieval"
  num_tasks     = 5
  flatten_tasks = true
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[EmbeddingTaskGenerator](),
		In:     reflect.TypeFor[EmbeddingTaskGeneratorIn](),
		Out:    reflect.TypeFor[EmbeddingTaskGeneratorOut](),
		Prompt: func(any) string { return "embedding_task_generator" },
		Offers: []string{"category", "num_tasks"},
		Outputs: func(params any) []string {
			if params.(EmbeddingTaskGenerator).Flatten {
				return []string{"task", "model_name"}
			}
			return []string{"tasks", "model_name"}
		},
		Flattens: func(params any) bool { return params.(EmbeddingTaskGenerator).Flatten },
		Derive: func(params any, c *component.Columns) {
			switch t := params.(EmbeddingTaskGenerator); {
			case t.Flatten && t.GroupGenerations:
				c.Problem("group_generations", "group_generations with flatten_tasks", "One keeps all tasks in one row, the other makes a row of each. Remove one of the two.")
			case t.Flatten && t.OnError == "keep":
				c.Problem("on_error", "on_error = \"keep\" with flatten_tasks", "A row of which no tasks came would go on as one without a task. "+
					"Choose \"reject\" or \"fail\", or make the rows with a step \"expand_columns\" after this one.")
			}
		},
	}
}
