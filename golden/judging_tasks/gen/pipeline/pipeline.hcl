# Tasks that judge: a rubric, pairs in both orders, labels; with JSON and without.

pipeline "judging-tasks" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

model "plain" {
  name         = "ministral-8b-latest"
  reply_format = "text"
}

step "rows" "questions" {
  rows = [
    { instruction = "Is 91 a prime?", reference = "No: 7 times 13 is 91." },
    { instruction = "Factor x^2 - 5x + 6.", reference = "(x - 2)(x - 3)" },
  ]
}

step "text_generation" "answer" {
  for_each = [model.large, model.plain]
  from     = step.questions
  model    = each.value
}

step "combine_columns" "answers" {
  from    = step.answer
  columns = { generation = "generations", model_name = "generation_models" }
}

step "prometheus_eval" "compare" {
  from    = step.answers
  model   = model.plain
  mode    = "relative"
  rubric  = "reasoning"
  outputs = { feedback = "compared", result = "better", model_name = "compare_model" }
}

step "text_generation" "third" {
  from    = step.compare
  model   = model.plain
  outputs = { generation = "generation", model_name = "third_model" }
}

step "prometheus_eval" "grade" {
  from        = step.third
  model       = model.large
  mode        = "absolute"
  rubric_text = "Would a pupil of twelve follow it? 1 means no pupil would, 5 means every pupil would."
  reference   = true
  outputs     = { model_name = "grade_model" }
}

step "pairwise_ranking" "rank" {
  from       = step.grade
  model      = model.large
  allow_ties = true
  outputs    = { model_name = "rank_model" }
}

step "pairwise_ranking" "best" {
  from    = step.rank
  model   = model.plain
  method  = "knockout"
  outputs = { ranks = "best_ranks", ratings = "best_ratings", ranked_generations = "best_first", disagreements = "best_disagreements", model_name = "best_model" }
}

step "text_classification" "topic" {
  from             = step.best
  inputs           = { text = "instruction" }
  model            = model.plain
  available_labels = ["algebra", "number theory"]
  outputs          = { label = "topic", model_name = "topic_model" }
}

step "text_classification" "tags" {
  from    = step.topic
  inputs  = { text = "instruction" }
  model   = model.large
  n       = 3
  outputs = { labels = "tags", model_name = "tags_model" }
}

step "format_text_generation_dpo" "pairs" { from = step.tags }
