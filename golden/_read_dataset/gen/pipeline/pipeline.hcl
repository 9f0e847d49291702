# A dataset of the Hub as the source. The types are declared, so that the pipeline is checked without a Hub.

pipeline "from-the-hub" {}

step "read_dataset" "questions" {
  repo_id  = "acme/questions"
  revision = "v1"
  columns  = { instruction = "string", level = "int" }
}

step "read_dataset" "first" {
  repo_id = "acme/questions"
  columns = { instruction = "string" }
  limit   = 1
}

dataset "questions" {
  from = step.questions
}

dataset "first" {
  from = step.first
}
