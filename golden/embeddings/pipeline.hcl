pipeline "embeddings" {
  description = "Vectors of texts, and what can be done with them"
}

model "embed" { name = "mistral-embed" }

step "rows" "questions" {
  rows = [
    { text = "What is three quarters of twenty apples?" },
    { text = "What is three quarters of twenty red apples?" },
    { text = "Why is one not a prime number?" },
  ]
}

step "generate_embeddings" "embed" {
  from       = step.questions
  model      = model.embed
  batch_size = 4
}
