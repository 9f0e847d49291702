package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
)

// source says which pipeline a command works on, and with which values.
type source struct {
	vars, varFiles, sets []string
}

func (s *source) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&s.vars, "var", nil, "value of a variable, `NAME=VALUE`; as often as you like")
	f.StringArrayVar(&s.varFiles, "var-file", nil, "`FILE` with values of variables: NAME = VALUE in lines, or JSON if its name ends in .json")
	f.StringArrayVar(&s.sets, "set", nil, "change an argument, `WHAT=VALUE`: step.NAME.ARG, 'step.NAME[INSTANCE].ARG' or model.NAME.ARG")
}

func (s *source) options() hclspec.Options {
	return hclspec.Options{Vars: s.vars, VarFiles: s.varFiles, Sets: s.sets, Environ: os.Environ(), Now: time.Now()}
}

// load reads the pipeline and says on standard error what is wrong with it.
func (s *source) load(cmd *cobra.Command, args []string) (*hclspec.Plan, error) {
	plan, report := hclspec.Load(pathArg(args), s.options())
	return plan, tell(cmd.ErrOrStderr(), report)
}

// tell prints a report, and fails if it has errors.
func tell(w io.Writer, report *diag.Report) error {
	if err := report.WriteText(w, coloured(w)); err != nil {
		return fatal(err)
	}
	errors, warnings := tally(report)
	if errors+warnings > 0 {
		fmt.Fprintf(w, "\n%s, %s.\n", plural(errors, "error"), plural(warnings, "warning"))
	}
	if errors > 0 {
		return failure{code: exitWrong}
	}
	return nil
}

func tally(report *diag.Report) (errors, warnings int) {
	for _, v := range report.Views() {
		if v.Severity == "error" {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// pathArg is the path of the pipeline: the only argument, or this folder.
func pathArg(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// coloured reports whether w is a terminal whose user has nothing against colours.
func coloured(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
