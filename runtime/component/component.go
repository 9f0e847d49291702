package component

import "reflect"

// Shape says how a component's rows out follow from its rows in.
type Shape string

// The shapes. A generated program has one verb of the runtime for each.
const (
	Source  Shape = "source"   // reads no step, makes rows
	Map     Shape = "map"      // one row in, one row out
	FlatMap Shape = "flat-map" // one row in, one or more rows out
	Filter  Shape = "filter"   // one row in, the same row or none out
	Join    Shape = "join"     // one row of each branch in, one row out
	Global  Shape = "global"   // all rows in, then rows out
	Sink    Shape = "sink"     // rows in, none out
)

// Component is the declaration of one component: what the checker, the generator, the docs and completion know of it.
// It is a value made by a function, so that a generated program, which never calls that function, carries none of it.
type Component struct {
	Name     string   // as in step "<name>"
	Was      []string // what the reference calls it: SelfInstruct, LoadDataFromDicts
	Category string   // generation, judging, columns, source, format, output
	Summary  string   // one line
	Doc      string   // Markdown, a paragraph or more
	Paper    string   // title and link of the method's source; empty if it has none
	Example  string   // a whole small pipeline in HCL that a test checks, builds and runs on the simulator
	// Files are the files that the example reads, by path relative to it.
	Files map[string]string

	Shape Shape
	// Params is the type of the parameter struct, which is also the Go value that generated code builds. See ParamsOf.
	Params reflect.Type
	// In and Out are structs whose fields with a col tag are the columns read and added; nil where Derive says them.
	// See InputsOf and OutputsOf.
	In, Out reflect.Type
	// Task is true when Params embeds llm.Task, so that the step asks a model.
	Task bool
	// Code is true where a function of the user's does the work. What is declared here is what such a step is in general; its
	// shape, its columns and whether it asks a model follow from the function.
	Code bool
	// Embeds is true when Params embeds llm.Embedding, so that the step asks a model for vectors.
	Embeds bool
	// Prompt names the default prompt of the given parameters: the file templates/prompts/<Prompt>.md, whose
	// reply format stands in <Prompt>.reply.md where there is one. Nil for components without a prompt.
	Prompt func(params any) string
	// UserPrompt is true where there is no default prompt: the user writes one, and Prompt names the reply format alone.
	UserPrompt bool
	// Inputs lists the own names of the inputs that these parameters read; nil means all of In. A prompt of the user's
	// may do without an input of the default prompt.
	Inputs func(params any) []string
	// Offers lists the parameters that a prompt template may read by their names, as it does inputs and columns.
	Offers []string
	// PerRequest lists what a prompt template may read beyond that: texts that differ from one request of a row to the next,
	// such as the way in which a text evolves.
	PerRequest []string
	// Outputs lists the own names of the outputs that these parameters make; nil means all of Out. An output whose port
	// needs an absent input is left out as well.
	Outputs func(params any) []string
	// Flattens reports whether these parameters make several rows of a reply, which the method Rows of the parameters takes
	// apart; nil means never.
	Flattens func(params any) bool
	// Derive computes columns that depend on the arguments and on the incoming row. It is called after In and Out
	// have been resolved, so that a component may have both.
	Derive func(params any, c *Columns)
	// Links lists packages that a program with these parameters imports for their effect alone, such as the driver of a
	// database; nil means none.
	Links func(params any) []string
	// Settle returns the parameters with those filled in that the user has left out and that follow from the incoming row.
	Settle func(params any, c *Columns) any
}

// Rows are all the rows that a component of the shape Global reads. They are on disk: what a component keeps of them in memory
// is its own affair.
type Rows[I any] interface {
	Len() int
	// At reads a row, counted from 0 in the order of the source. Reading in order is the fastest.
	At(i int) (I, error)
}

// Choice takes what a component of the shape Global decides of its rows. Each row is decided at most once; one that is not, is
// dropped without a reason. An error of Keep or Reject is to be returned as it is.
type Choice[O any] struct {
	Keep   func(i int, out O) error                 // the row goes on, with these columns
	Drop   func(i int, class, message string)       // the row is filtered out
	Reject func(i int, class, message string) error // nothing can be said of the row, which goes to the rejects
}

// Column is a column of a row type.
type Column struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
	Doc  string `json:"doc,omitempty"`
	// Len is the length of a list column where it is known for every row; 0 where it is not.
	Len int `json:"len,omitempty"`
}

// Expr says how the emitted code computes a derived column.
type Expr struct {
	Op     Op     `json:"op"`
	Column string `json:"column,omitempty"` // the column it is computed from
	// Columns are those that Merge is computed from.
	Columns []string `json:"columns,omitempty"`
}

// Op is what an Expr does.
type Op string

// The operations. Each becomes a line or two of plain Go in the emitted program.
const (
	Element Op = "element" // flat-map: one element of the list column per row out
	Gather  Op = "gather"  // join: the column of each branch, in the order of the branches, as a list
	Merge   Op = "merge"   // map: the columns one after the other, as a list
	Field_  Op = "field"   // source: the field of that name of the row that is read
	Reply   Op = "reply"   // task with a reply struct: the field of that name of the reply
)

// Columns is what Derive works on: it reads columns of the incoming row and says which ones go, come or stay.
// Mistakes found are kept for the checker, which knows the source ranges.
type Columns struct {
	In       []Column          // the incoming row; of a join, the row that the branches share
	Branches []Branch          // of a join, in order
	Inputs   map[string]Column // the columns that are read, by the component's own names
	Dir      string            // the pipeline's folder: relative paths start there
	Uses     []Use             // columns read
	Adds     []Add             // columns made
	Drops    []string          // columns that are no longer there
	Order    []string          // the order of the columns of the row out; empty means as they come, added ones last
	Problems []Problem         // mistakes in the arguments
}

// Branch is one input of a join.
type Branch struct {
	Label   string // the step, as the user would name it
	Columns []Column
}

// Use is a column read because an argument names it.
type Use struct {
	Column string
	Arg    string // path of the argument: "columns", "columns.instructions", "columns[1]"
	Want   Type
}

// Add is a derived column.
type Add struct {
	Column Column
	Expr   Expr
	Arg    string // path of the argument that asks for it
}

// Problem is a mistake in an argument that only the component can see.
type Problem struct {
	Arg     string // path of the argument; "" means the step
	Summary string // terse, no full stop
	Detail  string // whole sentences that say the way out
}

// Read says that the argument at path arg names a column to read, and returns it; in a join, the column is read of each
// branch and the first branch's is returned. A missing column, or one whose type does not fit, is reported by the
// checker; ok is false then.
func (c *Columns) Read(arg, column string, want Type) (col Column, ok bool) {
	c.Uses = append(c.Uses, Use{column, arg, want})
	if len(c.Branches) == 0 {
		col, ok = find(c.In, column)
		return col, ok && col.Type.Fits(want)
	}
	for i := len(c.Branches) - 1; i >= 0; i-- {
		if col, ok = find(c.Branches[i].Columns, column); !ok || !col.Type.Fits(want) {
			return col, false
		}
	}
	return col, true
}

func find(columns []Column, name string) (Column, bool) {
	for _, c := range columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// Add says that the step makes a column.
func (c *Columns) Add(arg string, col Column, e Expr) { c.Adds = append(c.Adds, Add{col, e, arg}) }

// Drop says that a column is no longer in the row.
func (c *Columns) Drop(column string) { c.Drops = append(c.Drops, column) }

// Problem reports a mistake in the argument at path arg.
func (c *Columns) Problem(arg, summary, detail string) {
	c.Problems = append(c.Problems, Problem{arg, summary, detail})
}
