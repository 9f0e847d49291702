# The forms that trainers take, and columns put side by side.
pipeline "formats" {}

step "rows" "rated" {
  rows = [
    {
      instruction = "What is 3/4 of 20?", system_prompt = "Be brief."
      first       = "15", others = ["About 12, I think."]
      ratings     = [5, 2], generation_models = ["large", "small"]
      chat        = [{ role = "user", content = "Hi" }, { role = "assistant", content = "Hello." }, { role = "user", content = "What is 3/4 of 20?" }]
    },
    {
      instruction = "Is 91 a prime?", system_prompt = null
      first       = "Yes.", others = ["No, 7 times 13 is 91."]
      ratings     = [4, 4], generation_models = ["small", "large"]
      chat        = [{ role = "user", content = "Is 91 a prime?" }, { role = "assistant", content = "Yes." }]
    },
  ]
}

step "merge_columns" "answers" {
  from          = step.rated
  columns       = ["first", "others"]
  output_column = "generations"
}

step "format_kto" "by_rating" { from = step.answers }

step "format_kto" "by_pair" {
  from = step.answers
  by   = "pair"
}

step "derive" "best" {
  from    = step.answers
  columns = { generation = row.generations[index(row.ratings, max(row.ratings...))] }
}

step "format_text_generation_sft" "sft" { from = step.best }

step "format_chat_generation_sft" "chat_sft" {
  from    = step.best
  inputs  = { messages = "chat" }
  outputs = { conversation = "chat" }
  replace = ["chat"]
}

step "format_chat_generation_dpo" "chat_dpo" {
  from   = step.answers
  inputs = { messages = "chat" }
}

# Two branches, whose columns are put side by side.
step "conversation_template" "conversation" {
  from   = step.best
  inputs = { response = "generation" }
}

step "derive" "size" {
  from    = step.best
  columns = { size = length(row.generation) }
}

step "combine_outputs" "both" { from = [step.conversation, step.size] }

dataset "by_rating" {
  from   = step.by_rating
  format = "jsonl"
}
dataset "by_pair" {
  from   = step.by_pair
  format = "jsonl"
}
dataset "sft" {
  from   = step.sft
  format = "jsonl"
}
dataset "chat_sft" {
  from   = step.chat_sft
  format = "jsonl"
}
dataset "chat_dpo" {
  from   = step.chat_dpo
  format = "jsonl"
}
dataset "both" {
  from   = step.both
  format = "jsonl"
}
