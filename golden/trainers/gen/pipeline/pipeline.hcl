# Datasets for trainers. What a trainer could not learn from is among the rejects.
pipeline "trainers" {}

model "small" { name = "ministral-8b-latest" }
model "large" { name = "mistral-large-latest" }

step "rows" "questions" {
  rows = [
    { instruction = "What is 3/4 of 20?" },
    { instruction = "Why is 1 not a prime?" },
    { instruction = "Solve 2x + 3 = 11." },
  ]
}

step "text_generation" "answer" {
  for_each = [model.small, model.large]
  from     = step.questions
  model    = each.value
}

step "combine_columns" "answers" {
  from    = step.answer
  columns = { generation = "generations", model_name = "generation_models" }
}

step "ultra_feedback" "judge" {
  from  = step.answers
  model = model.large
}

step "format_text_generation_dpo" "pairs" {
  from   = step.judge
  on_tie = "order"
}

step "keep_columns" "pair" {
  from    = step.pairs
  columns = ["prompt", "chosen", "rejected", "chosen_rating", "rejected_rating"]
}

dataset "trl-dpo" {
  from   = step.pair
  format = "trl/dpo"
}

dataset "axolotl-default" {
  from   = step.pair
  format = "axolotl/dpo/chat_template.default"
  splits = { train = 0.5, test = 0.5 }
}

dataset "axolotl-intel" {
  from   = step.pair
  format = "axolotl/dpo/chatml.intel"
  files  = "jsonl"
}

dataset "llamafactory-sharegpt" {
  from       = step.pair
  format     = "llamafactory/sharegpt/dpo"
  shard_rows = 2
}

dataset "llamafactory-alpaca" {
  from   = step.pair
  format = "llamafactory/alpaca/dpo"
  files  = "jsonl"
}

step "text_generation" "say" {
  from  = step.questions
  model = model.small
}

dataset "trl-sft" {
  from    = step.say
  format  = "trl/sft"
  columns = { prompt = "instruction", completion = "generation" }
}

dataset "alpaca" {
  from    = step.say
  format  = "llamafactory/alpaca"
  columns = { output = "generation" }
  splits  = { train = 0.5, test = 0.5 }
}

step "rows" "labelled" {
  rows = [
    { prompt = [{ role = "user", content = "2 + 2?" }], completion = [{ role = "assistant", content = "4" }], label = true, tools = "none" },
    { prompt = [{ role = "user", content = "2 + 3?" }], completion = [{ role = "assistant", content = "4" }], label = false, tools = "none" },
    { prompt = [{ role = "user", content = "2 + 4?" }], completion = [{ role = "assistant", content = " " }], label = true, tools = "none" },
    { prompt = [{ role = "assistant", content = "2 + 5?" }], completion = [{ role = "assistant", content = "7" }], label = true, tools = "none" },
  ]
}

dataset "trl-kto" {
  from   = step.labelled
  format = "trl/kto"
}

dataset "sharegpt-kto" {
  from   = step.labelled
  format = "llamafactory/sharegpt/kto"
}

step "rows" "conversations" {
  rows = [
    { messages = [{ role = "system", content = "Be brief." }, { role = "user", content = "2 + 2?" }, { role = "assistant", content = "4" }] },
    { messages = [{ role = "user", content = "2 + 2?" }, { role = "user", content = "Well?" }, { role = "assistant", content = "4" }] },
  ]
}

dataset "chat" {
  from   = step.conversations
  format = "axolotl/chat_template"
}

step "rows" "written" {
  rows = [
    { question = "2 + 2?", good = "4", bad = "5" },
    { question = "2 + 3?", good = "5", bad = "5" },
  ]
}

dataset "written" {
  from    = step.written
  format  = "trl/dpo"
  columns = { prompt = "question", chosen = "good", rejected = "bad" }
}

step "rows" "whole" {
  rows = [
    { chosen = [{ role = "user", content = "2 + 2?" }, { role = "assistant", content = "4" }], rejected = [{ role = "user", content = "2 + 3?" }, { role = "assistant", content = "4" }] },
    { chosen = [{ role = "user", content = "2 + 2?" }, { role = "assistant", content = "4" }], rejected = [{ role = "user", content = "2 + 2?" }, { role = "assistant", content = "5" }] },
  ]
}

dataset "orpo" {
  from   = step.whole
  format = "axolotl/orpo/chat_template.argilla"
}
