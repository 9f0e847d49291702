# A row whose reply fails for good, with on_error = "keep".

pipeline "on-error-keep" {}

model "writer" {
  name = "mistral-small-latest"
}

step "rows" "questions" {
  rows = [
    { instruction = "What is 7 times 8?" },
    { instruction = "This one fails: what is 9 times 9?" },
    { instruction = "What is 6 times 4?" },
  ]
}

step "text_generation" "answer" {
  from         = step.questions
  model        = model.writer
  on_error     = "keep"
  max_attempts = 2
}
