package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

func newCheck() *cobra.Command {
	var from source
	var asJSON bool
	cmd := &cobra.Command{
		Use: "check [PATH]", Short: "Type-check a pipeline", Args: cobra.MaximumNArgs(1),
		Long: `Reads a pipeline, a file or all *.hcl of a folder, and type-checks the columns between its steps. All mistakes are told at
once, each with its place and the way out; distigen explain CODE says more. If there are none, a table says which
columns each step makes.

Mistakes go to standard error and the table to standard output. With --json all goes to standard output, as one
object: valid, errors, warnings, diagnostics and, of a valid pipeline, the plan.`,
		Example: `  distigen check                                      the pipeline in this folder
  distigen check examples/math-preference
  distigen check --var limit=3 --set step.judge.aspect=honesty
  distigen check --json | jq '.diagnostics[].code'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts := from.options()
			opts.Check = true
			plan, report := hclspec.Load(pathArg(args), opts)
			if asJSON {
				return checkJSON(cmd.OutOrStdout(), plan, report)
			}
			if err := tell(cmd.ErrOrStderr(), report); err != nil {
				return err
			}
			describe(cmd.OutOrStdout(), plan)
			return nil
		},
	}
	from.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON, on standard output")
	return cmd
}

// checked is what check --json prints.
type checked struct {
	Valid       bool          `json:"valid"`
	Errors      int           `json:"errors"`
	Warnings    int           `json:"warnings"`
	Diagnostics []diag.View   `json:"diagnostics"`
	Plan        *hclspec.Plan `json:"plan,omitempty"`
}

func checkJSON(w io.Writer, plan *hclspec.Plan, report *diag.Report) error {
	c := checked{Diagnostics: report.Views(), Plan: plan}
	c.Errors, c.Warnings = tally(report)
	c.Valid = c.Errors == 0
	if err := printJSON(w, c); err != nil {
		return err
	}
	if !c.Valid {
		return failure{code: exitWrong}
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return fatal(e.Encode(v))
}

// describe prints the steps of a pipeline with the columns that each changes, and its datasets.
func describe(w io.Writer, plan *hclspec.Plan) {
	if len(plan.Inputs) > 0 {
		fmt.Fprintf(w, "Module %s is fine: %s, %s.\n\n", plan.Name, plural(len(plan.Steps), "step"), plural(len(plan.Models), "model"))
	} else {
		fmt.Fprintf(w, "Pipeline %s is fine: %s, %s, %s.\n\n", plan.Name, plural(len(plan.Steps), "step"),
			plural(len(plan.Models), "model"), plural(len(plan.Datasets), "dataset"))
	}
	var table strings.Builder
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "STEP\tCOMPONENT\tCOLUMN\tTYPE")
	for _, s := range plan.Steps {
		head := s.Addr() + "\t" + s.Component
		for _, line := range changes(s) {
			fmt.Fprintf(t, "%s\t%s\n", head, line)
			head = "\t"
		}
	}
	t.Flush() // to a string
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	fmt.Fprintln(w)
	for _, p := range plan.Inputs {
		fmt.Fprintf(w, "Input %s: reads %s.\n", p.Name, typed(p.Columns))
	}
	for _, p := range plan.Outputs {
		fmt.Fprintf(w, "Output %s: adds %s.\n", p.Name, typed(p.Columns))
	}
	for _, d := range plan.Datasets {
		fmt.Fprintf(w, "Dataset %s: the rows of %s, with %s.\n", d.Name, d.Step, plural(len(d.From.Row), "column"))
		if d.HubOff != "" {
			fmt.Fprintf(w, "  It is not pushed to the Hub: %s is false.\n", d.HubOff)
		} else if d.Hub != nil {
			fmt.Fprintf(w, "  It is pushed to the Hub: %s.\n", d.Hub.RepoID)
		}
	}
	for _, s := range plan.Steps {
		if s.Decl.Shape == component.Sink {
			fmt.Fprintln(w, sending(s))
		}
	}
}

// typed lists columns with their types.
func typed(columns []component.Column) string {
	if len(columns) == 0 {
		return "no column"
	}
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = fmt.Sprintf("%s (%s)", c.Name, c.Type)
	}
	return strings.Join(all, ", ")
}

// sending says where a sink sends its rows, and whether it would from here.
func sending(s *hclspec.Step) string {
	text := fmt.Sprintf("Step %s: sends the rows of %s", s.Addr(), s.From[0].Addr())
	sink, ok := s.Params.(interface {
		Off() string
		Target() string
	})
	if !ok {
		return text + "."
	}
	text += " to " + sink.Target() + "."
	switch {
	case s.When != nil && !s.When.Cond.Holds(os.Getenv):
		text += fmt.Sprintf(" In this environment it is off: %s is false.", s.When.Text)
	case sink.Off() != "":
		text += " In this environment it is off: " + sink.Off()
	}
	return text
}

// changes lists what a step does to the columns, one per line: the column and its type.
func changes(s *hclspec.Step) []string {
	var lines []string
	for _, m := range s.Moves {
		lines = append(lines, fmt.Sprintf("%s becomes %s\t", m.From, m.To))
	}
	for _, d := range s.Drops {
		lines = append(lines, fmt.Sprintf("- %s\t", d))
	}
	for _, c := range s.Row {
		if s.MadeBy[c.Name] != s.Name {
			continue
		}
		line := fmt.Sprintf("+ %s\t%s", c.Name, c.Type)
		if c.Len > 0 {
			line += fmt.Sprintf(" of %d", c.Len)
		}
		lines = append(lines, line)
	}
	if s.Decl.Shape == component.Sink {
		return []string{"sends the rows\t"}
	}
	switch {
	case len(lines) > 0:
	case s.Decl.Shape == component.Join:
		lines = []string{fmt.Sprintf("joins %d branches\t", len(s.From))}
	default:
		lines = []string{"no change\t"}
	}
	return lines
}
