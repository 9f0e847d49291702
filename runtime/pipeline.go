// Package runtime is what a generated program links: typed streams of rows, the steps' verbs, and the run around them.
package runtime

import "github.com/distigen/distigen/runtime/llm"

// V1 is named by generated code. When it is missing, the program was generated for another version of the runtime:
// run `distigen build` again, or update the runtime with `go get github.com/distigen/distigen`.
const V1 = "v0.1.0"

// Program is what a generated program tells the runtime of itself.
type Program struct {
	Name        string // of the pipeline
	Description string
	Hash        string // of the pipeline's source
	Dir         string // the pipeline's folder, relative to the program's: relative paths start there
	Wire        func(*Pipeline)
}

// Pipeline is the graph that Wire builds.
type Pipeline struct{}

// Model registers a model under the name of its block, with the settings of this run applied.
func (p *Pipeline) Model(name string, m llm.Model) llm.Model { panic("contract") }

type node struct{}

// Main runs the command line of a generated program and returns its exit code.
func Main(p Program, args []string) int { panic("contract") }
