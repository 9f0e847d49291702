package steps

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
	"github.com/distigen/distigen/templates"
)

// What stands for a text in the form of a reply is no reply.
func TestPlaceholders(t *testing.T) {
	found := 0
	err := fs.WalkDir(templates.FS, "prompts", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".reply.md") {
			return err
		}
		text, err := fs.ReadFile(templates.FS, path)
		for _, p := range regexp.MustCompile(`<[a-z_ ]+>`).FindAllString(string(text), -1) {
			if found++; p != "<numbers>" && reply.Filled(p) == nil {
				t.Errorf("%s shows %s, which is taken for a text: add it to the placeholders of the package reply", path, p)
			}
		}
		return err
	})
	if err != nil || found < 50 {
		t.Errorf("%d placeholders, %v", found, err)
	}
	for _, text := range []string{"<br>", "a <text>", "text", "<Text>"} {
		if err := reply.Filled(text); err != nil {
			t.Error(err)
		}
	}
	for _, said := range []string{`{"instructions": ["Why?", "<instruction>"]}`, "1. Why?\n2. <instruction>"} {
		asJSON := strings.HasPrefix(said, "{")
		if got, err := (textList{key: "instructions", n: 2}).parse(task(t, "self_instruct", asJSON), said); class(err) != llm.Unparseable {
			t.Errorf("%q: got %q, %v", said, got, err)
		}
	}
}
