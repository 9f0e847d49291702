# Data for models of embeddings, as Wang et al. 2024 make them: tasks of four kinds, and data for each task.

pipeline "embedding-data" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 1 }
}

model "plain" {
  name         = "ministral-8b-latest"
  reply_format = "text"
  generation   = { temperature = 1, seed = 7 }
}

step "rows" "rounds" {
  rows = [for field in ["school", "industry"] : { field = field }]
}

step "embedding_task_generator" "plan_retrieval" {
  from      = step.rounds
  model     = model.large
  category  = "text-retrieval"
  num_tasks = 2
  outputs   = { model_name = "planner" }
}

# What embedding_task_generator does itself with flatten_tasks.
step "expand_columns" "retrieval_tasks" {
  from    = step.plan_retrieval
  columns = { tasks = "task" }
}

# All that is not set is drawn.
step "generate_text_retrieval_data" "retrieval" {
  from            = step.retrieval_tasks
  model           = model.large
  num_generations = 2
}

step "embedding_task_generator" "plan_short" {
  from            = step.rounds
  model           = model.plain
  category        = "text-matching-short"
  num_tasks       = 2
  num_generations = 2
  flatten_tasks   = true
  outputs         = { model_name = "planner" }
}

step "generate_short_text_matching_data" "short" {
  from     = step.plan_short
  model    = model.plain
  language = "German"
}

step "embedding_task_generator" "plan_long" {
  from      = step.rounds
  model     = model.large
  category  = "text-matching-long"
  num_tasks = 1
  prompt    = "Think of {{ .num_tasks }} tasks of the category {{ .category }} for texts of the field {{ .field }}."

  flatten_tasks = true
  outputs       = { model_name = "planner" }
}

step "generate_long_text_matching_data" "long" {
  from  = step.plan_long
  model = model.large
}

step "embedding_task_generator" "plan_classification" {
  from      = step.rounds
  model     = model.large
  category  = "text-classification"
  num_tasks = 2

  flatten_tasks = true
  outputs       = { model_name = "planner" }
}

step "generate_text_classification_data" "classification" {
  from       = step.plan_classification
  model      = model.plain
  difficulty = "college"
}
