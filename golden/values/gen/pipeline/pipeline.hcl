# Every type of column, in Go and in the data: nested objects and lists, conversations, what may be null.

pipeline "values" {}

step "rows" "written" {
  rows = [
    {
      text  = "quotes \" and\nlines and \\ and 雪", number = 1, ratio = 0.5, yes = true,
      tags  = ["a", "b"], grid = [[1, 2], []], book = { title = "Sums", pages = [1, 2], author = { name = "Ada", born = 1815 } },
      chat  = [{ role = "user", content = "Hello" }, { role = "assistant", content = "Hi." }],
      parts = [{ name = "one", weight = 1 }, { name = "two", weight = null }],
      maybe = null, maybe_tags = null, maybe_book = null, holes = ["a", null],
    },
    {
      text  = "", number = -2, ratio = 1e300, yes = false,
      tags  = [], grid = [], book = { title = "", pages = [], author = { name = "", born = 0 } },
      chat  = [],
      parts = [],
      maybe = 7, maybe_tags = ["c"], maybe_book = { title = "Maybe" }, holes = [],
    },
  ]
}

step "read_jsonl" "read" {
  path = "values.jsonl"
  columns = {
    text       = "string"
    ratio      = "float"
    grid       = "list(list(int))"
    book       = "object({ title = string, author = object({ name = string, born = optional(int) }) })"
    chat       = "messages"
    maybe      = "optional(int)"
    maybe_tags = "optional(list(string))"
    maybe_chat = "optional(messages)"
    holes      = "list(optional(string))"
    hole_lists = "list(optional(list(int)))"
  }
}
