package dataset

import "reflect"

// Contract is what a trainer wants of the rows.
type Contract interface {
	// FormatName is what the format is called in HCL.
	FormatName() string
	// Bind ties it to the type of the rows.
	Bind(row reflect.Type) (Written, error)
	// Guide tells how the trainer finds the files.
	Guide(Finished) Guide
}

// Written are rows as a trainer gets them.
type Written struct {
	Type    reflect.Type               // a struct
	Row     func(row any) (any, error) // makes one; an *llm.RowError says that the trainer cannot learn from the row
	LeftOut []string                   // columns that the trainer would take for something else
}

// Finished is a dataset that has been written.
type Finished struct {
	Name    string
	Path    string              // the folder, from the output folder
	Files   map[string][]string // by split, from the folder
	LeftOut []string            // columns, as Written has them
}

// TrainerFile is the file in which LLaMA-Factory looks for datasets.
const TrainerFile = "dataset_info.json"

// Guide tells a trainer of a dataset.
type Guide struct {
	Trainer string // what it is called
	Text    string // what to know, in Markdown
	Kind    string // of the code: python, yaml or json
	Code    string // what to tell the trainer
	File    string // what goes into the folder as TrainerFile, if anything does
}
