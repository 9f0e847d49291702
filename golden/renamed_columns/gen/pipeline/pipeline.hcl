# Inputs and outputs under names of the user's own, a user's prompt that reads a further column, and columns kept by name.

pipeline "renamed" {
  description = "Own names for the columns of tasks"
}

model "writer" {
  name = "mistral-small-latest"
}

step "rows" "topics" {
  rows = [
    { topic = "Fractions", level = "beginner" },
    { topic = "Limits", level = "advanced" },
  ]
}

step "self_instruct" "ask" {
  from             = step.topics
  model            = model.writer
  num_instructions = 2
  inputs           = { input = "topic" }
  outputs          = { instructions = "questions", model_name = "asked_by" }
}

step "expand_columns" "each_question" {
  from    = step.ask
  columns = { questions = "question" }
}

step "text_generation" "answer" {
  from    = step.each_question
  model   = model.writer
  inputs  = { instruction = "question" }
  outputs = { generation = "answer", model_name = "answered_by" }
  prompt  = <<-EOT
    Answer the question for a reader at the level "{{ .level }}".

    {{ .instruction }}
  EOT
}

step "keep_columns" "result" {
  from    = step.answer
  columns = ["question", "answer", "asked_by", "answered_by"]
}

dataset "questions-and-answers" {
  from = step.result
}
