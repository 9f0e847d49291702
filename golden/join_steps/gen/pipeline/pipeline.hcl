# A join of two different steps: each branch makes columns of its own, one column is gathered from both.

pipeline "two-styles" {}

model "writer" {
  name = "mistral-small-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "Why is 1 not a prime?" }, { instruction = "What does a derivative measure?" }]
}

step "text_generation" "short" {
  from          = step.questions
  model         = model.writer
  system_prompt = "Answer in one sentence."
}

step "text_generation" "long" {
  from           = step.questions
  model          = model.writer
  system_prompt  = "Explain every step to a beginner."
  max_new_tokens = 400
}

step "combine_columns" "both" {
  from    = [step.short, step.long]
  columns = { generation = "answers", model_name = "models" }
}
