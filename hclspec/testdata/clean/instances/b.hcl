step "text_generation" "by_name" {
  for_each = toset(["a", "b"])
  from     = step.topic[1]
  model    = model[each.key]
  enabled  = each.key == "b" || var.judge
}

step "combine_columns" "answers" {
  from    = [step.answer["cold"], step.answer[0]]
  columns = ["generation", "model_name"]
}

step "ultra_feedback" "judge" {
  enabled = var.judge
  from    = step.answers
  model   = model.a
  inputs  = { generations = "grouped_generation" }
}

dataset "judged" {
  from = step.judge
}

dataset "by-name" {
  from = step.by_name["b"]
}

dataset "answers" {
  from = step.answers
}
