# A join of branches that differ: what one of them makes alone stays, what they share stays, and a judge of each branch
# is kept apart.

pipeline "joins" {}

model "m" {
  name = "mistral-small-latest"
}

step "rows" "source" {
  rows = [{ instruction = "What is 3/4 of 20?", messages = [{ role = "user", content = "Hello" }], tags = [] }]
}

step "text_generation" "short" {
  from    = step.source
  model   = model.m
  outputs = { model_name = "short_model" }
}

step "keep_columns" "only" {
  from    = step.source
  columns = ["instruction"]
}

step "text_generation" "long" {
  from    = step.only
  model   = model.m
  outputs = { generation = "text" }
}

step "text_generation" "again" {
  from    = step.long
  model   = model.m
  inputs  = { instruction = "text" }
}

step "combine_columns" "both" {
  from    = [step.short, step.again]
  columns = { generation = "generations" }
}
