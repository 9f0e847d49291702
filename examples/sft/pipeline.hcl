# Data for supervised fine-tuning: instructions on many topics (Self-Instruct, Wang et al. 2022, https://arxiv.org/abs/2212.10560), without
# those that repeat each other, answered, judged, and of the answers the good ones.

pipeline "sft" {
  description = "Questions of people who look after a house and a garden, with good answers"
}

variable "topics" {
  type        = list(string)
  description = "What the instructions are about."
  default = [
    "repairing a dripping tap", "heating with a heat pump", "painting a room", "growing tomatoes", "pruning fruit trees",
    "keeping moths out of clothes", "reading an electricity bill", "insulating a roof", "composting", "removing mould",
    "choosing a lawn mower", "collecting rainwater",
  ]

  validation {
    condition     = length(var.topics) > 0
    error_message = "Name one topic at least."
  }
}

variable "limit" {
  type        = number
  description = "How many of the topics to take, from the first."
  default     = 8
}

variable "instructions_per_topic" {
  type        = number
  description = "How many instructions are written on each topic."
  default     = 8
}

variable "likeness" {
  type        = number
  description = "The cosine similarity from which on the later of two instructions is dropped."
  default     = 0.85
}

variable "length" {
  type        = object({ min = number, max = number })
  description = "How many words an answer may have."
  default     = { min = 40, max = 400 }
}

variable "good" {
  type        = number
  description = "The least rating of an answer, from 1 to 5."
  default     = 4
}

variable "models" {
  type = object({
    writer = string
    judge  = string
    embed  = string
  })
  description = "The model that writes instructions and answers, the one that judges, and the one that makes vectors."
  default = {
    writer = "mistral-small-latest"
    judge  = "mistral-large-latest"
    embed  = "mistral-embed"
  }
}

model "writer" {
  name       = var.models.writer
  generation = { max_new_tokens = 800, temperature = 0.9 }
}

model "judge" {
  name       = var.models.judge
  generation = { temperature = 0 }
}

model "embed" {
  name = var.models.embed
}

step "rows" "topics" {
  rows = [for t in slice(var.topics, 0, min(var.limit, length(var.topics))) : { topic = t }]
}

step "self_instruct" "ask" {
  from                    = step.topics
  inputs                  = { input = "topic" }
  model                   = model.writer
  num_instructions        = var.instructions_per_topic
  application_description = "an adviser on everything about house and garden"
}

step "expand_columns" "instructions" {
  from    = step.ask
  columns = { instructions = "instruction" }
}

# First what has the same words: it needs no model.
step "deduplicate" "reworded" {
  from      = step.instructions
  columns   = ["instruction"]
  method    = "minhash"
  threshold = 0.6
  ngram     = 2
}

# Then what means the same: each instruction that is left gets a vector, and of those that are near to each other the first stays.
step "generate_embeddings" "embed" {
  from    = step.reworded
  model   = model.embed
  inputs  = { text = "instruction" }
  outputs = { model_name = "embedding_model" }
}

step "embedding_dedup" "distinct" {
  from      = step.embed
  threshold = var.likeness
}

# The vectors have done their work.
step "keep_columns" "questions" {
  from    = step.distinct
  columns = ["topic", "instruction", "nearest_similarity"]
}

# Answers are the dear part. None is asked for an instruction that is dropped.
step "text_generation" "answer" {
  from          = step.questions
  model         = model.writer
  system_prompt = "You advise people who look after a house and a garden. Name quantities and risks, and say when it takes a professional."
}

step "derive" "measured" {
  from    = step.answer
  columns = { words = length(words(row.generation)) }
}

# What can be counted comes before what has to be judged.
step "filter" "of_good_length" {
  from  = step.measured
  where = row.words >= var.length.min && row.words <= var.length.max && !matches("(?i)as an ai|i cannot", row.generation)
}

step "prompt" "judge" {
  from   = step.of_good_length
  model  = model.judge
  prompt = file("judge.md")
  scale  = { min = 1, max = 5 }
}

step "filter" "good" {
  from  = step.judge
  where = row.rating >= var.good
}

step "format_text_generation_sft" "format_sft" {
  from = step.good
}

step "keep_columns" "examples" {
  from    = step.format_sft
  columns = ["messages", "prompt_id", "topic", "words", "rating"]
}

# The conversations, as TRL's SFTTrainer reads them. A tenth is kept for evaluation; which rows these are stays the same when rows are added.
dataset "default" {
  from   = step.examples
  format = "trl/sft"
  splits = { train = 0.9, test = 0.1 }
}
