# DEITA (Liu et al. 2023, https://arxiv.org/abs/2312.15685): instructions and responses evolve, a judge scores how complex and how good
# each version is, and the best conversations that differ from each other are chosen.

pipeline "deita" {
  description = "Complex instructions with good responses, chosen for fine-tuning"
}

variable "seeds" {
  type        = string
  description = "The instructions to begin with: a file of JSON lines, each with an instruction."
  default     = "seeds.jsonl"
}

variable "limit" {
  type        = number
  description = "How many of the seeds to take, from the first; 0 takes them all."
  default     = 8
}

variable "evolutions" {
  type        = number
  description = "How often each instruction, and then each response, is rewritten. In the paper 5."
  default     = 2
}

variable "budget" {
  type        = number
  description = "How many conversations to choose. In the paper 6,000 and more."
  default     = 24
}

variable "diversity" {
  type        = number
  description = "The least cosine distance of a conversation to those chosen before it: the 0.1 of the paper is a similarity of 0.9."
  default     = 0.1
}

variable "models" {
  type = object({
    writer   = string
    judge    = string
    embedder = string
  })
  description = "The model that rewrites and answers, the one that scores, and the one that makes vectors."
  default = {
    writer   = "ministral-8b-latest"
    judge    = "mistral-large-latest"
    embedder = "mistral-embed"
  }
}

model "writer" {
  name       = var.models.writer
  generation = { max_new_tokens = 512, temperature = 0.7 }
}

model "judge" {
  name       = var.models.judge
  generation = { temperature = 0 }
}

model "embedder" {
  name = var.models.embedder
}

step "read_jsonl" "seeds" {
  path  = var.seeds
  limit = var.limit
}

# Each seed with its harder versions, and an answer to each of them.
step "evol_instruct" "evolve_instruction" {
  from                         = step.seeds
  model                        = model.writer
  num_evolutions               = var.evolutions
  store_evolutions             = true
  include_original_instruction = true
  generate_answers             = true
}

# The judge sees the versions of one seed side by side.
step "complexity_scorer" "score_complexity" {
  from    = step.evolve_instruction
  inputs  = { instructions = "evolved_instructions" }
  model   = model.judge
  outputs = { scores = "complexities" }
}

step "expand_columns" "instructions" {
  from = step.score_complexity
  columns = {
    evolved_instructions = "evolved_instruction"
    answers              = "answer"
    complexities         = "evol_instruction_score"
  }
}

# Each answer with its better versions.
step "evol_quality" "evolve_response" {
  from                      = step.instructions
  inputs                    = { instruction = "evolved_instruction", response = "answer" }
  model                     = model.writer
  num_evolutions            = var.evolutions
  store_evolutions          = true
  include_original_response = true
}

step "quality_scorer" "score_quality" {
  from    = step.evolve_response
  inputs  = { instruction = "evolved_instruction", responses = "evolved_responses" }
  model   = model.judge
  outputs = { scores = "qualities" }
}

step "expand_columns" "responses" {
  from = step.score_quality
  columns = {
    evolved_responses = "evolved_response"
    qualities         = "evol_response_score"
  }
}

# From here on each row is one conversation: the lists that it came from are left behind.
step "keep_columns" "pairs" {
  from = step.responses
  columns = [
    "instruction", "evolved_instruction", "evol_instruction_score", "evolved_response", "evol_response_score",
  ]
}

step "conversation_template" "conversation" {
  from   = step.pairs
  inputs = { instruction = "evolved_instruction", response = "evolved_response" }
}

# An embedding model reads a text.
step "derive" "text" {
  from    = step.conversation
  columns = { text = join("\n\n", [for m in row.conversation : m.content]) }
}

step "generate_embeddings" "embeddings" {
  from  = step.text
  model = model.embedder
}

# The best first, unless it is like one chosen before.
step "deita_filtering" "choose" {
  from                = step.embeddings
  data_budget         = var.budget
  diversity_threshold = var.diversity
}

step "keep_columns" "chosen" {
  from = step.choose
  columns = [
    "conversation", "instruction", "evol_instruction_score", "evol_response_score", "deita_score", "nearest_neighbor_distance",
  ]
}

# The conversations, as TRL's SFTTrainer reads them.
dataset "default" {
  from    = step.chosen
  format  = "trl/sft"
  columns = { messages = "conversation" }
}
