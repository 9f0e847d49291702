model "judge" {
  name       = "mistral-medium-latest"
  generation = { temperature = 0 }
}

input "answers" {
  columns = {
    instruction = string
    answer      = string
  }
}

step "prompt" "rate" {
  from   = input.answers
  model  = model.judge
  prompt = "Rate the answer.\n\nQuestion: {{ .instruction }}\n\nAnswer: {{ .answer }}"
  output = { rating = int({ min = 1, max = 5 }), reason = string }
}

output "rated" {
  from    = step.rate
  columns = { rating = int }
}
