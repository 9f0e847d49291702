// Package distilabel turns pipelines that distilabel has saved into pipelines of distigen.
//
// What a class does here is found in the declarations of the components, whose Was names it. What cannot be carried over is a
// comment in the pipeline and a diagnostic at its place in the file: nothing is left out without a word.
package distilabel

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
)

// File is a file of the new pipeline, by its path in the pipeline's folder.
type File struct {
	Path string
	Data []byte
}

// Pipeline is a pipeline that was read.
type Pipeline struct {
	Name  string // a name that a folder can have
	Files []File
}

// Import reads a pipeline that distilabel has saved as YAML or JSON. The pipeline is nil if the report has an error that tells why
// there is none; other errors are those that check will find in it. dir is the folder that it is for.
func Import(file string, text []byte, dir string) (*Pipeline, *diag.Report) {
	r := &reader{file: file, text: text, report: &diag.Report{Sources: map[string][]byte{file: text}}}
	t := r.pipeline()
	if t == nil {
		return nil, r.report
	}
	c := newConverter(r, t)
	c.convert()
	c.settle(dir)
	r.report.Sort()
	hcl := c.print(false)
	files := append([]File{{"pipeline.hcl", hcl}, {"README.md", c.readme()}}, c.files...)
	return &Pipeline{Name: identifier(t.name, "imported"), Files: files}, r.report
}

// readme says where the pipeline came from and what is to be done.
func (c *converter) readme() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "# %s\n\n%s\n", printable(strings.Join(strings.Fields(c.title()), " ")), c.origin())
	if says(c.theirs.requirements) {
		fmt.Fprintf(&out, "Its requirements in Python, which nothing here needs: %s.\n", printable(short(c.theirs.requirements)))
	}
	out.WriteString(`
    distigen check             # is it right?
    distigen run --simulate    # try it, without a key and without cost
    distigen run               # with the models

What is the same in every pipeline: rows stream and no batches are to be set, every request and reply is in the journal in the
place of distilabel_metadata, the prompts are distigen's own, and a reply that cannot be used rejects one row.
`)
	var list strings.Builder
	for _, v := range c.report.Views() {
		fmt.Fprintf(&list, "- %s, line %d: %s. %s\n", v.Code, v.Line, printable(v.Summary), printable(v.Detail))
	}
	if list.Len() > 0 {
		out.WriteString("\n## What to look at\n\n" + list.String())
	}
	return out.Bytes()
}
