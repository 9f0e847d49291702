# Rows that wait for all others: equal ones are dropped before a model is asked, nearly equal answers after.

pipeline "deduplicate" {}

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "questions" {
  rows = [
    { instruction = "What is 3/4 of 20?", level = 1 },
    { instruction = "Why is 1 not a prime?", level = 2 },
    { instruction = "What is 3/4 of 20?", level = 3 },
    { instruction = "what is 3/4 of 20", level = 4 },
  ]
}

step "deduplicate" "distinct" {
  from    = step.questions
  columns = ["instruction"]
}

step "text_generation" "answer" {
  from  = step.distinct
  model = model.small
}

step "deduplicate" "unlike" {
  from      = step.answer
  columns   = ["instruction"]
  method    = "minhash"
  threshold = 0.9
  ngram     = 2
}
