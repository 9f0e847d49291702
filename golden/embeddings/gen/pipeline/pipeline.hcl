pipeline "embeddings" {
  description = "Vectors of texts, and what can be done with them"
}

model "embed" { name = "mistral-embed" }

model "code" { name = "codestral-embed" }

step "rows" "answers" {
  rows = [
    { text = "What is three quarters of twenty apples?", complexity = 2, quality = 4 },
    { text = "What is three quarters of twenty red apples?", complexity = 3, quality = 4.5 },
    { text = "Why is one not a prime number?", complexity = 4, quality = 5 },
    { text = "Why is one never a prime number?", complexity = 4, quality = null },
    { text = " ", complexity = 1, quality = 1 },
    { text = "Prove that the square root of two is irrational.", complexity = 5, quality = 3 },
    { text = "Prove that the square root of two is not rational.", complexity = 4, quality = 3 },
    { text = "Name a colour.", complexity = 1, quality = 2 },
  ]
}

step "generate_embeddings" "embed" {
  from       = step.answers
  model      = model.embed
  batch_size = 1 # so that the number of requests does not depend on how busy the machine is
}

step "embedding_dedup" "distinct" {
  from      = step.embed
  threshold = 0.9
}

step "nearest_neighbours" "alike" {
  from = step.distinct
  k    = 2
}

step "keep_columns" "likeness" {
  from    = step.alike
  columns = ["text", "nearest_similarity", "nn_indices", "nn_scores"]
}

step "deita_filtering" "best" {
  from                = step.embed
  inputs              = { evol_instruction_score = "complexity", evol_response_score = "quality" }
  data_budget         = 4
  diversity_threshold = 0.3
}

step "keep_columns" "chosen" {
  from    = step.best
  columns = ["text", "deita_score", "deita_score_computed_with", "nearest_neighbor_distance"]
}

step "generate_embeddings" "small" {
  from       = step.answers
  model      = model.code
  dimensions = 4
  batch_size = 1
  on_error   = "keep"
}

dataset "likeness" { from = step.likeness }
dataset "chosen" { from = step.chosen }
dataset "small" { from = step.small }
