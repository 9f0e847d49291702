# Instances over a map: they differ in model, prompt and settings.

pipeline "instances" {}

model "small" {
  name = "ministral-8b-latest"
}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

locals {
  styles = {
    short  = { model = model.small, words = 20 }
    formal = { model = model.large, words = 80 }
  }
}

step "rows" "questions" {
  rows = [{ instruction = "What is a vector?" }, { instruction = "What is 15% of 80?" }]
}

step "text_generation" "answer" {
  for_each       = local.styles
  from           = step.questions
  model          = each.value.model
  max_new_tokens = each.value.words * 4
  prompt         = "Answer in at most ${each.value.words} words, in a ${each.key} style: {{ .instruction }}"
}

step "combine_columns" "answers" {
  from    = step.answer
  columns = ["generation", "model_name"]
}
