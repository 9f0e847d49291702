# One question to a model about each line of a file.

pipeline "single" {}

model "small" {
  name          = "ministral-8b-latest"
  max_in_flight = 64
}

step "read_jsonl" "questions" {
  path    = "questions.jsonl"
  columns = { instruction = "string" }
}

step "text_generation" "answer" {
  from  = step.questions
  model = model.small
}

# The plain client writes JSON lines, too.
dataset "default" {
  from   = step.answer
  format = "jsonl"
}
