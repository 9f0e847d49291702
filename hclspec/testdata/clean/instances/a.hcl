# for_each over a map, over strings and over a set of models; instances read one by one; steps switched off. The name of
# the pipeline is its folder's.

variable "judge" {
  type    = bool
  default = false
}

model "a" {
  name = "ministral-3b-latest"
}

model "b" {
  name = "ministral-8b-latest"
}

step "rows" "topic" {
  for_each = ["fractions", "limits"]
  rows     = [{ instruction = "Explain ${each.key}.", topic = each.value }]
}

step "text_generation" "answer" {
  for_each = {
    warm = { model = model.b, temperature = 0.9 }
    cold = { model = model.a, temperature = 0 }
  }
  from        = step.topic["fractions"]
  model       = each.value.model
  temperature = each.value.temperature
}
