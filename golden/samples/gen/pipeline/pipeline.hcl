# Several samples of one model: as rows of their own, and grouped into lists that a judge compares.

pipeline "samples" {}

model "writer" {
  name       = "mistral-small-latest"
  generation = { temperature = 1 }
}

step "rows" "questions" {
  rows = [{ instruction = "What is the slope of y = 3x - 2?" }, { instruction = "What is 15% of 80?" }]
}

step "text_generation" "each_alone" {
  from            = step.questions
  model           = model.writer
  num_generations = 3
}

step "text_generation" "grouped" {
  from              = step.questions
  model             = model.writer
  num_generations   = 3
  group_generations = true
}

step "ultra_feedback" "judge" {
  from   = step.grouped
  model  = model.writer
  inputs = { generations = "generation" }
}

step "format_text_generation_dpo" "pairs" {
  from   = step.judge
  inputs = { generations = "generation" }
}

dataset "samples" {
  from = step.each_alone
}

dataset "pairs" {
  from = step.pairs
}
