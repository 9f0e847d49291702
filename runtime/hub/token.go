package hub

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// findToken looks where the tools of the Hub look for the token, in their order. No token at all is no error.
func findToken() (string, error) {
	for _, name := range []string{"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"} {
		if token := strings.TrimSpace(os.Getenv(name)); token != "" {
			return token, wellFormed(token, name)
		}
	}
	path := tokenPath()
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("the file with the token of the Hub cannot be read: %w. Mend that, or set HF_TOKEN", err)
	}
	token := strings.TrimSpace(string(text))
	return token, wellFormed(token, "the file "+path)
}

// tokenPath is where `hf auth login` puts the token.
func tokenPath() string {
	if path := os.Getenv("HF_TOKEN_PATH"); path != "" {
		return path
	}
	if dir := os.Getenv("HF_HOME"); dir != "" {
		return filepath.Join(dir, "token")
	}
	dir := os.Getenv("XDG_CACHE_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".cache")
	}
	return filepath.Join(dir, "huggingface", "token")
}

// wellFormed refuses what cannot stand in a header. It never shows the token.
func wellFormed(token, where string) error {
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("%s holds no token of the Hub: there is white space or another odd character in it. Copy the token anew, hf_ and what follows", where)
	}
	return nil
}

func noToken(endpoint string) error {
	return fmt.Errorf("there is no token for the Hub. Make one with write access at %s/settings/tokens and set it: export HF_TOKEN=hf_..., or run hf auth login", endpoint)
}

// hide takes the token out of a text.
func (c *Client) hide(text string) string {
	if c.token == "" {
		return text
	}
	return strings.ReplaceAll(text, c.token, "***")
}
