package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/distilabel"
)

func newImport() *cobra.Command {
	return &cobra.Command{
		Use: "import FILE [DIR]", Short: "Make a pipeline of one that distilabel has saved", Args: cobra.RangeArgs(1, 2),
		Long: `Reads a pipeline that distilabel's Pipeline.save() has written, as YAML or JSON, of the versions 1.1 to 1.5, and writes it as a
pipeline into a folder, by default one of its name. Nothing is overwritten: if one of the files is there, none is written.

Whatever cannot be carried over is told, with its place in the file, and stands as a comment in the pipeline. The exit code is 1 if
check will find a mistake in what was written; the pipeline is written all the same. docs/import.md tells what becomes of what.`,
		Example: `  python -c "from pipeline import pipeline; pipeline.save('pipeline.yaml')"
  distigen import pipeline.yaml maths
  distigen check maths
  distigen run --simulate maths`,
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return failure{exitUsage, unread(args[0], err)}
			}
			dir := ""
			if len(args) > 1 {
				dir = args[1]
			}
			p, report := distilabel.Import(args[0], text, dir)
			if p == nil {
				return tell(cmd.ErrOrStderr(), report)
			}
			if dir == "" {
				dir = p.Name
			}
			if err := writeNew(cmd, dir, p.Files); err != nil {
				return err
			}
			err = tell(cmd.ErrOrStderr(), report)
			fmt.Fprintf(cmd.OutOrStdout(), "\nNext:\n  cd %s\n  distigen check\n  distigen run --simulate\n", dir)
			return err
		},
	}
}

// writeNew writes files that are not there yet.
func writeNew(cmd *cobra.Command, dir string, files []distilabel.File) error {
	var all []starterFile
	for _, f := range files {
		all = append(all, starterFile{filepath.Join(dir, filepath.FromSlash(f.Path)), f.Data})
	}
	for _, f := range all {
		if _, err := os.Lstat(f.path); !errors.Is(err, fs.ErrNotExist) {
			return failure{exitUsage, fmt.Errorf("%s is there already, and import overwrites nothing. Choose another folder: distigen import FILE DIR", f.path)}
		}
	}
	for _, f := range all {
		if err := f.write(); err != nil {
			return fatal(err)
		}
		fmt.Fprintln(cmd.OutOrStdout(), "wrote", f.path)
	}
	return nil
}
