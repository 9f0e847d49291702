# Many mistakes at once: each is said, once, in the order of the source, and none leads to another.

pipeline "many" {
  desciption = "x" # want DG201 desciption
}

variable "topics" {
  type    = list(string)
  default = ["Fractions", ["Limits"]] # want DG120 ["Limits"]
}

modle "small" { # want DG103 modle
  name = "ministral-8b-latest"
}

model "large" {
  name     = "mistral-large-latest"
  provider = "mistal" # want DG204 mistal
}

step "rows" "topics" {
  rows = [for t in var.topics : { input = t }]
}

step "self_instrct" "ask" { # want DG112 self_instrct
  from  = step.topics
  model = model.small
}

step "expand_columns" "each" {
  from    = step.ask
  columns = { instrutions = "instruction" }
}

step "text_generation" "answer" {
  for_each    = [model.small, model.large]
  from        = step.each
  model       = each.value
  temperature = "hot" # want DG203 hot
}

step "rows" "more" {
  rows = [{ instruction = "What is 3/4 of 20?", answers = ["15", "12"] }]
}

step "ultra_feedback" "judge" {
  from   = step.more
  model  = model.large
  aspect = "honest" # want DG204 honest
  inputs = {
    generations = "answrs" # want DG401 answrs
  }
}

step "format_text_generation_dpo" "pairs" {
  from = step.judge
}

dataset "pairs" {
  from = step.piars # want DG111 piars
}
