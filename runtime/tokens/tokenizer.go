// Package tokens has the components that count the tokens of a text as models do. It has a package of its own since it brings the
// vocabularies of tokenizers along.
package tokens

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/pkoukk/tiktoken-go"
	loader "github.com/pkoukk/tiktoken-go-loader"
)

// builtIn are the tokenizers whose vocabularies travel in the program.
var builtIn = []string{tiktoken.MODEL_CL100K_BASE, tiktoken.MODEL_O200K_BASE}

// tokenizer splits a text into tokens.
type tokenizer interface {
	EncodeOrdinary(text string) []int
	Decode(tokens []int) string
}

// opened are the tokenizers that are loaded, by name or path: several steps may take the same.
var opened sync.Map

// open loads a tokenizer: one that is built in, or a file in the form of Mistral's tekken.json. Relative paths start in dir.
func open(name, dir string) (tokenizer, error) {
	key := name
	if !slices.Contains(builtIn, name) && !filepath.IsAbs(name) {
		key = filepath.Join(dir, name)
	}
	load := sync.OnceValues(func() (tokenizer, error) {
		if key == name && slices.Contains(builtIn, name) {
			tiktoken.SetBpeLoader(loader.NewOfflineLoader())
			return tiktoken.GetEncoding(name)
		}
		return readTekken(key)
	})
	once, _ := opened.LoadOrStore(key, load)
	return once.(func() (tokenizer, error))()
}

// tekken is the file in which Mistral publishes its tokenizers. Token ids below Special are for signs that no text has.
type tekken struct {
	Config struct {
		Pattern string `json:"pattern"`
		Size    int    `json:"default_vocab_size"`
		Special int    `json:"default_num_special_tokens"`
	} `json:"config"`
	Vocab []struct {
		Rank  int    `json:"rank"`
		Bytes string `json:"token_bytes"`
	} `json:"vocab"`
}

func readTekken(path string) (tokenizer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var t tekken
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, fmt.Errorf("%s is no tekken.json: %w", path, err)
	}
	used := t.Config.Size - t.Config.Special
	if t.Config.Pattern == "" || used < 256 || len(t.Vocab) < used {
		return nil, fmt.Errorf("%s is no tekken.json, which has config.pattern, config.default_vocab_size and vocab with so many tokens", path)
	}
	ranks := make(map[string]int, used)
	for _, v := range t.Vocab[:used] {
		token, err := base64.StdEncoding.DecodeString(v.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s has a token that is not in base64: %w", path, err)
		}
		ranks[string(token)] = v.Rank
	}
	for b := range 256 {
		if _, ok := ranks[string([]byte{byte(b)})]; !ok {
			return nil, fmt.Errorf("%s has no token for the byte %d, so that there are texts that it cannot split", path, b)
		}
	}
	core, err := tiktoken.NewCoreBPE(ranks, map[string]int{}, t.Config.Pattern)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return tiktoken.NewTiktoken(core, &tiktoken.Encoding{}, map[string]any{}), nil
}

// first is the beginning of a text that has at most so many tokens. A letter of which the last token is a part only is left out.
func first(t tokenizer, text string, most int) string {
	if len(text) <= most { // a token has one byte at least
		return text
	}
	tokens := t.EncodeOrdinary(text)
	if len(tokens) <= most {
		return text
	}
	cut := t.Decode(tokens[:most])
	for !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	return cut
}

// firstLetters is the beginning of a text that has at most so many letters.
func firstLetters(text string, most int) string {
	n := 0
	for i := range text {
		if n == most {
			return text[:i]
		}
		n++
	}
	return text
}

// problem says in whole sentences what is wrong with the name of a tokenizer, before anything is loaded; "" if nothing is.
func problem(name, dir string) string {
	if slices.Contains(builtIn, name) {
		return ""
	}
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(dir, name)
	}
	info, err := os.Stat(path)
	switch {
	case !strings.HasSuffix(name, ".json"):
		return fmt.Sprintf("There are %s, and Mistral's by the path of a file tekken.json.", strings.Join(builtIn, " and "))
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("There is no such file, seen from the pipeline. Give the path of a tekken.json, or one of %s.", strings.Join(builtIn, " and "))
	case err != nil:
		return fmt.Sprintf("It cannot be read: %v.", err)
	case !info.Mode().IsRegular():
		return "It is no file."
	}
	return ""
}
