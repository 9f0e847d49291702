package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/templates"
)

func newInit() *cobra.Command {
	return &cobra.Command{
		Use: "init [DIR]", Short: "Make a pipeline to start from", Args: cobra.MaximumNArgs(1),
		Long: `Writes a small pipeline, the prompt that it uses and a README into a folder, and overwrites nothing: if one of the files is
there, none is written.`,
		Example: `  distigen init maths
  cd maths
  distigen run --simulate`,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := pathArg(args)
			files, err := starter(dir)
			if err != nil {
				return fatal(err)
			}
			for _, f := range files {
				if _, err := os.Lstat(f.path); !errors.Is(err, fs.ErrNotExist) {
					return failure{exitUsage, fmt.Errorf("%s is there already, and init overwrites nothing. Choose another folder: distigen init DIR", f.path)}
				}
			}
			for _, f := range files {
				if err := f.write(); err != nil {
					return fatal(err)
				}
				fmt.Fprintln(cmd.OutOrStdout(), "wrote", f.path)
			}
			if dir != "." {
				fmt.Fprintf(cmd.OutOrStdout(), "\nNext:\n  cd %s\n", dir)
			} else {
				fmt.Fprintf(cmd.OutOrStdout(), "\nNext:\n")
			}
			fmt.Fprint(cmd.OutOrStdout(), "  distigen check\n  distigen run --simulate\n")
			return nil
		},
	}
}

// starterFile is a file to write.
type starterFile struct {
	path string
	data []byte
}

func (f starterFile) write() error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o777); err != nil {
		return err
	}
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(f.data)
	return errors.Join(err, file.Close())
}

// starter lists the files of the pipeline to start from, which is named after the folder.
func starter(dir string) (files []starterFile, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	const root = "starter"
	err = fs.WalkDir(templates.FS, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(templates.FS, path)
		if err != nil {
			return err
		}
		name := strings.ReplaceAll(strconv.Quote(filepath.Base(abs)), "${", "$${")
		data = bytes.Replace(data, []byte(`pipeline "starter"`), []byte("pipeline "+name), 1)
		data = bytes.Replace(data, []byte("# starter\n"), []byte("# "+filepath.Base(abs)+"\n"), 1)
		files = append(files, starterFile{filepath.Join(dir, filepath.FromSlash(path[len(root)+1:])), data})
		return nil
	})
	return files, err
}
