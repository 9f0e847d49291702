package component

// Formula is a parameter that is an expression over the columns of the row, as the pipeline has it. It is compiled to Go.
type Formula string

// Formulas is a parameter that names columns and has an expression over the row for each.
type Formulas []NamedFormula

// NamedFormula is one entry of Formulas.
type NamedFormula struct {
	Column string
	Text   Formula
}

// TypeName is the type as the docs and diagnostics name it.
func (Formula) TypeName() string { return "bool over row" }

// TypeName is the type as the docs and diagnostics name it.
func (Formulas) TypeName() string { return "object over row" }
