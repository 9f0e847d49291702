# What goes wrong between steps, all at once.

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "one" {
  rows = [{ instruction = "a" }]
}

step "rows" "two" {
  rows = [{ instruction = "b" }]
}

step "text_generation" "of_one" {
  from  = step.one
  model = model.smal
}

step "text_generation" "of_two" {
  from  = step.two
  model = model.small
}

step "combine_columns" "both" {
  from    = [step.of_one, step.of_two]
  columns = { generation = "generations", model_name = "models" }
}

step "text_generation" "chicken" {
  from  = step.egg
  model = model.small
}

step "text_generation" "egg" {
  from  = step.chicken
  model = model.small
}

step "self_instuct" "misspelt" {
  from  = step.one
  model = model.small
}
