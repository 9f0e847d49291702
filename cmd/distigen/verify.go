package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/cmd/distigen/internal/project"
)

func newVerify() *cobra.Command {
	var from source
	var dir string
	cmd := &cobra.Command{
		Use: "verify [PATH]", Short: "Check that the Go program is what the pipeline says", Args: cobra.MaximumNArgs(1),
		Long: `Compares the program that build has written with what it would write now, and changes nothing. Exit code 1 if they differ,
with the files and why: for CI. Variables and settings are those of the last build, unless some are given here.`,
		Example: `  distigen verify
  distigen verify examples/math-preference -o /tmp/maths`,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := from.verified(dir, args)
			if err != nil {
				return err
			}
			plan, err := from.load(cmd, args)
			if err != nil {
				return err
			}
			p, err := project.New(plan, dir, project.Options{})
			if err != nil {
				return fatal(err)
			}
			found, err := p.Verify()
			if err != nil {
				return fatal(err)
			}
			if len(found) == 0 {
				fmt.Fprintf(cmd.OutOrStdout(), "%s is what the pipeline says.\n", dir)
				return nil
			}
			for _, d := range found {
				fmt.Fprintf(cmd.ErrOrStderr(), "%s %s\n", filepath.Join(dir, filepath.FromSlash(d.Path)), d.What)
			}
			return failure{exitWrong, fmt.Errorf("%s not what the pipeline says. Run distigen build", isAre(len(found), "file"))}
		},
	}
	from.flags(cmd)
	programFlag(cmd, &dir)
	return cmd
}

// verified finds the program of a pipeline, and takes the variables and settings that it was built with.
func (s *source) verified(named string, args []string) (dir string, err error) {
	dir = programDir(named, pipelineDir(pathArg(args)))
	built, ok, err := project.Built(dir)
	switch {
	case err != nil:
		return "", fatal(err)
	case !ok:
		return "", failure{exitUsage, fmt.Errorf("distigen has built no program in %s. Build it first, or name the folder with -o", dir)}
	}
	if len(s.vars)+len(s.varFiles)+len(s.sets) > 0 {
		return dir, nil
	}
	s.vars, s.sets = built.Vars, built.Sets
	for _, file := range built.VarFiles {
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, filepath.FromSlash(file))
		}
		s.varFiles = append(s.varFiles, file)
	}
	return dir, nil
}
