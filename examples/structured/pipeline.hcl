# Typed records: customers are invented, each writes a letter to a shop, and the letter is read into a record. All that a model writes has a
# declared type, with enums, ranges, lists and what may be missing. The rows go into Parquet with nested columns, and flat into CSV.

pipeline "structured" {
  description = "Letters to a shop for outdoor gear, with the records that a clerk would make of them"
}

variable "places" {
  type        = list(string)
  description = "Where the customers live."
  default     = ["Lyon", "Kraków", "Bristol", "Porto"]
}

variable "occasions" {
  type        = list(string)
  description = "What they wanted the gear for: each place is paired with each occasion."
  default     = ["a first hike in the mountains", "a school trip", "a winter of cycling to work", "a week at sea"]
}

variable "topics" {
  type        = list(string)
  description = "What a letter may be about."
  default     = ["delivery", "fault", "wrong item", "question", "praise"]
}

variable "dear" {
  type        = number
  description = "The value of the goods, in euros, from which on a letter goes to a senior clerk."
  default     = 1000
}

variable "urgency" {
  type        = number
  description = "The least urgency of a letter that is kept, from 1 to 5."
  default     = 2
}

variable "models" {
  type = object({
    writer = string
    reader = string
  })
  description = "The model that invents people and letters, and the one that reads the letters."
  default = {
    writer = "mistral-small-latest"
    reader = "mistral-medium-latest"
  }
}

model "writer" {
  name       = var.models.writer
  generation = { max_new_tokens = 600, temperature = 1 }
}

model "reader" {
  name       = var.models.reader
  generation = { max_new_tokens = 600, temperature = 0 }
}

step "rows" "settings" {
  rows = [for s in setproduct(var.places, var.occasions) : {
    place       = s[0]
    occasion    = s[1]
    instruction = "Invent a customer from ${s[0]} who has bought gear for ${s[1]}. Make it somebody one could meet, and not the first who comes to mind."
  }]
}

# A customer: an object with another one, an enum and a list in it. It becomes the JSON schema of the request, and the reply is checked
# against it.
step "structured_generation" "invent" {
  from    = step.settings
  model   = model.writer
  outputs = { generation = "customer" }

  output = object({
    name      = string({ min = 3, max = 60 })
    age       = int({ min = 16, max = 90 })
    household = enum("alone", "couple", "family", "shared flat")
    work = object({
      occupation = string({ max = 60 })
      employer   = optional(string({ max = 60 }))
      years      = int({ min = 0, max = 50 })
    })
    interests = list(string({ max = 40 }), { min = 1, max = 3 })
  })
}

# A letter of theirs. The prompt reads the fields of the customer. What the letter is about comes first: the model writes in this order.
step "prompt" "write" {
  from   = step.invent
  model  = model.writer
  prompt = file("write.md")

  output = {
    about    = enum(var.topics...)
    mood     = enum("calm", "disappointed", "angry", "pleased")
    headline = string({ min = 4, max = 80 })
    letter   = string({ min = 80, max = 2000 })
  }
}

# The record, from the letter alone. What it does not say is null.
step "prompt" "read" {
  from          = step.write
  model         = model.reader
  system_prompt = "You enter letters to a shop for outdoor gear into its files. You never guess: what the letter does not say is null."
  prompt        = file("read.md")
  examples      = file("examples.jsonl")

  output = {
    record = object({
      topic   = enum(var.topics...)
      urgency = int({ min = 1, max = 5 })
      goods = list(object({
        product = string({ max = 60 })
        amount  = int({ min = 1, max = 6 })
        euros   = optional(float({ min = 0, max = 500 }))
      }), { max = 3 })
      order_number = optional(string({ pattern = "[A-Z]{2}-[0-9]{6}" }))
      refund       = bool
    })
  }
}

# Columns that are computed of the record's fields. A price that is not known counts as nothing. agreed tells whether the letter was read as
# it was meant.
step "derive" "valued" {
  from = step.read
  columns = {
    euros  = round(100 * sum([for g in row.record.goods : g.amount * coalesce(g.euros, 0)])) / 100
    agreed = row.record.topic == row.about
  }
}

# Letters that wait for an answer, and say what about.
step "filter" "open" {
  from  = step.valued
  where = row.record.topic != "praise" && row.record.urgency >= var.urgency && length(row.record.goods) > 0
}

step "keep_columns" "letters" {
  from    = step.open
  columns = ["place", "customer", "headline", "letter", "mood", "record", "euros", "agreed"]
}

# Nested, as it is: customer and record are structs in Parquet, and record.goods is a list of structs.
dataset "letters" {
  from = step.letters
  tags = ["structured-output", "customer-service"]
}

# The same flat, a line for each letter, as a spreadsheet or a classifier reads it.
step "derive" "flat" {
  from = step.open
  columns = {
    age     = row.customer.age
    text    = "${row.headline}\n\n${row.letter}"
    topic   = row.record.topic
    urgency = row.record.urgency
    goods   = join("; ", [for g in row.record.goods : "${g.amount} x ${g.product}"])
    order   = row.record.order_number
    refund  = row.record.refund
    desk    = row.euros >= var.dear || row.record.urgency == 5 ? "senior" : "general"
  }
}

step "keep_columns" "lines" {
  from    = step.flat
  columns = ["text", "topic", "urgency", "desk", "refund", "order", "goods", "euros", "place", "age", "mood"]
}

dataset "lines" {
  from   = step.lines
  format = "csv"
}
