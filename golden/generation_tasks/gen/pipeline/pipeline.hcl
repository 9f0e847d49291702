# Tasks that write or judge one text each: instructions out of a seed, an exchange out of a document, its revision, a judge, a chat, a base model.

pipeline "generation-tasks" {}

model "large" {
  name = "mistral-large-latest"
}

model "plain" {
  name         = "ministral-8b-latest"
  reply_format = "text"
}

step "rows" "documents" {
  rows = [
    {
      title    = "Primes"
      content  = "A prime is a number above 1 that only 1 and itself divide. Euclid showed that there is no last one."
      messages = [{ role = "user", content = "What is a prime?" }, { role = "assistant", content = "See below." }, { role = "user", content = "Is 1 a prime?" }]
    },
    {
      title    = "Linear Equations"
      content  = "An equation of the first degree has one solution, none, or all numbers as solutions."
      messages = [{ role = "user", content = "Solve 3x + 4 = 10." }]
    },
  ]
}

step "evol_instruct_generator" "generate" {
  from             = step.documents
  inputs           = { seed = "title" }
  model            = model.large
  num_evolutions   = 1
  generate_answers = true
  outputs          = { instruction = "generated", answer = "generated_answer", model_name = "generate_model" }
}

step "evol_complexity_generator" "harden" {
  from    = step.generate
  inputs  = { seed = "content" }
  model   = model.plain
  outputs = { instruction = "hardened", model_name = "harden_model" }
}

step "genstruct" "exchange" {
  from    = step.harden
  model   = model.large
  outputs = { model_name = "exchange_model" }
}

step "clair" "revise" {
  from    = step.exchange
  inputs  = { task = "user", student_solution = "assistant" }
  model   = model.plain
  outputs = { model_name = "revise_model" }
}

step "instruction_backtranslation" "judge" {
  from    = step.revise
  inputs  = { instruction = "user", generation = "revision" }
  model   = model.large
  outputs = { model_name = "judge_model" }
}

step "chat_generation" "chat" {
  from          = step.judge
  model         = model.plain
  system_prompt = "Answer in one sentence."
  prompt        = "{{ .last }} Be brief."
  outputs       = { generation = "chat", model_name = "chat_model" }
}

step "urial" "base" {
  from    = step.chat
  inputs  = { conversation = "messages" }
  model   = model.large
  outputs = { generation = "base", model_name = "base_model" }
}
