# The three ways to ask a model, one after the other, for the tests that have the endpoint fail.

pipeline "failures" {}

model "writer" {
  name        = "ministral-8b-latest"
  max_retries = 1
}

model "answerer" {
  name        = "mistral-medium-latest"
  max_retries = 1
}

model "judge" {
  name        = "mistral-large-latest"
  max_retries = 1
}

step "read_jsonl" "questions" {
  path    = "questions.jsonl"
  columns = { input = "string", instruction = "string", generations = "list(string)" }
}

step "self_instruct" "ask" {
  from             = step.questions
  model            = model.writer
  num_instructions = 2
}

step "text_generation" "answer" {
  from  = step.ask
  model = model.answerer
}

step "ultra_feedback" "judge" {
  from  = step.answer
  model = model.judge
}

step "keep_columns" "short" {
  from    = step.judge
  columns = ["input", "instructions", "generation", "ratings", "rationales"]
}

dataset "default" {
  from   = step.short
  format = "jsonl"
}
