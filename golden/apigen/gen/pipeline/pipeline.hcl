# Queries with function calls that serve them: written by models in each form of reply, and judged.

pipeline "apigen" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0.7 }
}

model "plain" {
  name         = "ministral-8b-latest"
  reply_format = "text"
}

locals {
  gcd = {
    name        = "gcd"
    description = "The greatest common divisor of two whole numbers."
    parameters = {
      type       = "object"
      properties = { a = { type = "integer" }, b = { type = "integer" } }
      required   = ["a", "b"]
    }
  }
  # As the data of the paper has it.
  mean = {
    name        = "mean"
    description = "The mean of some numbers, rounded to so many digits."
    parameters = {
      numbers = { type = "List[float]", description = "The numbers." }
      digits  = { type = "int, optional", description = "How many digits there are behind the point." }
    }
  }
}

step "rows" "functions" {
  rows = [
    {
      func_name = "gcd"
      func_desc = "gcd(a, b) is the greatest common divisor of two whole numbers."
      tools     = jsonencode([local.gcd, local.mean])
    },
    {
      func_name = "mean"
      func_desc = "mean(numbers, digits) is the mean of some numbers, rounded to so many digits."
      tools     = jsonencode([local.mean])
    },
  ]
}

step "apigen_generator" "several" {
  from    = step.functions
  model   = model.large
  number  = 3
  outputs = { model_name = "several_model" }
}

step "expand_columns" "each" {
  from    = step.several
  columns = { queries = "query", answer_sets = "answers" }
}

step "apigen_semantic_checker" "judge" {
  from    = step.each
  model   = model.large
  outputs = { model_name = "judge_model" }
}

step "filter" "good" {
  from  = step.judge
  where = row.keep_row_after_semantic_check
}

step "apigen_generator" "single" {
  from  = step.functions
  model = model.plain
}

step "apigen_semantic_checker" "plain_judge" {
  from    = step.single
  model   = model.plain
  inputs  = { func_desc = "func_name" }
  outputs = { model_name = "judge_model" }
}

dataset "several" {
  from = step.good
}

dataset "single" {
  from = step.plain_judge
}
