pipeline "mistral-pipe" {
  description = "A pipeline to generate and score a dataset"
}

variable "topics" {
  type    = list(string)
  default = ["Algebraic Expressions", "Linear Equations", "Quadratic Equations", "Polynomial Functions"]
}

model "small" {
  provider   = "mistral"
  name       = "ministral-8b-latest"
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "medium" {
  name       = "mistral-medium-latest"
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "large" {
  name = "mistral-large-latest"
}

step "rows" "load_dataset" {
  rows = [for t in slice(var.topics, 0, 2) : { input = t }]
}

step "self_instruct" "self_instruct" {
  from  = step.load_dataset
  model = model.small
}

step "expand_columns" "expand_columns" {
  from    = step.self_instruct
  columns = { instructions = "instruction" }
}

step "text_generation" "generate" {
  for_each = [model.small, model.medium]
  from     = step.expand_columns
  model    = each.value
}

step "combine_columns" "combine_generations" {
  from    = step.generate
  columns = { generation = "generations", model_name = "generation_models" }
}

step "ultra_feedback" "judge" {
  from   = step.combine_generations
  model  = model.large
  aspect = "overall-rating"
}

step "format_text_generation_dpo" "format_dpo" { from = step.judge }

dataset "default" {
  from = step.format_dpo
}
