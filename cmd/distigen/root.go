package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/hclspec/diag"
)

const about = `distigen makes datasets with language models. A pipeline is written in HCL, its columns are type-checked, and it is
compiled to a Go program that you can read, run, test and change.`

const rootExample = `  distigen init maths && cd maths         a pipeline to start from
  distigen check                          is it right? Every column is type-checked
  distigen plan                           requests, tokens and money before anything is paid
  distigen run --simulate                 try it: no key, no cost, made-up texts
  export MISTRAL_API_KEY=...
  distigen dry-run                        one row with the real models
  distigen run                            all rows; the datasets are in ./out
  distigen build                          the Go program, in ./gen`

const exits = `Exit codes: 0 fine, 1 the pipeline is wrong, 2 wrong usage, 3 finished but rows were rejected, 4 stopped by a fatal error,
5 finished but rows were not sent where they were to go, 130 interrupted.`

// execute runs a command line and returns its exit code.
func execute(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteC()
	return exitCode(cmd, err, stderr)
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use: "distigen", Short: "Pipelines of synthetic data, from HCL to Go", Long: about + "\n\n" + exits, Example: rootExample,
		Args: noSuchCommand, SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddGroup(&cobra.Group{ID: "write", Title: "Write a pipeline:"}, &cobra.Group{ID: "run", Title: "Run it:"},
		&cobra.Group{ID: "more", Title: "More:"})
	for group, commands := range map[string][]*cobra.Command{
		"write": {newInit(), newImport(), newNew(), newCheck(), newFmt(), newExplain(), newComponents(), newModels()},
		"run":   {newPlan(), newRun(), newDryRun(), newRetry(), newBuild(), newVerify(), newPush(), newJournal(), newInspect(), newWhy(), newSimulate()},
		"more":  {newVersion()},
	} {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	root.AddCommand(newDocs())
	root.SetHelpCommandGroupID("more")
	root.SetCompletionCommandGroupID("more")
	return root
}

// noSuchCommand refuses what is no command, and offers the nearest.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return fmt.Errorf("there is no command %s.%s", args[0], diag.DidYouMean(args[0], names))
}
