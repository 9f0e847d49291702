package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/templates"
)

func newNew() *cobra.Command {
	cmd := &cobra.Command{
		Use: "new", Short: "Begin a step of your own", Args: noSuchCommand,
		Long: "Writes a starting point for a part of a pipeline.",
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newNewStep())
	return cmd
}

var stepShapes = []string{"map", "flat-map", "filter", "source", "global"}

func newNewStep() *cobra.Command {
	var dir, shape string
	var model bool
	cmd := &cobra.Command{
		Use: "step NAME", Short: "A step in Go, with its test", Args: cobra.ExactArgs(1),
		Long: `Writes a function of Go that is a step, and its test, into the folder steps of the pipeline, and prints the step block that
calls it. Nothing is overwritten. The shape says what the function does: map adds columns to a row, flat-map makes several rows of one,
filter chooses rows, global sees all rows and chooses among them, source makes the first rows.

The fields of its structs are columns: a struct in one is an object, a slice a list, and a pointer may be null. To give it arguments, let it
take a struct whose name ends in Args before its row, and fill it in the step: args = { limit = 80 }.`,
		Example: `  distigen new step normalize
  distigen new step questions --shape flat-map --model
  distigen new step first_ones --shape global --dir maths`,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := newStepOf(args[0], shape, model)
			if err != nil {
				return failure{exitUsage, err}
			}
			files, err := s.files(dir)
			if err != nil {
				return failure{exitUsage, err}
			}
			for _, f := range files {
				if err := f.write(); err != nil {
					return fatal(err)
				}
				fmt.Fprintln(cmd.OutOrStdout(), "wrote", f.path)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "\nIn the pipeline:\n\n%s\nIf it takes a %sArgs struct, args = { ... } fills that.\nTry its test:\n  distigen build && cd gen && go test ./steps\n", s.block(), s.Name)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "dir", ".", "the pipeline's `FOLDER`")
	cmd.Flags().StringVar(&shape, "shape", "map", "what the function does: "+strings.Join(stepShapes, ", "))
	cmd.Flags().BoolVar(&model, "model", false, "the function asks a model")
	return cmd
}

// newStep is a step to begin, as the templates see it.
type newStep struct {
	Package, Name, Local, Field                      string
	Source, Global, Filter, Many, Adds, Model, First bool
	label                                            string
}

var stepLabel = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*$`)

func newStepOf(name, shape string, model bool) (*newStep, error) {
	switch {
	case !stepLabel.MatchString(name):
		return nil, fmt.Errorf("%q cannot name a step and a function. Choose letters, digits and underscores, such as first_ones", name)
	case !slices.Contains(stepShapes, shape):
		return nil, fmt.Errorf("there is no shape %q. Choose one of %s", shape, strings.Join(stepShapes, ", "))
	case model && (shape == "source" || shape == "global"):
		return nil, fmt.Errorf("a %s asks no model, since a model is asked about a row. Leave out --model, or choose map, flat-map or filter", shape)
	}
	s := &newStep{Package: "steps", label: snake(name), Source: shape == "source", Global: shape == "global", Filter: shape == "filter", Many: shape == "flat-map",
		Model: model, Field: map[bool]string{true: "Reply", false: "Clean"}[model]}
	if s.Many {
		s.Field = map[bool]string{true: "Question", false: "Sentence"}[model]
	}
	s.Adds = shape == "map" || shape == "flat-map"
	for part := range strings.SplitSeq(s.label, "_") {
		s.Name += strings.ToUpper(part[:1]) + part[1:]
	}
	s.Local = strings.ToLower(s.Name[:1]) + s.Name[1:]
	if token.IsKeyword(s.label) {
		s.label += "_step"
	}
	return s, nil
}

// snake writes a name in snake_case.
func snake(name string) string {
	var out strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 && name[i-1] != '_' && name[i-1] != '-' && !unicode.IsUpper(rune(name[i-1])) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return strings.ReplaceAll(out.String(), "-", "_")
}

// files are the source and its test.
func (s *newStep) files(dir string) (files []starterFile, err error) {
	folder := filepath.Join(dir, s.Package)
	there, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	s.First = len(there) == 0
	for suffix, name := range map[string]string{".go": "step.go.tmpl", "_test.go": "step_test.go.tmpl"} {
		path := filepath.Join(folder, strings.TrimSuffix(s.label, "_test")+suffix)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is there already, and nothing is overwritten. Choose another name", path)
		}
		text, err := s.render(name)
		if err != nil {
			return nil, err
		}
		files = append(files, starterFile{path, text})
	}
	slices.SortFunc(files, func(a, b starterFile) int { return strings.Compare(a.path, b.path) })
	return files, nil
}

func (s *newStep) render(name string) ([]byte, error) {
	t, err := template.ParseFS(templates.FS, path.Join("step", name))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, s); err != nil {
		return nil, err
	}
	return format.Source(out.Bytes())
}

// block is the step in HCL.
func (s *newStep) block() string {
	var out strings.Builder
	width := 4
	if s.Model {
		width = 5
	}
	line := func(name, value string) { fmt.Fprintf(&out, "  %-*s = %s\n", width, name, value) }
	fmt.Fprintf(&out, "step \"go\" %q {\n", s.label)
	line("func", fmt.Sprintf("\"./%s.%s\"", s.Package, s.Name))
	if !s.Source {
		line("from", "step.NAME")
	}
	if s.Model {
		line("model", "model.NAME")
	}
	return out.String() + "}\n"
}
