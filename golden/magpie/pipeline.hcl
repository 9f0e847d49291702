# Conversations that a model makes up itself, over raw completions: of one turn and of several, by a preset and by a template written out.

pipeline "magpie" {}

model "llama" {
  provider      = "openai"
  base_url      = "http://127.0.0.1:8000/v1"
  name          = "meta-llama/Llama-3.1-8B-Instruct"
  chat_template = { preset = "llama3" }
  generation    = { temperature = 1, seed = 7 }
  price         = { input = 0.1, output = 0.2 }
}

model "own" {
  provider = "openai"
  base_url = "http://127.0.0.1:8001/v1"
  name     = "local-7b"
  chat_template = {
    system    = "<|system|>\n{text}</s>\n"
    user      = "<|user|>\n{text}</s>\n"
    assistant = "<|assistant|>\n{text}</s>\n"
  }
}

step "rows" "subjects" {
  rows = [
    { system_prompt = "You teach geometry.", subject = "geometry" },
    { system_prompt = "", subject = "any" },
    { system_prompt = "", subject = "any" },
  ]
}

step "magpie" "single" {
  from            = step.subjects
  model           = model.llama
  num_generations = 2
  outputs         = { instruction = "question", response = "answer", model_name = "single_model" }
}

step "magpie" "several" {
  from                  = step.subjects
  model                 = model.own
  n_turns               = 2
  end_with_user         = true
  include_system_prompt = true
  system_prompts        = { probability = "You teach probability.", primes = "You teach what there is to know of primes." }
  system_prompt_weights = { probability = 3, primes = 1 }
  outputs               = { model_name = "several_model" }
}

step "magpie" "instructions" {
  from             = step.several
  model            = model.llama
  inputs           = { system_prompt = "subject" }
  only_instruction = true
  outputs          = { model_name = "instruction_model" }
}

step "magpie_generator" "invented" {
  model          = model.own
  num_rows       = 4
  n_turns        = 2
  system_prompts = { geometry = "You teach geometry.", numbers = "You teach number theory." }
}

step "filter" "geometry" {
  from  = step.invented
  where = row.system_prompt_key == "geometry"
}

dataset "invented" {
  from = step.geometry
}

dataset "single" {
  from = step.single
}

dataset "several" {
  from = step.instructions
}
