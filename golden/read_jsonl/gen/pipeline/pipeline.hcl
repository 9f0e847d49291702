# Files as the source: types inferred in one step, declared in another, where lines that do not fit are rejected, and one column of
# several files.

pipeline "from-files" {}

step "read_jsonl" "inferred" {
  path = "clean.jsonl"
}

step "read_jsonl" "declared" {
  path    = "messy.jsonl"
  columns = { instruction = "string", score = "int", tags = "optional(list(string))" }
}

step "read_jsonl" "several" {
  path    = "parts/*.jsonl"
  columns = ["question"]
}

dataset "clean" {
  from = step.inferred
}

dataset "messy" {
  from = step.declared
}

dataset "several" {
  from = step.several
}
