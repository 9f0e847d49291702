# The aspect honesty of the judge and the columns that it adds.

pipeline "judge-honesty" {}

model "small" {
  name = "ministral-8b-latest"
}

model "large" {
  name = "mistral-large-latest"
}

step "rows" "questions" {
  rows = [
    { instruction = "Explain why the sum of two odd numbers is even." },
    { instruction = "Factor x^2 - 5x + 6." },
  ]
}

step "text_generation" "answer" {
  for_each = [model.small, model.large]
  from     = step.questions
  model    = each.value
}

step "combine_columns" "answers" {
  from    = step.answer
  columns = { generation = "generations", model_name = "generation_models" }
}

step "ultra_feedback" "judge" {
  from   = step.answers
  model  = model.large
  aspect = "honesty"
}
