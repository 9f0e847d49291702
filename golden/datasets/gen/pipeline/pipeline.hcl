# Every type of column in Parquet, in splits and shards.
pipeline "datasets" {}

step "rows" "all" {
  rows = [for i in range(20) : {
    text     = "Zeile ${i}: „ü“ 雪 🙂\n"
    number   = i
    share    = i / 4
    even     = i % 2 == 0
    maybe    = i % 3 == 0 ? null : "text"
    list     = [for j in range(i % 3) : j]
    nested   = [for j in range(i % 4) : [for k in range(j) : "${j}.${k}"]]
    object   = { name = "n${i}", size = i % 5 == 0 ? null : i }
    objects  = [for j in range(i % 3) : { key = "k${j}", value = j % 2 == 0 ? null : j }]
    messages = [{ role = "user", content = "q${i}" }, { role = "assistant", content = "a${i}" }]
    lacking  = i % 2 == 0 ? null : [for j in range(i % 3) : "x${j}"]
  }]
}

dataset "default" {
  from       = step.all
  splits     = { train = 0.7, test = 0.3 }
  shard_rows = 6
}
