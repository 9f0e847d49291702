# Datasets whose files need no library of other people.
pipeline "plain-datasets" {}

step "rows" "numbers" {
  rows = [
    { name = "one, or \"1\"", value = 1, part = 0.5, even = false, note = null },
    { name = "two", value = 2, part = 1, even = true, note = "on two\nlines" },
    { name = "=drei", value = 3, part = 1e300, even = false, note = "" },
  ]
}

dataset "lines" {
  from   = step.numbers
  format = "jsonl"
}

dataset "table" {
  from       = step.numbers
  format     = "csv"
  shard_rows = 2
}
