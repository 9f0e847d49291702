// Package hclspec reads a pipeline written in HCL and type-checks the flow of columns between its steps. The result is
// a Plan: nodes, edges, and one row type per edge.
package hclspec

import (
	"github.com/distigen/distigen/hclspec/gofunc"
	"github.com/distigen/distigen/hclspec/rowexpr"
	"github.com/distigen/distigen/runtime/component"
)

// Plan is a checked pipeline: what it means, with nothing left to look up. It prints as JSON.
type Plan struct {
	Name        string     `json:"name"`
	Description string     `json:"description,omitempty"`
	Dir         string     `json:"-"`     // the pipeline's folder, absolute
	Files       []string   `json:"files"` // HCL files read, relative to Dir
	Hash        string     `json:"hash"`  // of everything that the plan follows from, variables included
	Modules     []*Module  `json:"modules,omitempty"`
	Inputs      []Port     `json:"inputs,omitempty"` // of a module, which cannot run on its own where it has one
	Outputs     []Port     `json:"outputs,omitempty"`
	Budget      *Budget    `json:"budget,omitempty"`
	Models      []*Model   `json:"models,omitempty"`
	Steps       []*Step    `json:"steps"` // sources first, every step after what it reads; an instance of for_each is a step
	Datasets    []*Dataset `json:"datasets"`
	Origin      Origin     `json:"-"` // what goes along with the datasets
}

// Budget is the budget block. A cap that is 0 is not set.
type Budget struct {
	MaxUSD   float64 `json:"max_usd,omitempty"`
	MaxCalls int     `json:"max_calls,omitempty"`
}

// Model is a model block.
type Model struct {
	Name   string `json:"name"`
	Params any    `json:"params"` // llm.Model
}

// Step is one step, or one instance of a step with for_each.
type Step struct {
	Name      string              `json:"name"`          // the label; of a step in a module with the module's before it: score.judge
	Key       string              `json:"key,omitempty"` // the instance
	Component string              `json:"component"`
	Decl      component.Component `json:"-"`
	// Params is the parameter struct (a value of the type Decl.Params), defaults filled in. The field Model of an
	// llm.Task holds only the Alias.
	Params any `json:"params"`
	// Func is the function of the user's that does the work, Calls are those that the step may call, in the order of its parameter, and
	// Code is the hash of their packages.
	Func  *gofunc.Func   `json:"-"`
	Calls []*gofunc.Func `json:"-"`
	Code  string         `json:"code,omitempty"`
	From  []*Step        `json:"-"`
	Reads []Read         `json:"reads,omitempty"`
	// Vars are the columns that the step's prompt template reads beyond the inputs of its task.
	Vars  []string           `json:"vars,omitempty"`
	Moves []Move             `json:"moves,omitempty"` // columns that the step renames to make room
	Drops []string           `json:"drops,omitempty"`
	Adds  []Add              `json:"adds,omitempty"`
	Row   []component.Column `json:"row"` // the row type after the step, in column order
	// Where is the condition of a filter.
	Where *rowexpr.Node `json:"where,omitempty"`
	// When decides whether a sink is on, where that depends on the environment of the program.
	When *When `json:"when,omitempty"`
	// Data are the rows of a source that is written out in the pipeline (component rows): one value per column of Row.
	Data [][]any `json:"data,omitempty"`
	// MadeBy names, for each column of Row, the step that made it.
	MadeBy map[string]string `json:"made_by"`
}

// Addr is how a user names the step: generate, or generate[small].
func (s *Step) Addr() string {
	if s.Key == "" {
		return s.Name
	}
	return s.Name + "[" + s.Key + "]"
}

// Read ties an input of the component to a column of the incoming row. Column is empty where the row lacks it and the
// component does without.
type Read struct {
	Input  string `json:"input"`
	Column string `json:"column"`
}

// Move renames a column of the incoming row.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Add makes a column: from an output of the component, by an operation on a column, or by an expression over the row.
type Add struct {
	Column string          `json:"column"`
	Output string          `json:"output,omitempty"` // own name of the output
	Expr   *component.Expr `json:"expr,omitempty"`
	// Formula is an expression over the row.
	Formula *rowexpr.Node `json:"formula,omitempty"`
}

// Dataset is a dataset block, or a leaf without one.
type Dataset struct {
	Name     string          `json:"name"`
	From     *Step           `json:"-"`
	Step     string          `json:"from"`     // Addr of From
	Settings DatasetSettings `json:"settings"` // how its rows are written
	// Hub says where it is pushed; nil: nowhere.
	Hub *HubSettings `json:"hub,omitempty"`
	// HubOff is the enabled of a hub block that is false, as the pipeline has it; empty where there is none.
	HubOff string `json:"hub_off,omitempty"`
}
