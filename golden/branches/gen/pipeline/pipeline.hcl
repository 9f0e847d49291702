# A join of branches with different rows: what both have is gathered, what only one has is kept.

pipeline "branches" {}

model "writer" {
  name = "mistral-small-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "Why is 1 not a prime?", level = 2 }, { instruction = "What does a derivative measure?", level = 3 }]
}

step "text_generation" "answer" {
  from    = step.questions
  model   = model.writer
  outputs = { model_name = "answered_by" }
}

step "text_generation" "hint" {
  from    = step.questions
  model   = model.writer
  prompt  = "Give a hint for a pupil of level {{ .level }}, and not the answer: {{ .instruction }}"
  outputs = { generation = "hint", model_name = "hinted_by" }
}

step "text_generation" "second_answer" {
  from          = step.hint
  model         = model.writer
  system_prompt = "Answer in one sentence."
  outputs       = { model_name = "answered_by" }
}

step "combine_columns" "both" {
  from    = [step.answer, step.second_answer]
  columns = { generation = "answers", answered_by = "answered_by_each" }
}
