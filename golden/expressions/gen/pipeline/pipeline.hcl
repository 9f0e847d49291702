# Expressions over rows: each operator and function, for rows with and without null, and for rows for which one has no value.
pipeline "expressions" {}

variable "least" {
  type    = number
  default = 2
}

locals {
  stopwords = ["the", "a", "of"]
}

step "rows" "answers" {
  rows = [
    {
      n          = 7, m = 3, score = 0.5, flag = true, text = "The größe of a Thing", note = "seen  twice", rank = 2, weight = 1.5
      ratings    = [5, 1, 4], answers = ["fifteen", "12", "fifteen"], scores = [0.25, 0.5]
      steps      = [{ name = "first", hint = "think", cost = 2 }, { name = "second", hint = null, cost = 3 }]
      best       = { model = "large", rating = 5 }
      chat       = [{ role = "user", content = "Hi" }, { role = "assistant", content = "Hello." }]
      extra_tags = ["x", "y"]
    },
    {
      n          = -7, m = 2, score = -2.25, flag = false, text = "", note = null, rank = null, weight = null
      ratings    = [1, 2, 2], answers = ["", "b", "a"], scores = [1, 2.5]
      steps      = [{ name = "only", hint = "", cost = 0 }]
      best       = null
      chat       = [{ role = "user", content = "" }]
      extra_tags = null
    },
    {
      n          = 12, m = 0, score = 100, flag = true, text = "no divisor", note = "x", rank = 1, weight = 0
      ratings    = [3, 3, 3], answers = ["c", "b", "a"], scores = []
      steps      = []
      best       = { model = "small", rating = 1 }
      chat       = []
      extra_tags = []
    },
    {
      n          = 9223372036854775807, m = 1, score = 1, flag = true, text = "large", note = null, rank = null, weight = 2
      ratings    = [3, 3, 3], answers = ["c", "b", "a"], scores = [1]
      steps      = []
      best       = null
      chat       = []
      extra_tags = []
    },
    {
      n          = 1, m = 5, score = 3.75, flag = false, text = "dropped", note = null, rank = null, weight = null
      ratings    = [2, 2, 1], answers = ["a", "a", "a"], scores = [0]
      steps      = []
      best       = null
      chat       = []
      extra_tags = []
    },
  ]
}

# Rows that have no value in all of it are rejected, those that are not good enough are filtered out.
step "filter" "good" {
  from  = step.answers
  where = max(row.ratings...) > var.least && (row.flag || row.n / row.m > 1) || row.rank == null && row.n % row.m == -1
}

