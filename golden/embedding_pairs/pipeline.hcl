# Pairs and triplets for models of embeddings: to texts that are there, and out of nothing.

pipeline "embedding-pairs" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 1 }
}

model "plain" {
  name         = "ministral-8b-latest"
  reply_format = "text"
}

step "rows" "passages" {
  rows = [
    { passage = "A prime is a number above 1 that only 1 and itself divide." },
    { passage = "An equation of the first degree has one solution, none, or all numbers as solutions." },
  ]
}

step "generate_sentence_pair" "paraphrase" {
  from    = step.passages
  inputs  = { anchor = "passage" }
  model   = model.plain
  action  = "paraphrase"
  outputs = { positive = "paraphrase", model_name = "paraphrase_model" }
}

step "generate_sentence_pair" "query" {
  from          = step.paraphrase
  inputs        = { anchor = "passage" }
  model         = model.large
  action        = "query"
  triplet       = true
  hard_negative = true
  context       = "A textbook of mathematics for schools."
}

step "rows" "wanted" {
  rows = [for n in range(3) : { n = n }]
}

step "monolingual_triplet_generator" "graded" {
  from      = step.wanted
  model     = model.large
  unit      = "sentence"
  low_score = 2.5
}

step "bitext_retrieval_generator" "translated" {
  from            = step.wanted
  model           = model.plain
  target_language = "Portuguese"
  num_generations = 2
  outputs         = { S1 = "text", S2 = "translation", S3 = "distractor" }
}
