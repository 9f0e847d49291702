# Three models answer each question, one judge compares them.

pipeline "three-models" {
  description = "Answers of three models, compared by a judge"
}

variable "questions" {
  type    = list(string)
  default = ["Solve 2x + 3 = 11.", "What is the area of a circle of radius 4?"]
}

model "tiny" {
  name = "ministral-3b-latest"
}

model "small" {
  name = "ministral-8b-latest"
}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

step "rows" "questions" {
  rows = [for q in var.questions : { instruction = q }]
}

step "text_generation" "answer" {
  for_each = [model.tiny, model.small, model.large]
  from     = step.questions
  model    = each.value
}

step "combine_columns" "answers" {
  from    = step.answer
  columns = { generation = "generations", model_name = "generation_models" }
}

step "ultra_feedback" "judge" {
  from  = step.answers
  model = model.large
}

step "format_text_generation_dpo" "pairs" {
  from = step.judge
}
