# Parquet as the source: all columns with the types of the schema, columns of several files by name, and types declared, where rows that
# do not fit are rejected.

pipeline "from-parquet" {}

step "read_parquet" "nested" {
  path = "nested.parquet"
}

step "read_parquet" "named" {
  path    = "shards/*.parquet"
  columns = ["label", "instruction"]
  limit   = 3
}

step "read_parquet" "declared" {
  path    = "nested.parquet"
  columns = { id = "int", text = "string", score = "optional(float)" }
}

dataset "nested" {
  from = step.nested
}

dataset "named" {
  from = step.named
}

dataset "declared" {
  from = step.declared
}
