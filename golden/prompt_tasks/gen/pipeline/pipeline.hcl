pipeline "prompt-tasks" {
  description = "Five tasks of the user's own, and typed answers"
}

variable "topics" {
  type    = list(string)
  default = ["price", "quality", "delivery"]
}

model "small" {
  name = "ministral-8b-latest"
}

model "lines" {
  name         = "mistral-small-latest"
  reply_format = "text"
}

step "rows" "reviews" {
  rows = [
    { review = "Arrived two weeks late, but the lamp itself is lovely.", stars = 4 },
    { review = "Marie from Lyon says it broke after a day. Tom, 34, agrees.", stars = 1 },
    { review = "Too dear for what it is.", stars = 2 },
  ]
}

# A classifier: a label of a fixed set, shown by two examples.
step "prompt" "classify" {
  from   = step.reviews
  model  = model.small
  prompt = "A review with {{ .stars }} stars:\n\n{{ .review }}\n\nWhat is it about?"
  output = { topic = enum(var.topics...) }

  examples = [
    { review = "It fell apart.", stars = 1, topic = "quality" },
    { review = "The courier left it in the rain.", stars = 2, topic = "delivery" },
  ]
}

# An extractor: typed records.
step "prompt" "extract" {
  from   = step.classify
  model  = model.small
  prompt = "List the people in this review.\n\n{{ .review }}"

  output = {
    people = list(object({
      name = string
      age  = optional(int({ min = 0, max = 130 }))
      role = enum("author", "other")
      tags = list(string, { max = 3 })
    }), { max = 4 })
  }
}

# A translator: a plain text, with a system message of each row's own.
step "prompt" "translate" {
  from          = step.extract
  model         = model.small
  system_prompt = "You translate reviews about {{ .topic }} into German. Reply with the translation alone."
  prompt        = "{{ .review }}"
  outputs       = { generation = "german" }
}

# A judge: a rationale, and a rating on a scale.
step "prompt" "judge" {
  from   = step.translate
  model  = model.small
  prompt = "How good is this translation?\n\n{{ .review }}\n\n{{ .german }}"
  scale  = { min = 1, max = 5 }
}

# A writer of lists, at an endpoint that knows no JSON.
step "prompt" "questions" {
  from   = step.judge
  model  = model.lines
  prompt = "Write questions that somebody who has read this review would ask.\n\n{{ .review }}"
  output = { questions = list(string, { min = 3, max = 3 }) }
}

# Several answers in one row, and a row that is kept where the task fails.
step "prompt" "opinions" {
  from              = step.questions
  model             = model.small
  prompt            = "Is this review fair?\n\n{{ .review }}"
  output            = { fair = bool, share = float({ min = 0, max = 1 }) }
  num_generations   = 2
  group_generations = true
  temperature       = 0.9
}

step "structured_generation" "persona" {
  from   = step.opinions
  model  = model.small
  inputs = { instruction = "review" }

  output = object({
    name    = string
    address = object({ city = string, street = optional(string) })
    likes   = list(string, { min = 1, max = 3 })
  })
  on_error = "keep"
}
