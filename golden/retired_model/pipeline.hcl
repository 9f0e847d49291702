# A retired model: check warns, and the API refuses it at the first request.

pipeline "retired-model" {}

model "small" {
  name = "open-mistral-7b"
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?" }]
}

step "text_generation" "answer" {
  from  = step.questions
  model = model.small
}
