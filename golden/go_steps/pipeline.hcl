pipeline "go-steps" {
  description = "Steps of the user's own, in Go, of every shape"
}

model "small" {
  name = "ministral-8b-latest"
}

step "go" "topics" {
  func = "./steps.Topics"
  args = { names = ["Fractions", "Primes", "Logarithms"] }
}

step "go" "price" {
  func = "./steps.PriceOf"
  from = step.topics
  args = {
    currency = "USD"
    names    = { USD = "dollars" }
  }
}

step "go" "questions" {
  func = "./steps.Questions"
  from = step.price
  args = { long = true }
}

step "go" "asked" {
  func = "./steps.Short"
  from = step.questions
  args = { most = 60 }
}

step "go" "drafts" {
  func              = "./steps.Answer"
  from              = step.asked
  model             = model.small
  args              = { style = "briefly" }
  num_generations   = 2
  group_generations = true
  outputs = {
    answer = "drafts"
    tokens = "drafts_tokens"
    talk   = "drafts_talk"
    length = "drafts_length"
  }
}

step "go" "kept_drafts" {
  func              = "./steps.Answer"
  from              = step.drafts
  model             = model.small
  args              = { style = "briefly" }
  group_generations = true
  on_error          = "keep"
  outputs = {
    answer = "kept_drafts"
    tokens = "kept_drafts_tokens"
    talk   = "kept_drafts_talk"
    length = "kept_drafts_length"
  }
}

step "go" "kept" {
  func     = "./steps.Answer"
  from     = step.kept_drafts
  model    = model.small
  args     = { style = "briefly" }
  on_error = "keep"
  outputs = {
    answer = "kept"
    tokens = "kept_tokens"
    talk   = "kept_talk"
    length = "kept_length"
  }
}

step "go" "answer" {
  func  = "./steps.Answer"
  from  = step.kept
  model = model.small
  args  = { style = "in one sentence" }
}

step "go" "checked" {
  func  = "./steps.Sensible"
  from  = step.answer
  model = model.small
}

step "go" "follow_ups" {
  func  = "./steps.FollowUps"
  from  = step.checked
  model = model.small
  inputs = {
    text = "answer"
  }
}

step "go" "counted" {
  func = "./steps.Count"
  from = step.follow_ups
  inputs = {
    text = "follow_up"
  }
}

step "go" "longest" {
  func = "./steps.LongestFirst"
  from = step.counted
  args = { least = 4 }
}
