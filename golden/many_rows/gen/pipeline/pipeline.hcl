# More rows than one would want to read in Go: they travel as a data file.

pipeline "many-rows" {}

step "rows" "numbers" {
  rows = [for i in range(60) : { n = i, text = "number ${i}" }]
}
