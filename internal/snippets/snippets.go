// Package snippets finds what stands in fenced blocks of the docs, for the tests that check and run it.
package snippets

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Snippet is a fenced block of a page: its language, the words after it, and its text.
type Snippet struct {
	Lang, Tag, Text string
}

// Of lists the fenced blocks of a page in Markdown.
func Of(page string) (all []Snippet) {
	for {
		_, rest, ok := strings.Cut("\n"+page, "\n```")
		if !ok {
			return all
		}
		head, rest, _ := strings.Cut(rest, "\n")
		body, rest, _ := strings.Cut(rest, "\n```")
		lang, tag, _ := strings.Cut(head, " ")
		all = append(all, Snippet{lang, tag, body + "\n"})
		_, page, _ = strings.Cut(rest, "\n")
	}
}

// IsPipeline reports whether it is a whole pipeline.
func (s Snippet) IsPipeline() bool { return s.Lang == "hcl" && s.Tag == "" }

// IsModule reports whether it is a file of a module: HCL whose tag is a path.
func (s Snippet) IsModule() bool {
	return s.Lang == "hcl" && strings.Contains(s.Tag, "/") && filepath.Ext(s.Tag) == ".hcl"
}

// WriteFiles writes the files of a page to a folder: modules, and blocks of other languages than HCL with a name in their tag. They
// stand beside its pipelines.
func WriteFiles(page []Snippet, dir string) error {
	for _, s := range page {
		if s.Lang == "hcl" && !s.IsModule() || s.Tag == "" || strings.Contains(s.Tag, " ") {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(s.Tag))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(s.Text), 0o666)); err != nil {
			return err
		}
	}
	return nil
}
