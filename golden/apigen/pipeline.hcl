# Queries with function calls that serve them: written by models in each form of reply, made by functions in Go, and judged. And calls
# that cannot be made, for each reason.

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

step "apigen_execution_checker" "call" {
  from      = step.each
  functions = { gcd = "./tools.GCD", mean = "./tools.Mean" }
}

step "filter" "made" {
  from  = step.call
  where = row.keep_row_after_execution_check
}

step "apigen_semantic_checker" "judge" {
  from    = step.made
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

step "rows" "calls" {
  rows = [
    { what = "two calls", answers = jsonencode([{ name = "gcd", arguments = { a = 12, b = 18 } }, { name = "date-of", arguments = { day_of_year = 60 } }]) },
    { what = "a parameter that may be left out", answers = jsonencode([{ name = "mean", arguments = { numbers = [1, 2.5], digits = 1 } }, { name = "mean", arguments = { numbers = [1, 2] } }]) },
    { what = "a whole number with a point", answers = "[{\"name\": \"gcd\", \"arguments\": {\"a\": 4.0, \"b\": 6}}]" },
    { what = "another function", answers = jsonencode([{ name = "gcd", arguments = { a = 1, b = 2 } }, { name = "os.RemoveAll", arguments = { path = "/" } }]) },
    { what = "no argument", answers = jsonencode([{ name = "gcd", arguments = { a = 1 } }, { name = "gcd", arguments = { a = 3, b = 3 } }]) },
    { what = "one too many", answers = jsonencode([{ name = "gcd", arguments = { a = 1, b = 2, c = 3 } }]) },
    { what = "a wrong type", answers = jsonencode([{ name = "gcd", arguments = { a = "1", b = 2 } }]) },
    { what = "an error", answers = jsonencode([{ name = "mean", arguments = { numbers = [] } }]) },
    { what = "a panic", answers = jsonencode([{ name = "date-of", arguments = { day_of_year = 400 } }]) },
    { what = "no calls", answers = "gcd(1, 2)" },
  ]
}

step "apigen_execution_checker" "broken" {
  from    = step.calls
  timeout = 60
  functions = {
    gcd     = "./tools.GCD"
    mean    = "./tools.Mean"
    date-of = "./tools.DateOf"
  }
}

dataset "broken" {
  from = step.broken
}

dataset "several" {
  from = step.good
}

dataset "single" {
  from = step.plain_judge
}
