# Datasets that are pushed to the Hub: two of them to one repository, and one to a branch of another.
pipeline "pushed" {}

step "rows" "questions" {
  rows = [
    { instruction = "What is 3/4 of 20?", topic = "fractions" },
    { instruction = "Why is 1 not a prime?", topic = "primes" },
  ]
}

step "keep_columns" "topics" {
  from    = step.questions
  columns = ["topic"]
}

dataset "questions" {
  from    = step.questions
  license = "cc-by-4.0"
  tags    = ["maths", "questions"]

  hub { repo_id = "acme/maths" }
}

dataset "topics" {
  from = step.topics

  hub {
    repo_id = "acme/maths"
    license = "cc-by-4.0"
  }
}

dataset "drafts" {
  from = step.questions

  hub {
    repo_id  = "acme/drafts"
    private  = true
    revision = "v2"
  }
}

dataset "local" {
  from    = step.questions
  license = "mit"

  hub {
    enabled = env("NO_SUCH_VARIABLE") != ""
    repo_id = env("NO_SUCH_VARIABLE")
  }
}
