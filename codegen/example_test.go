package codegen_test

import (
	"fmt"
	"strings"

	"github.com/distigen/distigen/codegen"
	"github.com/distigen/distigen/hclspec"
)

// show prints a file of the program of a pipeline, without its header.
func show(path, pipeline string, own ...string) {
	plan, report := hclspec.LoadBytes("pipeline.hcl", []byte(pipeline), hclspec.Options{})
	if plan == nil {
		var out strings.Builder
		report.WriteText(&out, false)
		fmt.Print(out.String())
		return
	}
	opts := codegen.Options{Dir: "..", Own: map[string]bool{}}
	for _, name := range own {
		opts.Own[name] = true
	}
	files, err := codegen.Generate(plan, opts)
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range files {
		if f.Path == path {
			_, text, _ := strings.Cut(string(f.Data), "package main\n\n")
			fmt.Print(strings.ReplaceAll(text, "\t", "  "))
			return
		}
	}
	fmt.Println(path, "is not written")
}

// Rows that stand in the pipeline become Go.
func Example_rows() {
	show("topics.go", `step "rows" "topics" {
  rows = [{ topic = "Limits", level = 2, hint = null }, { topic = "Sums", level = 1, hint = "Count." }]
}`)
	// Output:
	// // rowsTopics is step "rows" "topics": rows written out in the pipeline.
	// var rowsTopics = []TopicsRow{
	//   {Topic: "Limits", Level: 2},
	//   {Topic: "Sums", Level: 1, Hint: new("Count.")},
	// }
}

// Every kind of row has a struct, which says who made each column.
func Example_structs() {
	show("rows.go", answers)
	// Output:
	// // QuestionsRow is a row after questions.
	// type QuestionsRow struct {
	//   Instruction string `json:"instruction"` // questions
	// }
	//
	// // AnswerRow is a row after answer.
	// type AnswerRow struct {
	//   Instruction string  `json:"instruction"` // questions
	//   Generation  *string `json:"generation"`  // answer: the answer
	//   ModelName   *string `json:"model_name"`  // answer: the model that wrote it
	// }
}

// A task has its settings, what it reads and what it adds; here its failures are kept with nulls.
func Example_task() {
	show("answer.go", answers)
	// Output:
	// import (
	//   _ "embed"
	//
	//   "github.com/distigen/distigen/runtime/llm"
	//   "github.com/distigen/distigen/runtime/steps"
	// )
	//
	// //go:embed prompts/answer.md
	// var answerPrompt llm.Prompt
	//
	// // newAnswer has the settings of step "text_generation" "answer": an answer to an instruction.
	// func newAnswer(model llm.Model) steps.TextGeneration {
	//   return steps.TextGeneration{Task: llm.Task{Model: model, Prompt: answerPrompt, OnError: "keep"}}
	// }
	//
	// // readAnswer picks the columns that it reads.
	// func readAnswer(row QuestionsRow) steps.TextGenerationIn {
	//   return steps.TextGenerationIn{Instruction: row.Instruction}
	// }
	//
	// // addAnswer adds the columns that it makes. They stay null where out is nil: the task failed, and the row is kept.
	// func addAnswer(row QuestionsRow, out *steps.TextGenerationOut) AnswerRow {
	//   added := AnswerRow{
	//     Instruction: row.Instruction,
	//   }
	//   if out != nil {
	//     added.Generation = &out.Generation
	//     added.ModelName = &out.ModelName
	//   }
	//   return added
	// }
}

// The wiring has a line for each step.
func Example_wiring() {
	show("pipeline.go", answers, "_", "program", "pipelineFiles")
	// Output:
	// import (
	//   "github.com/distigen/distigen/runtime"
	//   "github.com/distigen/distigen/runtime/dataset"
	//   "github.com/distigen/distigen/runtime/parquet"
	// )
	//
	// // wire connects the steps: the models, a line for each step, and the datasets.
	// func wire(p *runtime.Pipeline) {
	//   small := p.Model("small", smallModel)
	//
	//   questions := runtime.Rows(p, "questions", rowsQuestions)
	//   answer := runtime.TaskOrNull(questions, "answer", newAnswer(small), readAnswer, addAnswer)
	//
	//   runtime.Dataset(answer, "default", dataset.Settings{Files: parquet.Files{}})
	// }
}

// What the user's own files declare is left out, and a file with nothing left is not written.
func Example_own() {
	show("answer.go", answers, "answerPrompt", "newAnswer", "addAnswer")
	show("models.go", answers, "smallModel")
	// Output:
	// import "github.com/distigen/distigen/runtime/steps"
	//
	// // readAnswer picks the columns that it reads.
	// func readAnswer(row QuestionsRow) steps.TextGenerationIn {
	//   return steps.TextGenerationIn{Instruction: row.Instruction}
	// }
	// models.go is not written
}

const answers = `pipeline "answers" {}

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?" }]
}

step "text_generation" "answer" {
  from     = step.questions
  model    = model.small
  on_error = "keep"
}
`
