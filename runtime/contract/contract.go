// Package contract knows what trainers of models read: which columns, of which types, and what their rows must hold. The compiler
// checks a dataset's columns against it, a generated program its rows, and the docs are written from it. A program links it only
// if a dataset is made for a trainer, and of it only what is said of that trainer.
package contract

import (
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// Contract is a form of data that a trainer documents.
type Contract struct {
	Name    string // as in format = "trl/dpo"
	Trainer string // as people call it
	Doc     string // one sentence: what the trainer does with it
	Forms   []Form // any of them will do; the first that fits is taken
	// Avoid are columns that the trainer would take for something else. A row's columns of these names are left out, unless the
	// form has them; all others stay, since the trainer passes over them.
	Avoid   []string
	Link    string            // to the trainer's documentation
	Usage   Usage             // writes how the trainer is told of the files
	Renamed map[string]string // by the user: a column of the contract to one of the row
}

// Form is one way to give a trainer what it needs.
type Form struct {
	Reads  []Input
	Writes []Output
}

// Input is a column that is read from the rows.
type Input struct {
	Name     string
	Is       Part
	Optional bool // the rows may lack it
}

// Output is a column that is written for the trainer.
type Output struct {
	Name string
	Is   View
}

// Part is what an input is of an example.
type Part string

// The parts. What is called messages is a list of messages, the others are texts, but for the label.
const (
	Conversation Part = "conversation" // messages, from the prompt to the answer
	Prompt       Part = "prompt"       // messages, up to the answer
	Completion   Part = "completion"   // messages, from the answer on
	Chosen       Part = "chosen"       // messages: the better answer
	Rejected     Part = "rejected"     // messages: the worse one
	BothChosen   Part = "both chosen"  // messages: the prompt with the better answer
	BothRejected Part = "both rejected"
	Label        Part = "label" // bool: whether the answer is good

	SystemText     Part = "system text"
	PromptText     Part = "prompt text"
	InputText      Part = "input text" // that belongs to the prompt
	CompletionText Part = "completion text"
	ChosenText     Part = "chosen text"
	RejectedText   Part = "rejected text"
	WholeText      Part = "whole text"     // to be trained on as it is
	WholeChosen    Part = "whole chosen"   // the prompt with the better answer, as one text
	WholeRejected  Part = "whole rejected" // the prompt with the worse answer, as one text
)

// Type is that of a column which is this part.
func (p Part) Type() component.Type {
	switch p {
	case Conversation, Prompt, Completion, Chosen, Rejected, BothChosen, BothRejected:
		return component.Of(component.Messages)
	case Label:
		return component.Of(component.Bool)
	}
	return component.Of(component.String)
}

// FormatName is what the format is called in HCL.
func (c *Contract) FormatName() string { return c.Name }

// Short is the name without the trainer's.
func (c *Contract) Short() string {
	_, short, _ := strings.Cut(c.Name, "/")
	return short
}

// With has columns of the contract stand in the rows under names of the user's.
func (c *Contract) With(columns map[string]string) *Contract {
	named := *c
	named.Renamed = columns
	return &named
}

// Inputs lists the names of all columns that some form reads.
func (c *Contract) Inputs() (names []string) {
	for _, f := range c.Forms {
		for _, in := range f.Reads {
			if !slices.Contains(names, in.Name) {
				names = append(names, in.Name)
			}
		}
	}
	return names
}

// writes reports whether a column of that name is written.
func (f *Form) writes(column string) bool {
	return slices.ContainsFunc(f.Writes, func(o Output) bool { return o.Name == column })
}
