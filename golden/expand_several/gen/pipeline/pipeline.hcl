# Lists of equal length expanded together; lists that do not match are rejected, as is an empty one.

pipeline "expand" {}

step "rows" "quizzes" {
  rows = [
    { quiz = "A", questions = ["1+1", "2+2"], answers = [2, 4] },
    { quiz = "B", questions = ["3+3"], answers = [6, 7] },
    { quiz = "C", questions = [], answers = [] },
  ]
}

step "expand_columns" "each" {
  from    = step.quizzes
  columns = { questions = "question", answers = "answer" }
}

step "expand_columns" "in_place" {
  from    = step.quizzes
  columns = ["questions", "answers"]
}
