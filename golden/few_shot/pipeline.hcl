pipeline "few_shot" {
  description = "Examples drawn for each row, written out, and cut to a length in tokens"
}

step "rows" "functions" {
  rows = [for name in ["add", "multiply", "distance", "local_time"] : { func_name = name }]
}

step "data_sampler" "drawn" {
  from = step.functions
  size = 2
  rows = [
    {
      query   = "How far is it from Lyon to Nice?"
      answers = jsonencode([{ name = "distance", arguments = { from = "Lyon", to = "Nice" } }])
      turns   = 1
      tools   = ["distance"]
      costs   = { usd = 0.5 }
    },
    {
      query   = "What time is it in Lima?"
      answers = jsonencode([{ name = "local_time", arguments = { city = "Lima" } }])
      turns   = 1
      tools   = ["local_time"]
      costs   = { usd = 1 }
    },
    {
      query   = "Is it later in Kyoto than in Lima, and by how much?"
      answers = jsonencode([for city in ["Kyoto", "Lima"] : { name = "local_time", arguments = { city = city } }])
      turns   = 2
      tools   = ["local_time", "subtract"]
      costs   = { usd = 2 }
    },
  ]
}

step "prepare_examples" "examples" {
  from            = step.drawn
  answers_heading = "## Calls:"
}

step "truncate_text_column" "short" {
  from       = step.examples
  inputs     = { text = "examples" }
  outputs    = { text = "examples" }
  max_length = 40
  tokenizer  = "o200k_base"
}

step "truncate_text_column" "letters" {
  from       = step.short
  inputs     = { text = "func_name" }
  outputs    = { text = "func_name" }
  max_length = 5
}
