# A list of one reply, which is null where the task fails.

pipeline "kept-group" {}

model "writer" {
  name = "mistral-small-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "What is 7 times 8?" }, { instruction = "This one fails: what is 9 times 9?" }]
}

step "text_generation" "answer" {
  from              = step.questions
  model             = model.writer
  group_generations = true
  on_error          = "keep"
}
