# Lists that may be null, gathered from branches and taken apart again.

pipeline "nulls-joined" {}

model "small" {
  name = "ministral-8b-latest"
}

model "large" {
  name = "mistral-large-latest"
}

model "spare" {
  name = "mistral-medium-latest"
}

step "rows" "topics" {
  rows = [{ input = "Fractions" }, { input = "This one fails" }]
}

step "self_instruct" "ask" {
  for_each         = ["small", "large"]
  from             = step.topics
  model            = model[each.key]
  num_instructions = 2
  on_error         = "keep"
}

step "combine_columns" "both" {
  from    = step.ask
  columns = { instructions = "all", model_name = "models" }
}

step "expand_columns" "each" {
  from    = step.both
  columns = { all = "instructions", models = "model_name" }
}
