# An answer to an instruction, without needless spaces, and what it is worth.

variable "style" {
  type        = string
  default     = "Answer in one line."
  description = "How to answer."
}

model "writer" {} # whoever uses the module gives it

input "instructions" {
  columns = {
    instruction = string
    level       = optional(int)
  }
}

step "text_generation" "write" {
  from          = input.instructions
  model         = model.writer
  prompt        = file("prompts/write.md")
  system_prompt = var.style
}

step "go" "tidy" {
  func    = "./text.Tidy"
  from    = step.write
  replace = ["generation"]
}

module "rated" {
  source = "../rate"
  from   = step.tidy
  inputs = { answer = "generation" }
}

step "derive" "named" {
  from    = module.rated
  columns = { answer = row.generation, note = "rated ${var.style}" }
}

output "answers" {
  from    = step.named
  columns = ["answer", "rating"]
}
