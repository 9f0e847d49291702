pipeline "modules" {
  description = "Two models answer and are rated by the same parts"
}

model "small" {
  name = "ministral-8b-latest"
}

model "large" {
  name = "mistral-large-latest"
}

# The column note is not for the module, which has one of that name itself.
step "rows" "questions" {
  rows = [
    { question = "What is 3/4 of 20?", level = 1, note = "easy" },
    { question = "Why is 1 not a prime?", level = 2, note = "hard" },
    { question = "Does 0.999... differ from 1?", level = 3, note = "hard" },
  ]
}

module "plain" {
  source  = "./answer"
  from    = step.questions
  models  = { writer = model.small }
  inputs  = { instruction = "question" }
  outputs = { answer = "plain_answer", rating = "plain_rating" }
}

module "careful" {
  source  = "./answer"
  from    = module.plain
  models  = { writer = model.large }
  inputs  = { instruction = "question" }
  outputs = { answer = "careful_answer", rating = "careful_rating" }
  style   = "Think before you answer, and name what you rely on."
}

step "filter" "better" {
  from  = module.careful
  where = row.careful_rating >= row.plain_rating
}

dataset "better" {
  from = step.better
}
