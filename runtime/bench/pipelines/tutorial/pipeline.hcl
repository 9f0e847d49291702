# The tutorial's steps over topics of a file: each topic takes 16 requests.

pipeline "tutorial" {}

model "small" {
  name          = "ministral-8b-latest"
  max_in_flight = 64
}

model "medium" {
  name          = "mistral-medium-latest"
  max_in_flight = 64
}

model "large" {
  name          = "mistral-large-latest"
  max_in_flight = 64
}

step "read_jsonl" "topics" {
  path    = "topics.jsonl"
  columns = { input = "string" }
}

step "self_instruct" "self_instruct" {
  from  = step.topics
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
  from  = step.combine_generations
  model = model.large
}

step "format_text_generation_dpo" "format_dpo" {
  from = step.judge
}
