# The tasks of the DEITA paper: judges that score several texts side by side.

pipeline "deita-tasks" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

model "plain" {
  name         = "ministral-8b-latest"
  reply_format = "text"
}

step "rows" "versions" {
  rows = [
    {
      instruction  = "Factor x^2 - 5x + 6."
      instructions = ["Factor x^2 - 5x + 6.", "Factor x^4 - 5x^2 + 6 and say which factors are irreducible over the rationals."]
      responses    = ["(x - 2)(x - 3)", "Two numbers with the sum 5 and the product 6 are 2 and 3, so it is (x - 2)(x - 3).", "I think it is prime."]
    },
    {
      instruction  = "Is 91 a prime?"
      instructions = ["Is 91 a prime?", "Is 91 a prime? Show how you tested it.", "How many primes are there from 91 to 191?"]
      responses    = ["No: 7 times 13 is 91.", "Yes."]
    },
  ]
}

step "complexity_scorer" "complexity" {
  from    = step.versions
  model   = model.large
  outputs = { scores = "complexities", model_name = "complexity_judge" }
}

step "quality_scorer" "quality" {
  from      = step.complexity
  model     = model.plain
  max_score = 10
  outputs   = { scores = "qualities", model_name = "quality_judge" }
}
