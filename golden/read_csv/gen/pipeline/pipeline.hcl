# Tables as sources: types inferred from all files of a pattern, some columns by name, and types declared, where records that do
# not fit are rejected.

pipeline "from-tables" {}

step "read_csv" "inferred" {
  path = "shards/*.csv"
}

step "read_csv" "named" {
  path    = "shards/*.csv"
  columns = ["score", "question"]
  limit   = 3
}

step "read_csv" "declared" {
  path      = "messy.csv"
  separator = "semicolon"
  columns   = { question = "string", tags = "optional(list(string))", level = "optional(int)" }
}

dataset "inferred" {
  from = step.inferred
}

dataset "named" {
  from = step.named
}

dataset "declared" {
  from = step.declared
}
