package diag

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// Explanation says what a code means, with an example.
type Explanation struct {
	Code  Code
	Title string
	Text  string // Markdown, all of it
	// Wrong is a pipeline that gives exactly this code, and Right one that gives nothing; either may be empty.
	Wrong, Right string
	Files        map[string]string // that the example reads
	Command      string            // how to check the example, where it takes more than its files
	Date         string            // of the check, where it matters
}

//go:embed explain/*.md
var explanations embed.FS

// Explain returns the explanation of a code. Upper and lower case are the same.
func Explain(code Code) (Explanation, bool) {
	code = Code(strings.ToUpper(string(code)))
	text, err := fs.ReadFile(explanations, fmt.Sprintf("explain/%s.md", code))
	if err != nil {
		return Explanation{}, false
	}
	return parse(code, string(text)), true
}

// Codes lists all codes, in order.
func Codes() []Code {
	entries, err := explanations.ReadDir("explain")
	if err != nil {
		panic(err) // it is embedded
	}
	codes := make([]Code, len(entries))
	for i, e := range entries {
		codes[i] = Code(strings.TrimSuffix(e.Name(), ".md"))
	}
	return codes
}

func parse(code Code, text string) Explanation {
	e := Explanation{Code: code, Text: text, Files: map[string]string{}}
	title, rest, _ := strings.Cut(text, "\n")
	e.Title = strings.TrimPrefix(title, "# ")
	for {
		_, after, ok := strings.Cut(rest, "\n```")
		if !ok {
			return e
		}
		head, body, _ := strings.Cut(after, "\n")
		body, after, _ = strings.Cut(body, "```\n")
		rest = "\n" + after
		switch words := strings.Fields(head); {
		case len(words) > 1 && words[1] == "wrong":
			e.Wrong = body
			if len(words) > 2 {
				e.Date = words[2]
			}
		case len(words) > 1 && words[1] == "right":
			e.Right = body
		case len(words) > 1:
			e.Files[words[1]] = body
		case len(words) == 1 && words[0] == "sh":
			e.Command = strings.TrimSpace(body)
		}
	}
}
