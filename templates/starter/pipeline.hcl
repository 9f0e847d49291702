# Questions on a few topics, an answer to each, and a judge's rating. Change it to what you need; distigen check tells
# what is wrong with it.

pipeline "starter" {
  description = "Questions, answers and ratings"
}

variable "topics" {
  type        = list(string)
  description = "What the questions are about."
  default     = ["Fractions", "Linear equations", "Probability"]
}

model "small" {
  name       = "ministral-8b-latest"
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "large" {
  name = "mistral-large-latest"
}

# A source: one row per topic, with the column input.
step "rows" "topics" {
  rows = [for topic in var.topics : { input = topic }]
}

# Adds the column instructions, a list.
step "self_instruct" "questions" {
  from                    = step.topics
  model                   = model.small
  num_instructions        = 2
  application_description = "a maths tutor for school children"
}

# One row per element of the list.
step "expand_columns" "each" {
  from    = step.questions
  columns = { instructions = "instruction" }
}

# Two answers to each instruction, in the list generations.
step "text_generation" "answer" {
  from              = step.each
  model             = model.small
  prompt            = file("prompts/answer.md")
  num_generations   = 2
  group_generations = true
  outputs           = { generation = "generations" }
}

# Adds ratings and rationales, one per answer.
step "ultra_feedback" "judge" {
  from  = step.answer
  model = model.large
}
