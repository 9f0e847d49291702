# Columns that may be null: from the source, and from a task whose failures are kept.

pipeline "optional" {}

model "writer" {
  name = "mistral-small-latest"
}

step "rows" "questions" {
  rows = [
    { instruction = "What is a prime number?", hint = "Think of divisors.", difficulty = 1 },
    { instruction = "This one fails: name a perfect number.", hint = null, difficulty = null },
    { instruction = "What is a square number?", hint = "Think of areas.", difficulty = 2 },
  ]
}

step "text_generation" "answer" {
  from     = step.questions
  model    = model.writer
  on_error = "keep"
}

step "keep_columns" "result" {
  from    = step.answer
  columns = ["instruction", "hint", "difficulty", "generation"]
}
