# The mistake of the tutorial: the names of the models are gathered under a name that the DPO step does not read, so that
# chosen_model and rejected_model never appear.

pipeline "tutorial-mistake" {}

model "small" {
  name = "ministral-8b-latest"
}

model "medium" {
  name = "mistral-medium-latest"
}

model "large" {
  name = "mistral-large-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?" }, { instruction = "Why is 1 not a prime?" }]
}

step "text_generation" "generate" {
  for_each = [model.small, model.medium]
  from     = step.questions
  model    = each.value
}

step "combine_columns" "combine_columns" {
  from    = step.generate
  columns = { generation = "generations", model_name = "model_names" }
}

step "ultra_feedback" "judge" {
  from  = step.combine_columns
  model = model.large
}

step "format_text_generation_dpo" "pairs" {
  from = step.judge
}
