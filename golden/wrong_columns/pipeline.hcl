# What goes wrong with columns, all at once.

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?", hint = null }, { instruction = "Why is 1 not a prime?", hint = "Count divisors." }]
}

step "text_generation" "misspelt" {
  from   = step.questions
  model  = model.small
  inputs = { instruction = "instructions" }
}

step "text_generation" "prompted" {
  from   = step.questions
  model  = model.small
  prompt = <<-EOT
    {{ .instruction }}
    {{ .hints }}
  EOT
}

step "text_generation" "answer" {
  from  = step.questions
  model = model.small
}

step "ultra_feedback" "judge" {
  from   = step.answer
  model  = model.small
  inputs = { generations = "generation" }
}

step "text_generation" "again" {
  from   = step.answer
  model  = model.small
  inputs = { instruction = "hint" }
}

step "expand_columns" "each" {
  from    = step.answer
  columns = ["generation"]
}

step "combine_columns" "both" {
  from    = step.answer
  columns = { generation = "generations" }
}
