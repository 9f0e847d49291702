# A database as the source: a table with the types of its values, columns of a query by name, and types declared, where rows that do not
# fit are rejected.

pipeline "from-a-database" {}

step "read_sql" "all" {
  driver = "sqlite"
  path   = "school.db"
  table  = "questions"
}

step "read_sql" "named" {
  driver  = "sqlite"
  path    = "school.db"
  query   = "SELECT id, upper(instruction) AS loud, hard FROM questions ORDER BY id DESC"
  columns = ["loud", "id"]
  limit   = 2
}

step "read_sql" "declared" {
  driver  = "sqlite"
  path    = "school.db"
  table   = "questions"
  columns = { instruction = "string", hard = "bool", tags = "list(string)" }
}

dataset "all" {
  from = step.all
}

dataset "named" {
  from = step.named
}

dataset "declared" {
  from = step.declared
}
