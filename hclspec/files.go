package hclspec

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
)

// find lists the files of the pipeline at path, and sets its folder.
func (l *loader) find(path string) []string {
	info, err := os.Stat(path)
	if err != nil {
		l.setDir(filepath.Dir(path))
		l.fileError(path, err)
		return nil
	}
	if !info.IsDir() {
		l.setDir(filepath.Dir(path))
		l.single = true
		return []string{path}
	}
	l.setDir(path)
	files, err := hclFiles(path)
	if err != nil {
		l.fileError(path, err)
		return nil
	}
	if len(files) == 0 {
		l.fatal = true
		l.errorAt(diag.Unreadable, start(path), "no pipeline here", fmt.Sprintf("The folder %s has no file that ends in .hcl. "+
			"Name the folder or the file of a pipeline, or make one with distigen init.", shownPath(path)))
	}
	return files
}

// hclFiles lists the files of a folder that are a pipeline together.
func hclFiles(dir string) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries { // ReadDir sorts them
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".hcl") && !strings.HasPrefix(e.Name(), ".") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, err
}

func (l *loader) fileError(path string, err error) {
	l.fatal = true
	if to, linked := os.Readlink(path); os.IsNotExist(err) && linked == nil {
		l.errorAt(diag.Unreadable, start(path), "link to nothing", fmt.Sprintf("%s is a link to %s, and there is no such file or folder. Correct the link, or remove it.", shownPath(path), shownPath(to)))
		return
	}
	if os.IsNotExist(err) {
		l.errorAt(diag.Unreadable, start(path), "no such file or folder",
			fmt.Sprintf("There is no file or folder %s. Name the folder or the file of a pipeline.%s", shownPath(path), nearestPath(path)))
		return
	}
	l.errorAt(diag.Unreadable, start(path), "file cannot be read", fmt.Sprintf("The file %s cannot be read: %v.", shownPath(path), reason(err)))
}

// shownPath is a path in a sentence, with quotes where it would not stay on its line.
func shownPath(path string) string {
	if strings.ContainsFunc(path, unicode.IsControl) {
		return strconv.Quote(path)
	}
	return path
}

// nearestPath offers a file or folder beside one that is not there.
func nearestPath(path string) string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() || strings.HasSuffix(e.Name(), ".hcl") {
			names = append(names, e.Name())
		}
	}
	if near := diag.Nearest(filepath.Base(path), names); near != "" {
		return fmt.Sprintf(" Did you mean %s?", shownPath(filepath.Join(filepath.Dir(path), near)))
	}
	return ""
}

func reason(err error) error {
	if p, ok := err.(*os.PathError); ok {
		return p.Err
	}
	return err
}

func start(file string) hcl.Range {
	return hcl.Range{Filename: file, Start: hcl.InitialPos, End: hcl.InitialPos}
}

func (l *loader) parse(name string, text []byte) {
	l.report.Sources[name] = text
	l.files = append(l.files, filepath.Base(name))
	l.texts[filepath.Base(name)] = string(text)
	if !utf8.Valid(text) {
		l.notUTF8(name, text)
		return
	}
	file, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if l.syntax(diags) {
		body := file.Body.(*hclsyntax.Body)
		l.sameKeys(body)
		l.body(body)
	}
}

// notUTF8 reports a text in another encoding, once: all of it would be wrong.
func (l *loader) notUTF8(name string, text []byte) {
	l.fatal = true
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		l.report.Sources[name] = nil // nothing to show
		l.errorAt(diag.Syntax, start(name), "text is not UTF-8", fmt.Sprintf("The file %s is in UTF-16. Save it as UTF-8.", name))
		return
	}
	valid := 0
	for valid < len(text) {
		r, n := utf8.DecodeRune(text[valid:])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		valid += n
	}
	at := after(hcl.InitialPos, string(text[:valid]))
	l.errorAt(diag.Syntax, hcl.Range{Filename: name, Start: at, End: at}, "text is not UTF-8", fmt.Sprintf("What stands here in %s is no character. Save the file as UTF-8.", name))
}

// syntax passes on what the HCL parser says, the first of each line: what follows is usually due to it. It reports
// whether the text is whole all the same.
func (l *loader) syntax(diags hcl.Diagnostics) bool {
	ok := true
	type place struct {
		file string
		line int
	}
	seen := map[place]bool{}
	broken := map[string]bool{}
	for _, d := range diags {
		at := hcl.Range{}
		if d.Subject != nil {
			at = *d.Subject
		}
		if at.Empty() && d.Context != nil && !d.Context.Empty() {
			at.End = d.Context.End
		}
		p := place{at.Filename, at.Start.Line}
		if d.Severity != hcl.DiagError || seen[p] {
			continue
		}
		seen[p] = true
		if d.Summary == "Invalid multi-line string" { // all that follows is taken for text, or for code where it is text
			if broken[at.Filename] {
				continue
			}
			broken[at.Filename] = true
		}
		code := diag.Syntax
		if d.Summary == "Attribute redefined" {
			code = diag.Duplicate
		} else {
			ok = false
		}
		what, detail := summary(d.Summary), d.Detail
		if word, here := l.wordOperator(at); word != "" {
			what, detail = fmt.Sprintf("%q is no operator", word), here
		}
		l.errorAt(code, at, what, detail)
	}
	l.fatal = l.fatal || !ok
	return ok
}

// wordOperator finds that what cannot be read is an operator of other languages, or stands behind one, and says how it is written.
func (l *loader) wordOperator(at hcl.Range) (word, here string) {
	source := l.report.Sources[at.Filename]
	if at.End.Byte > len(source) || at.Start.Byte > at.End.Byte {
		return "", ""
	}
	word = string(source[at.Start.Byte:at.End.Byte])
	if here, ok := wordOperators[word]; ok {
		return word, here
	}
	line := source[bytes.LastIndexByte(source[:at.Start.Byte], '\n')+1 : at.Start.Byte]
	if before := strings.Fields(string(line)); len(before) > 0 && before[len(before)-1] == "not" {
		return "not", wordOperators["not"]
	}
	return "", ""
}

var wordOperators = map[string]string{
	"and": "Both sides are asked for with &&.",
	"or":  "One side or the other is asked for with ||.",
	"not": "The contrary is written with ! before it: !(row.n > 1).",
	"in":  "Whether a list has a value is told by contains(list, value).",
}

// summary gives a summary of HCL's the form of ours.
func summary(s string) string {
	s = strings.TrimSuffix(s, ".")
	if len(s) > 1 && strings.ToLower(s[1:2]) == s[1:2] {
		s = strings.ToLower(s[:1]) + s[1:]
	}
	return s
}
