# The tasks of the DEITA paper: instructions and responses that evolve, and judges that score several texts side by side.

pipeline "deita-tasks" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

model "plain" {
  name         = "ministral-8b-latest"
  reply_format = "text"
}

step "rows" "questions" {
  rows = [{ instruction = "Factor x^2 - 5x + 6." }, { instruction = "Is 91 a prime?" }]
}

step "evol_complexity" "harder" {
  from           = step.questions
  model          = model.plain
  num_evolutions = 1
  outputs        = { evolved_instruction = "harder", model_name = "harder_model" }
}

step "evol_instruct" "evolve" {
  from                         = step.harder
  inputs                       = { instruction = "harder" }
  model                        = model.large
  num_evolutions               = 2
  store_evolutions             = true
  include_original_instruction = true
  generate_answers             = true
  outputs                      = { model_name = "evolve_model" }
}

step "complexity_scorer" "complexity" {
  from    = step.evolve
  inputs  = { instructions = "evolved_instructions" }
  model   = model.large
  outputs = { scores = "complexities", model_name = "complexity_judge" }
}

step "expand_columns" "each" {
  from    = step.complexity
  columns = { evolved_instructions = "evolved_instruction", answers = "response", complexities = "complexity" }
}

step "keep_columns" "pairs" {
  from    = step.each
  columns = ["evolved_instruction", "response", "complexity"]
}

step "evol_quality" "better" {
  from             = step.pairs
  inputs           = { instruction = "evolved_instruction" }
  model            = model.plain
  num_evolutions   = 2
  mutations        = ["details", "relevance"]
  store_evolutions = true
  outputs          = { model_name = "better_model" }
}

step "quality_scorer" "quality" {
  from      = step.better
  inputs    = { instruction = "evolved_instruction", responses = "evolved_responses" }
  model     = model.plain
  max_score = 10
  outputs   = { scores = "qualities", model_name = "quality_judge" }
}
