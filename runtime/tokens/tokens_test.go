package tokens

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/component"
)

// tokenFile writes a tekken.json with the tokens of all bytes, and some more.
func tokenFile(t *testing.T, change func(map[string]any), more ...string) string {
	t.Helper()
	vocab := []map[string]any{}
	add := func(token string) {
		vocab = append(vocab, map[string]any{"rank": len(vocab), "token_bytes": base64.StdEncoding.EncodeToString([]byte(token))})
	}
	for b := range 256 {
		add(string([]byte{byte(b)}))
	}
	for _, token := range more {
		add(token)
	}
	file := map[string]any{"config": map[string]any{"pattern": `\p{L}+|\P{L}`, "default_vocab_size": len(vocab) + 10, "default_num_special_tokens": 10}, "vocab": vocab}
	if change != nil {
		change(file)
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tekken.json")
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// The numbers of tokens are those that the tokenizers' own documentation has for these texts.
func TestBuiltIn(t *testing.T) {
	for name, want := range map[string][]int{"cl100k_base": {15339, 1917}, "o200k_base": {24912, 2375}} {
		tok, err := open(name, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := tok.EncodeOrdinary("hello world"); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestTekken(t *testing.T) {
	path := tokenFile(t, nil, "th", "the", "re", "\u00e9", "\xf0\x9f")
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"there", 2, "there"}, // the, re
		{"there", 1, "the"},
		{"there there", 3, "there "},
		{"thé", 2, "thé"},
		{"a🙂b", 4, "a🙂"}, // a, two bytes, and the other two
		{"a🙂b", 3, "a"},  // of a letter of which a part is left, nothing is
		{"a🙂b", 9, "a🙂b"},
		{"", 1, ""},
	} {
		s, err := TruncateTextColumn{MaxLength: c.most, Tokenizer: filepath.Base(path)}.Open(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := s.Run(TruncateTextColumnIn{c.text}); err != nil || out.Text != c.want {
			t.Errorf("%d tokens of %q: %q, %v, want %q", c.most, c.text, out.Text, err, c.want)
		}
	}
}

func TestLetters(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{{"größer", 3, "grö"}, {"größer", 6, "größer"}, {"größer", 60, "größer"}, {"", 1, ""}} {
		if out, _ := (TruncateTextColumn{MaxLength: c.most}).Run(TruncateTextColumnIn{c.text}); out.Text != c.want {
			t.Errorf("%d letters of %q: %q", c.most, c.text, out.Text)
		}
	}
}

func TestWrongFiles(t *testing.T) {
	config := func(key string, value any) func(map[string]any) {
		return func(file map[string]any) { file["config"].(map[string]any)[key] = value }
	}
	for name, c := range map[string]struct {
		change func(map[string]any)
		want   string
	}{
		"no pattern":      {config("pattern", ""), "config.pattern"},
		"pattern":         {config("pattern", "("), "regex"},
		"too few tokens":  {config("default_vocab_size", 1000), "so many tokens"},
		"no vocabulary":   {func(file map[string]any) { delete(file, "vocab") }, "so many tokens"},
		"not base64":      {func(file map[string]any) { file["vocab"].([]map[string]any)[7]["token_bytes"] = "?" }, "base64"},
		"a byte is away":  {func(file map[string]any) { file["vocab"].([]map[string]any)[7]["token_bytes"] = "YWJj" }, "byte 7"},
		"other JSON":      {func(file map[string]any) { file["config"] = "x" }, "no tekken.json"},
		"two of one rank": {func(file map[string]any) { file["vocab"].([]map[string]any)[7]["rank"] = 8 }, "sizes"},
	} {
		_, err := TruncateTextColumn{Tokenizer: tokenFile(t, c.change)}.Open("")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	dir := t.TempDir()
	for name, want := range map[string]string{"p50k": "There are cl100k_base", "tekken.json": "no such file", "o200k_base": "", ".": "There are"} {
		c := &component.Columns{Dir: dir}
		TruncateTextColumn{Tokenizer: name}.derive(c)
		if want == "" != (len(c.Problems) == 0) || want != "" && !strings.Contains(c.Problems[0].Detail, want) {
			t.Errorf("%s: %v, want %q", name, c.Problems, want)
		}
	}
}

// What is left of any text is a beginning of it, of whole letters, with no more tokens than asked for.
func FuzzFirst(f *testing.F) {
	tok, err := open("cl100k_base", "")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Die Größe 🙂 của  tôi\n\n\t is 3.14!!", 5)
	f.Fuzz(func(t *testing.T, text string, most int) {
		if most < 1 || most > 100 || len(text) > 2000 || !utf8.ValidString(text) {
			return
		}
		cut := first(tok, text, most)
		if !strings.HasPrefix(text, cut) || !utf8.ValidString(cut) {
			t.Errorf("%q, %d: %q", text, most, cut)
		}
		if cut != text && len(cut) < len(text) && len(tok.EncodeOrdinary(text)) <= most {
			t.Errorf("%q, %d: cut to %q though it is short enough", text, most, cut)
		}
	})
}

// The conformance check of CI has Mistral's own tokenizer split texts: the first tokens of each are the same here.
func TestAsMistralDoes(t *testing.T) {
	dir := os.Getenv("DISTIGEN_TEKKEN")
	if dir == "" {
		t.Skip("DISTIGEN_TEKKEN names no folder; .ci/conformance/tokenizer/run makes one")
	}
	text, err := os.ReadFile(filepath.Join(dir, "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := TruncateTextColumn{Tokenizer: "tekken.json"}.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	cuts := 0
	for d.More() {
		var c struct {
			Text   string
			Starts map[int]string
		}
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
		for most, want := range c.Starts {
			s.MaxLength = most
			cuts++
			if out, err := s.Run(TruncateTextColumnIn{c.Text}); err != nil || out.Text != want {
				t.Errorf("%d tokens of %q: %q, %v, want %q", most, c.Text, out.Text, err, want)
			}
		}
	}
	if cuts < 1000 {
		t.Errorf("only %d cuts were compared", cuts)
	}
}
