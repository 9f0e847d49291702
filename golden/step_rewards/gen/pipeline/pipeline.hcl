# Math-Shepherd: solutions step by step, labels of their steps by completion, and the forms for trainers of reward models.

pipeline "step-rewards" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

model "plain" {
  name         = "ministral-8b-latest"
  reply_format = "text"
}

step "rows" "problems" {
  rows = [
    { instruction = "Tom has 3 bags of 4 apples and eats 2 apples. How many are left?" },
    { instruction = "A train goes 180 km in 2 hours. How far does it go in 5?" },
  ]
}

step "math_shepherd_generator" "golden" {
  from    = step.problems
  model   = model.large
  outputs = { model_name = "golden_model" }
}

step "math_shepherd_generator" "solve" {
  from          = step.golden
  model         = model.plain
  num_solutions = 2
  outputs       = { model_name = "solve_model" }
}

step "math_shepherd_completer" "complete" {
  from            = step.solve
  model           = model.large
  num_completions = 2
  outputs         = { model_name = "complete_model" }
}

step "expand_columns" "each" {
  from    = step.complete
  columns = ["solutions", "step_labels", "step_scores"]
}

step "format_prm" "rewards" { from = step.each }

step "format_prm" "trl" {
  from   = step.each
  format = "trl"
}

dataset "math-shepherd" { from = step.rewards }

dataset "trl" { from = step.trl }
