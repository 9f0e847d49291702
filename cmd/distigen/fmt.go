package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/spf13/cobra"
)

func newFmt() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use: "fmt [PATH...]", Short: "Lay out pipelines in the usual way",
		Long: `Aligns and indents files, or all *.hcl of folders, and prints the names of those it changed. A path of - stands for standard
input, whose layout goes to standard output. A text that does not parse is left as it is, with exit code 1.`,
		Example: `  distigen fmt
  distigen fmt pipeline.hcl models.hcl
  distigen fmt --check examples/math-preference     for CI: exit code 1 if there is something to do
  distigen fmt - < pipeline.hcl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			f := formatter{cmd: cmd, check: check}
			for _, path := range args {
				f.path(path)
			}
			return f.result()
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing, and fail if something would change")
	return cmd
}

// formatter lays out files, and goes on where one cannot be.
type formatter struct {
	cmd     *cobra.Command
	check   bool
	changed int
	errs    []error
	broken  bool // a text does not parse, or is not there
}

func (f *formatter) path(path string) {
	if path == "-" {
		f.stdin()
		return
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.broken = true
		fmt.Fprintf(f.cmd.ErrOrStderr(), "There is no file or folder %s. Name the file or the folder of a pipeline.\n", path)
		return
	case err != nil:
		f.errs = append(f.errs, unread(path, err))
		return
	}
	files := []string{path}
	if info.IsDir() {
		files, _ = filepath.Glob(filepath.Join(globless(path), "*.hcl"))
		slices.Sort(files)
	}
	for _, file := range files {
		if err := f.file(file); err != nil {
			f.errs = append(f.errs, err)
		}
	}
}

// globless takes the meaning from the characters that Glob knows.
func globless(path string) string {
	return strings.NewReplacer(`[`, `\[`, `*`, `\*`, `?`, `\?`).Replace(path)
}

// unread says that a file cannot be read, and why.
func unread(path string, err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("%s cannot be read: %w", path, err)
}

func (f *formatter) file(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return unread(file, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return unread(file, err)
	}
	out, ok := f.layout(file, text)
	if !ok || bytes.Equal(text, out) {
		return nil
	}
	f.changed++
	fmt.Fprintln(f.cmd.OutOrStdout(), file)
	if f.check {
		return nil
	}
	return os.WriteFile(file, out, info.Mode().Perm())
}

func (f *formatter) stdin() {
	text, err := io.ReadAll(f.cmd.InOrStdin())
	if err != nil {
		f.errs = append(f.errs, err)
		return
	}
	out, ok := f.layout("standard input", text)
	if !ok {
		return
	}
	if !bytes.Equal(text, out) {
		f.changed++
	}
	if !f.check {
		f.cmd.OutOrStdout().Write(out)
	}
}

func (f *formatter) layout(name string, text []byte) ([]byte, bool) {
	if _, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos); diags.HasErrors() {
		f.broken = true
		fmt.Fprintf(f.cmd.ErrOrStderr(), "%s does not parse and stays as it is: %s\n", name, sentence(diags[0].Error()))
		return nil, false
	}
	return hclwrite.Format(text), true
}

func (f *formatter) result() error {
	switch err := errors.Join(f.errs...); {
	case err != nil:
		return fatal(err)
	case f.broken:
		return failure{code: exitWrong}
	case f.check && f.changed > 0:
		return failure{exitWrong, fmt.Errorf("%s not in the usual layout. Run distigen fmt without --check", isAre(f.changed, "file"))}
	}
	return nil
}

func isAre(n int, what string) string {
	if n == 1 {
		return plural(n, what) + " is"
	}
	return plural(n, what) + " are"
}
