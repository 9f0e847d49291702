# Caps in money and in calls, one of them computed; limits of an endpoint.

pipeline "budget" {}

variable "questions" {
  default = ["What is 3/4 of 20?", "Why is 1 not a prime?"]
}

budget {
  max_usd   = 0.01
  max_calls = 5 * length(var.questions)
}

model "small" {
  name                = "ministral-8b-latest"
  generation          = { max_new_tokens = 256 }
  requests_per_minute = 6000
  tokens_per_minute   = 500000
  max_outage          = 30
}

model "local" {
  provider = "openai"
  base_url = "http://127.0.0.1:8092/v1"
  name     = "smollm2"
  price    = { input = 0, output = 0 }
}

step "rows" "questions" {
  rows = [for q in var.questions : { instruction = q }]
}

step "text_generation" "answer" {
  for_each = [model.small, model.local]
  from     = step.questions
  model    = each.value
}

step "combine_columns" "answers" {
  from    = step.answer
  columns = { generation = "generations", model_name = "generation_models" }
}
