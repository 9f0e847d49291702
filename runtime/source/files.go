// Package source has what components that read files and databases share: the files of a pattern, the columns that they are
// asked for, and the filling of rows.
package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/llm"
)

// File is a file to read.
type File struct {
	Path  string                  // to open it
	Shown string                  // as the user would write it
	Open  func() (Content, error) // in the place of the path: a file that is elsewhere, of which no more is brought than is read
}

// Content is what a file that is elsewhere has.
type Content interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// IsPattern reports whether a path is a pattern of files.
func IsPattern(path string) bool { return strings.ContainsAny(path, "*?[") }

// Files lists the files that a path names: the file of that name, or those that fit it as a pattern, in the order of their
// names. dir is where a relative path starts.
func Files(dir, path string) ([]File, error) {
	full := path
	if !filepath.IsAbs(path) {
		full = filepath.Join(dir, path)
	}
	if _, err := os.Stat(full); err == nil || !IsPattern(path) {
		return []File{{Path: full, Shown: path}}, nil
	}
	pattern := path
	if !filepath.IsAbs(path) { // the folder may have letters that a pattern takes for its own
		pattern = filepath.ToSlash(filepath.Clean(path))
	}
	found, err := match(dir, pattern)
	if err != nil {
		return nil, fmt.Errorf("the pattern %s is not one: %w", path, err)
	}
	var files []File
	for _, shown := range found {
		at := shown
		if !filepath.IsAbs(shown) {
			at = filepath.Join(dir, shown)
		}
		if info, err := os.Stat(at); err == nil && !info.IsDir() {
			files = append(files, File{Path: at, Shown: shown})
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no file fits the pattern %s: %w", path, fs.ErrNotExist)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Shown, b.Shown) })
	return files, nil
}

// match lists what fits a pattern, which starts in dir unless it is absolute.
func match(dir, pattern string) ([]string, error) {
	if filepath.IsAbs(pattern) {
		return filepath.Glob(pattern)
	}
	if up, rest := climb(pattern); up != "" {
		found, err := fs.Glob(os.DirFS(filepath.Join(dir, up)), rest)
		for i, name := range found {
			found[i] = filepath.Join(up, name)
		}
		return found, err
	}
	return fs.Glob(os.DirFS(dir), pattern)
}

// climb parts the steps up from a pattern: ../../data/*.csv.
func climb(pattern string) (up, rest string) {
	rest = pattern
	for strings.HasPrefix(rest, "../") {
		up, rest = up+"../", rest[len("../"):]
	}
	return up, rest
}

// Misfit rejects the record in a line, or the row of that number, of a file. text is what stands there, if it is a text.
func (f File) Misfit(what string, number int, text string, err error) error {
	return &llm.RowError{Class: llm.BadRow, File: f.Shown, Line: number, Text: clipped(text), Message: fmt.Sprintf("%s %d of %s does not fit: %v.", what, number, f.Shown, err), Err: err}
}

// clipped is the beginning of a line, as much as helps to find out what is wrong with it.
func clipped(line string) string {
	const most = 2000
	text := line[:min(len(line), most)]
	if len(line) > most {
		for !utf8.ValidString(text) && len(text) > most-utf8.UTFMax {
			text = text[:len(text)-1]
		}
		text += "…"
	}
	return strings.ToValidUTF8(text, "\ufffd")
}

// Unreadable is a file, or a pattern of files, that cannot be read.
func Unreadable(shown string, err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		err = path.Err
	}
	return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("The file %s cannot be read: %v.", shown, err),
		Remedy: "Correct the argument path of the step, or say with --base where relative paths start.", Err: err}
}

// Count counts what a source yields.
func Count(records iter.Seq2[func(row any) error, error]) (rows int64, err error) {
	for _, err := range records {
		if fatal := (*llm.FatalError)(nil); errors.As(err, &fatal) {
			return 0, err
		}
		rows++
	}
	return rows, nil
}
