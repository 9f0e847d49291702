# Optional columns, grouped samples, renamed ports, replaced columns, prompts of the user's own.

variable "questions" {
  type = list(object({
    text  = string
    level = optional(number)
  }))
  default = [{ text = "What is 3/4 of 20?", level = 1 }, { text = "Why is 1 not a prime?" }]

  validation {
    condition     = length(var.questions) > 0
    error_message = "Name a question at least."
  }
}

locals {
  prompt = "Answer a pupil{{ if .level }} of level {{ .level }}{{ end }}: {{ .instruction }}"
  count  = 2 + 1
}

model "writer" {
  name       = "mistral-small-latest"
  generation = { temperature = 1, stop = ["END"] }
}

step "rows" "questions" {
  rows = [for q in var.questions : { question = q.text, level = q.level, rating = 0.5, book = { title = "Maths", page = 3 } }]
}

step "text_generation" "draft" {
  from              = step.questions
  model             = model.writer
  inputs            = { instruction = "question" }
  outputs           = { generation = "answers", model_name = "writers" }
  prompt            = local.prompt
  num_generations   = local.count
  group_generations = true
  temperature       = "0.5"
}

step "ultra_feedback" "judge" {
  from   = step.draft
  model  = model.writer
  aspect = "helpfulness"
  inputs = { instruction = "question", generations = "answers" }
  prompt = <<-EOT
    From {{ .book.title }}, page {{ .book.page }}.

    {{ .instruction }}
    {{ range $i, $t := .generations }}
    Text {{ inc $i }}: {{ $t }}
    {{ end }}
    Aspect: {{ .aspect }}
  EOT
}

step "format_text_generation_dpo" "pairs" {
  from   = step.judge
  inputs = { instruction = "question", generations = "answers", generation_models = "writers" }
}

step "text_generation" "kept" {
  from     = step.questions
  model    = model.writer
  inputs   = { instruction = "question" }
  outputs  = { generation = "question" }
  replace  = ["question"]
  on_error = "keep"
}

step "keep_columns" "short" {
  from    = step.kept
  columns = ["model_name", "question"]
}

dataset "pairs" {
  from = step.pairs
}

dataset "short" {
  from = step.short
}
