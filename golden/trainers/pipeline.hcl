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

# One row is right, and each other wrong for one of the datasets.
step "rows" "examples" {
  rows = [
    for wrong in ["nothing", "turns", "empty", "prompt", "same", "whole"] : {
      prompt     = [{ role = wrong == "prompt" ? "assistant" : "user", content = "2 + 2?" }]
      completion = [{ role = "assistant", content = wrong == "empty" ? " " : "4" }]
      label      = wrong != "turns"
      messages   = [{ role = "system", content = "Be brief." }, { role = wrong == "turns" ? "assistant" : "user", content = "2 + 2?" }, { role = "assistant", content = "4" }]
      question   = "2 + 2?"
      good       = "4"
      bad        = wrong == "same" ? "4" : "5"
      chosen     = [{ role = "user", content = "2 + 2?" }, { role = "assistant", content = "4" }]
      rejected   = [{ role = "user", content = wrong == "whole" ? "2 + 3?" : "2 + 2?" }, { role = "assistant", content = "5" }]
      tools      = "none"
    }
  ]
}

dataset "trl-kto" {
  from   = step.examples
  format = "trl/kto"
}

dataset "sharegpt-kto" {
  from    = step.examples
  format  = "llamafactory/sharegpt/kto"
  columns = { prompt = "prompt", completion = "completion" }
}

dataset "chat" {
  from   = step.examples
  format = "axolotl/chat_template"
}

dataset "written" {
  from    = step.examples
  format  = "trl/dpo"
  columns = { prompt = "question", chosen = "good", rejected = "bad" }
}

dataset "orpo" {
  from   = step.examples
  format = "axolotl/orpo/chat_template.argilla"
}