step "derive" "all" {
  from = step.good
  columns = {
    # numbers
    sum_      = row.n + row.m
    diff      = row.n - row.m * 2
    quotient  = row.n / row.m
    rest      = row.n % row.m
    rest_f    = row.score % 2
    half      = row.score / 2
    negative  = -row.m
    negated   = -row.score
    grouped   = (row.m + 1) * (row.m - (1 - row.m))
    mixed     = row.n * row.score
    least     = min(row.n, row.m, row.score)
    highest   = max(row.ratings...)
    lowest    = min(row.scores...)
    total     = sum(row.ratings)
    total_f   = sum(row.scores)
    average   = mean(row.ratings)
    rounded   = [round(row.score), floor(row.score), ceil(row.score), abs(row.n), round(row.n)]
    magnitude = abs(row.score)
    power     = pow(row.m, 2)
    parsed    = tonumber("${row.m}.5")

    # comparisons and truths
    equal     = row.n == row.m
    different = row.n != row.score
    same_text = row.text == "no divisor" || row.text != ""
    between   = !(row.m < 1 || row.m >= 3) == row.flag
    any       = anytrue([for r in row.ratings : r > 4])
    all       = alltrue([for r in row.ratings : r > 0])
    known     = var.least == 2 && row.flag
    guarded   = row.m != 0 && row.n / row.m > 2
    either    = row.m == 0 || row.n / row.m > 2

    # null
    noted     = row.note != null
    unnoted   = row.note == null
    note_len  = row.note != null ? length(row.note) : 0
    note_text = coalesce(row.note, "none")
    note_or   = coalesce(row.note, row.text, "never")
    is_x      = row.note == "x"
    not_x     = row.note != "x"
    ranked    = row.rank != null && row.rank >= 2
    rank_same = row.rank == row.rank
    rank_or   = row.rank == null || row.rank > 1
    rank_text = row.rank == null ? "unranked" : "rank ${row.rank}"
    rank_up   = row.rank != null ? row.rank + 1 : null
    model     = row.best != null ? row.best.model : "none"
    weighed   = coalesce(row.weight, 0) * 2
    tags      = coalesce(row.extra_tags, ["none"])
    tag_count = row.extra_tags == null ? -1 : length(row.extra_tags)
    ranks     = [row.rank, 1]

    # texts
    greeting  = "${row.text}: ${row.n}, ${row.score}, ${row.flag}"
    listed    = "%{for a in row.answers}<${a}>%{endfor}"
    chosen    = "%{if row.flag}yes%{else}no%{endif}, ${row.m}"
    cased     = [lower(row.text), upper(row.text), trimspace(" ${row.text} ")]
    trimmed   = trim(trimprefix(trimsuffix(row.text, "Thing"), "The"), " o")
    replaced  = replace(row.text, "e", "3")
    part      = [substr(row.text, 0, 3), substr(row.text, 4, -1), substr(row.text, -5, 5), substr(row.text, 2, 100)]
    starts    = startswith(row.text, "The") && !endswith(row.text, "x") || strcontains(row.text, "div")
    matched   = matches("^[A-Z]", row.text)
    digits    = matches("\\d", row.answers[1])
    rewritten = regexreplace(row.text, "([aeiou])", "[$1]")
    chars     = length(row.text) + strlen(row.text)
    word_list = words(row.text)
    pieces    = length(split(" ", row.text))
    hash      = sha256(row.text)
    json      = jsonencode({ text = row.text, n = row.n, rank = row.rank, list = row.scores })
    as_text   = tostring(row.score)

    # lists and objects
    joined    = join(", ", row.answers)
    second    = row.answers[1]
    at_m      = row.ratings[row.m - 1]
    best_at   = row.answers[index(row.ratings, max(row.ratings...))]
    has       = contains(row.answers, "b")
    distinct_ = distinct(row.answers)
    sorted    = sort(row.answers)
    turned    = reverse(row.ratings)
    sliced    = slice(row.answers, 1, 3)
    both      = concat(row.answers, ["last"])
    empty     = concat(row.answers, [])
    flat      = flatten([row.ratings, [row.n]])
    numbers   = range(row.m)
    some      = range(1, 4)
    content   = [for w in words(lower(row.text)) : w if !contains(local.stopwords, w)]
    numbered  = [for i, a in row.answers : "${i + 1}. ${a}"]
    nested    = [for a in row.answers : [for w in words(a) : length(w)]]
    names     = row.steps[*].name
    costs     = sum(row.steps.*.cost)
    hints     = [for s in row.steps : coalesce(s.hint, "-")]
    hinted    = [for s in row.steps : s.hint if s.hint != null]
    halves    = [for s in row.scores : s / 2]
    roles     = [for msg in row.chat : "${msg.role}: ${msg.content}"]
    pair      = { answer = row.answers[0], rating = row.ratings[0], both = [row.n, row.score] }
    pairs     = [for i, a in row.answers : { answer = a, rating = row.ratings[i] }]
    copy      = row.steps
    talk      = concat(row.chat, [{ role = "assistant", content = row.text }])
    label     = row.n > 5 ? row.score > 1 ? "high" : "middle" : "low"
    constant  = var.least
  }
}

dataset "rows" {
  from   = step.all
  format = "jsonl"
}
