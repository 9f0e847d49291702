# Both ways to Argilla: one answer of each model, and a judge's ratings, some of which are null.

pipeline "to-argilla" {}

variable "annotate" {
  type    = bool
  default = true
}

model "small" {
  name = "ministral-8b-latest"
}

model "large" {
  name = "mistral-large-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?" }, { instruction = "Why is 1 not a prime?" }]
}

step "text_generation" "answer" {
  for_each = [model.small, model.large]
  from     = step.questions
  model    = each.value
}

step "text_generation_to_argilla" "answers" {
  for_each   = ["small", "large"]
  from       = step.answer[each.value]
  enabled    = var.annotate && (env("ARGILLA_API_URL") != "" || !(env("ANNOTATE") == ""))
  dataset    = "answers"
  batch_size = 10
}

step "combine_columns" "pairs" {
  from    = step.answer
  columns = { generation = "texts", model_name = "generation_models" }
}

step "ultra_feedback" "judge" {
  from     = step.pairs
  model    = model.large
  inputs   = { generations = "texts" }
  on_error = "keep"
}

step "preference_to_argilla" "ratings" {
  from         = step.judge
  inputs       = { generations = "texts" }
  dataset      = "ratings"
  workspace    = "annotators"
  api_key_env  = "ARGILLA_ADMIN_KEY"
  guidelines   = "Rate both answers."
  use_markdown = true
}
