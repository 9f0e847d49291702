# A file as the source: types inferred from it in one step, declared in the other, where lines that do not fit are rejected.

pipeline "from-files" {}

step "read_jsonl" "inferred" {
  path = "clean.jsonl"
}

step "read_jsonl" "declared" {
  path    = "messy.jsonl"
  columns = { instruction = "string", score = "int", tags = "optional(list(string))" }
}

dataset "clean" {
  from = step.inferred
}

dataset "messy" {
  from = step.declared
}
