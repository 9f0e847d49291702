// Package codegen turns a checked pipeline into the files of a Go program. It is pure: it returns paths and bytes, and
// others write them. All Go is made through jennifer.
package codegen

import (
	"slices"
	"strings"

	"github.com/distigen/distigen/hclspec"
)

// Kind says how a file may be treated once it is written.
type Kind string

// The kinds of files. Each says its own in its header where the format has comments.
const (
	Generated Kind = "generated" // written anew by every build
	Once      Kind = "once"      // written if it is not there, then the user's
)

// File is one file of the emitted program.
type File struct {
	Path string // slash-separated, relative to the program's folder
	Kind Kind
	Data []byte
}

// Options say what the program is emitted for.
type Options struct {
	Dir       string // the pipeline's folder, relative to the program's folder, with slashes
	Telemetry bool   // whether it links the telemetry
	// Own are the package-level names that the user's own files declare. They take the place of generated ones, which
	// are left out.
	Own map[string]bool
	// Taken are the paths of the user's own files, which no generated file gets.
	Taken []string
	// Import gives the import path of a package of the user's, by its folder below the pipeline's. Where it is nil, the packages go
	// into the program, whose import path is Module.
	Import    func(rel string) string
	Module    string
	SourceDir string // the pipeline's folder, where the compiler's messages are to name the originals of such packages
}

// Generate returns the files of the program, in order of path. go.mod and go.sum are not among them: they depend on
// where the program is written.
func Generate(plan *hclspec.Plan, opts Options) ([]File, error) {
	p, err := newProgram(plan, opts)
	if err != nil {
		return nil, err
	}
	for _, emit := range []func() error{p.emitRows, p.emitModels, p.emitSteps, p.emitFunctions, p.emitCode, p.emitPipeline, p.emitMain, p.emitTest, p.emitReadme} {
		if err := emit(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(p.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return p.files, nil
}
