# Preference pairs after UltraFeedback (Cui et al. 2023, https://arxiv.org/abs/2310.01377): four models answer each prompt, a judge rates
# the answers under every aspect, and the best and the worst by the mean of the aspects become a pair for DPO.

pipeline "ultrafeedback" {
  description = "Answers of four models, rated for how helpful, honest and true they are and how closely they follow the instruction"
}

variable "prompts" {
  type        = string
  description = "What is answered: a file of JSON lines, each with an instruction and its topic."
  default     = "prompts.jsonl"
}

variable "limit" {
  type        = number
  description = "How many of the prompts to take, from the first; 0 takes them all."
  default     = 12
}

variable "margin" {
  type        = number
  description = "How far the means of chosen and rejected have to be apart, in points of the judge's scale."
  default     = 1.5
}

variable "judge" {
  type        = string
  description = "The model that judges."
  default     = "mistral-large-latest"
}

# What the judge looks at, by the name of the columns that come of it.
locals {
  aspects = {
    helpfulness           = "helpfulness"
    honesty               = "honesty"
    instruction_following = "instruction-following"
    truthfulness          = "truthfulness"
    overall               = "overall-rating"
  }
}

# Models of different sizes make answers of different quality.
model "tiny" {
  name       = "ministral-3b-latest"
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "small" {
  name       = "ministral-8b-latest"
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "medium" {
  name       = "mistral-small-latest"
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "large" {
  name       = "mistral-medium-latest"
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "judge" {
  name       = var.judge
  generation = { temperature = 0 }
}

step "read_jsonl" "prompts" {
  path  = var.prompts
  limit = var.limit
}

# Four instances, answer[tiny] to answer[large]: all of them answer each prompt.
step "text_generation" "answer" {
  for_each = [model.tiny, model.small, model.medium, model.large]
  from     = step.prompts
  model    = each.value
}

# The answers to a prompt, side by side in one row.
step "combine_columns" "answers" {
  from    = step.answer
  columns = { generation = "generations", model_name = "generation_models" }
}

# Five instances again, judge[helpfulness] to judge[truthfulness]. What each makes is named after its aspect.
step "ultra_feedback" "judge" {
  for_each = local.aspects
  from     = step.answers
  model    = model.judge
  aspect   = each.value
  outputs  = { ratings = each.key, rationales = "${each.key}_reasons" }
}

# Of each judgement the ratings and the reasons, without what some aspects make beside them.
step "keep_columns" "ratings" {
  for_each = local.aspects
  from     = step.judge[each.key]
  columns  = ["topic", "instruction", "generations", "generation_models", each.key, "${each.key}_reasons"]
}

# All ratings of a prompt's answers in one row.
step "combine_outputs" "rated" {
  from = step.ratings
}

# An answer's points: the sum of its ratings under the four aspects, 4 to 20. The overall rating is not in it, it is the judge's word on the whole.
step "derive" "points" {
  from = step.rated
  columns = {
    points = [
      for i, answer in row.generations :
      row.helpfulness[i] + row.honesty[i] + row.instruction_following[i] + row.truthfulness[i]
    ]
  }
}

step "derive" "means" {
  from = step.points
  columns = {
    mean_ratings = [for p in row.points : p / 4]
    best         = index(row.points, max(row.points...))
    worst        = index(row.points, min(row.points...))
  }
}

# A pair teaches something where the answers are clearly apart, and the judge's overall rating does not say the contrary.
step "filter" "clear" {
  from  = step.means
  where = row.mean_ratings[row.best] - row.mean_ratings[row.worst] >= var.margin && row.overall[row.best] >= row.overall[row.worst]
}

step "format_text_generation_dpo" "format_dpo" {
  from   = step.clear
  inputs = { ratings = "points" }
}

step "keep_columns" "pairs" {
  from    = step.format_dpo
  columns = ["topic", "chosen", "rejected", "chosen_model", "rejected_model", "chosen_rating", "rejected_rating"]
}

# The pairs, as TRL's DPOTrainer reads them.
dataset "pairs" {
  from   = step.pairs
  format = "trl/dpo"
  tags   = ["preference"]

  # A block like this one shares them on the Hub.
  # hub {
  #   repo_id = "you/ultrafeedback"
  #   private = true
  # }
}

# All answers with all their ratings, for a reward model or for another choice of pairs.
dataset "ratings" {
  from = step.means
  tags = ["preference", "ratings"]
}

# With real models, a cap on what all runs in a folder spend together:
#
# budget {
#   max_usd = 1
# }
