# Preference pairs for mathematics: instructions on ten topics, two answers to each, a judge, and the pairs for DPO.

pipeline "math-preference" {
  description = "A dataset of preference pairs about mathematics"
}

variable "topics" {
  type        = list(string)
  description = "What the instructions are about."
  default = [
    "Algebraic Expressions", "Linear Equations", "Quadratic Equations", "Polynomial Functions", "Rational Expressions",
    "Exponential Functions", "Logarithmic Functions", "Sequences and Series", "Matrices", "Trigonometric Identities",
    "Limits and Continuity", "Derivatives", "Integrals", "Probability", "Number Theory",
  ]

  validation {
    condition     = length(var.topics) > 0
    error_message = "Name one topic at least."
  }
}

variable "limit" {
  type        = number
  description = "How many of the topics to take, from the first."
  default     = 10
}

variable "models" {
  type = object({
    small  = string
    medium = string
    large  = string
  })
  description = "The two models that answer, and the one that judges."
  default = {
    small  = "ministral-8b-latest"
    medium = "mistral-medium-latest"
    large  = "mistral-large-latest"
  }
}

variable "repo_id" {
  type        = string
  description = "Where on the Hugging Face Hub the pairs go, NAMESPACE/NAME. Empty: nowhere."
  default     = ""
}

model "small" {
  name       = var.models.small
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "medium" {
  name       = var.models.medium
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "large" {
  name = var.models.large
}

step "rows" "load_dataset" {
  rows = [for t in slice(var.topics, 0, min(var.limit, length(var.topics))) : { input = t }]
}

step "self_instruct" "self_instruct" {
  from  = step.load_dataset
  model = model.small
}

step "expand_columns" "expand_columns" {
  from    = step.self_instruct
  columns = { instructions = "instruction" }
}

# Two instances: generate[small] and generate[medium].
step "text_generation" "generate" {
  for_each = [model.small, model.medium]
  from     = step.expand_columns
  model    = each.value
}

# Both answers to an instruction, side by side in one row.
step "combine_columns" "combine_generations" {
  from    = step.generate
  columns = { generation = "generations", model_name = "generation_models" }
}

step "ultra_feedback" "judge" {
  from   = step.combine_generations
  model  = model.large
  aspect = "overall-rating"
}

step "format_text_generation_dpo" "format_dpo" {
  from = step.judge
}

# The same rows for annotators, where there is a server for them: ARGILLA_API_URL and ARGILLA_API_KEY.
step "preference_to_argilla" "to_argilla" {
  from      = step.judge
  enabled   = env("ARGILLA_API_URL") != ""
  dataset   = "mathematical-dataset"
  workspace = "admin"
}

# The pairs, as TRL's DPOTrainer reads them. They are shared on the Hub where a place is given: --var repo_id=you/maths-preference.
dataset "default" {
  from   = step.format_dpo
  format = "trl/dpo"

  hub {
    enabled = var.repo_id != ""
    repo_id = var.repo_id
    private = true
  }
}
