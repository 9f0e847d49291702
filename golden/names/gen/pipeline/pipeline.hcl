# Names that are awkward in Go: keywords, initialisms, hyphens, digits, letters beyond ASCII, and the program's own names.

pipeline "names" {}

step "rows" "main" {
  rows = [
    { "type" = "a", "func" = 1, "id" = "x1", "source-url" = "https://example.org", "1st" = true, "größe" = 2.5, "len" = ["a"], "html_page" = "<b>&</b>" },
    { "type" = "b", "func" = 2, "id" = "x2", "source-url" = "https://example.org/2", "1st" = false, "größe" = 3, "len" = [], "html_page" = "" },
  ]
}

step "keep_columns" "range" {
  from    = step.main
  columns = ["id", "type", "func", "source-url", "1st", "größe", "html_page"]
}

step "keep_columns" "runtime" {
  from    = step.main
  columns = ["len", "id"]
}
