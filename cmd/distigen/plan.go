package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newPlan() *cobra.Command {
	var from source
	var flags runFlags
	var rows int
	var asJSON bool
	cmd := &cobra.Command{
		Use: "plan [PATH]", Short: "Tell what a run would ask and cost", Args: cobra.MaximumNArgs(1),
		Long: `Type-checks a pipeline, compiles it, and takes the first rows of each source through all steps, without asking a model: replies
that the journal in ./out has are taken from it, the simulator makes up the others. A table says for each step how many rows
there will be, how many requests, how many of them are new, and about how many tokens and US dollars these take. Nothing is
written and nothing is sent; steps written in Go are called as in a run.

Requests are exact up to the first step where a model decides how many rows there are; behind it, and of tokens and money, the
figures are estimates. Where the journal has replies of a step, as after a dry run, they rest on those. Prices are those of the
model blocks, or of the provider's list (distigen models). With --simulate it is a simulated run that is planned: what
a journal of simulated replies has is not new.`,
		Example: `  distigen plan examples/math-preference
  distigen plan --rows 0                          look at all rows
  distigen plan --var limit=3 --set model.small.name=ministral-3b-latest
  distigen plan --json | jq .new_requests`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if rows < 0 {
				return failure{exitUsage, fmt.Errorf("--rows %d is no number of rows. 0 is for all", rows)}
			}
			if cmd.Flags().Changed("rows") {
				flags.rows = fmt.Sprint(rows)
			}
			if asJSON {
				flags.logFormat = "json"
			}
			return loadAndStart(cmd, "plan", args, &from, flags)
		},
	}
	from.flags(cmd)
	f := cmd.Flags()
	f.IntVar(&rows, "rows", 200, "look at so many `ROWS` of each source, 0 for all")
	f.StringVar(&flags.out, "out", "", "`FOLDER` of the run that is planned (default: out)")
	f.StringVar(&flags.params, "params", "", "JSON `FILE` with settings: {\"step\": {\"NAME\": {\"ARG\": VALUE}}, \"model\": {...}}")
	f.BoolVar(&flags.simulate, "simulate", false, "plan a simulated run")
	f.BoolVar(&flags.fresh, "fresh", false, "plan a run that starts over, without the replies of earlier ones")
	f.BoolVar(&asJSON, "json", false, "print the plan as JSON")
	return cmd
}
