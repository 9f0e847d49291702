package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/cmd/distigen/internal/project"
)

func newBuild() *cobra.Command {
	var from source
	var dir, eject string
	var vendor, telemetry, force bool
	cmd := &cobra.Command{
		Use: "build [PATH]", Short: "Write the Go program of a pipeline", Args: cobra.MaximumNArgs(1),
		Long: `Type-checks a pipeline and writes its Go program into the folder gen beside it, or where -o says. Inside a Go module that has
distigen's runtime the program is a package of that module. Elsewhere it is a module of its own, with the runtime's
source, and builds far from any checkout; with --vendor it also needs no network.

Generated files that you have edited are never overwritten: build stops and tells the ways on. custom.go is written once
and then yours. What your own files in the folder declare takes the place of what would be generated.`,
		Example: `  distigen build
  distigen build examples/math-preference -o /tmp/maths
  distigen build --vendor                  all that it links, in the folder
  distigen build --eject judge             make the file of the step judge yours
  cd gen && go run . --simulate`,
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, err := from.load(cmd, args)
			if err != nil {
				return err
			}
			dir := programDir(dir, plan.Dir)
			if eject != "" {
				path, err := project.Eject(dir, eject)
				if err != nil {
					return failure{exitUsage, err}
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s is yours now.\n", path)
			}
			o := project.Options{Source: from.record(dir, pathArg(args))}
			if cmd.Flags().Changed("vendor") {
				o.Vendor = &vendor
			}
			if cmd.Flags().Changed("telemetry") {
				o.Telemetry = &telemetry
			}
			p, err := project.New(plan, dir, o)
			if err != nil {
				return fatal(err)
			}
			r, err := p.Write(force)
			if edited := (*project.Edited)(nil); errors.As(err, &edited) {
				return failure{exitWrong, err}
			} else if err != nil {
				return fatal(err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %s written, %d removed, %d as they were.\n", dir, plural(r.Written, "file"), r.Removed, r.Kept)
			for _, advice := range p.Advice {
				fmt.Fprintln(cmd.OutOrStdout(), "\n"+advice)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "\nNext:\n  cd %s\n  go run . --simulate\n", dir)
			return nil
		},
	}
	from.flags(cmd)
	programFlag(cmd, &dir)
	cmd.Flags().BoolVar(&vendor, "vendor", false, "copy all that the program links into its folder, so that it builds without a network")
	cmd.Flags().BoolVar(&telemetry, "telemetry", false, "link OpenTelemetry: the program sends traces and metrics where OTEL_EXPORTER_OTLP_ENDPOINT says")
	cmd.Flags().BoolVar(&force, "force", false, "overwrite files that you have edited, or that are not of distigen")
	cmd.Flags().StringVar(&eject, "eject", "", "make the generated file of a `STEP` yours: it is not written any more")
	return cmd
}

func programFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVarP(dir, "output", "o", "", "`FOLDER` of the program (default: gen, in the pipeline's folder)")
}

// programDir is the folder of the program: the one that the user names, or gen beside the pipeline.
func programDir(named, pipelineDir string) string {
	if named != "" {
		return named
	}
	dir := filepath.Join(pipelineDir, "gen")
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, dir); err == nil {
			return rel
		}
	}
	return dir
}

// record says what a program is built from, as verify reads it later from the program's folder.
func (s *source) record(dir, pipeline string) project.Source {
	from := func(path string) string {
		abs, err := filepath.Abs(path)
		if err != nil {
			return path
		}
		base, err := filepath.Abs(dir)
		if err != nil {
			return abs
		}
		if rel, err := filepath.Rel(base, abs); err == nil {
			return filepath.ToSlash(rel)
		}
		return abs
	}
	r := project.Source{Pipeline: from(pipeline), Vars: s.vars, Sets: s.sets}
	for _, file := range s.varFiles {
		r.VarFiles = append(r.VarFiles, from(file))
	}
	return r
}
