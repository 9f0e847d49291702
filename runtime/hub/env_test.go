package hub

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func clean(t *testing.T) string {
	home := t.TempDir()
	t.Setenv("HOME", home)
	for _, name := range []string{"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HF_HOME", "XDG_CACHE_HOME", "HF_ENDPOINT", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"} {
		t.Setenv(name, "")
	}
	return home
}

func TestFindToken(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		file string // in the home folder
		want string
	}{
		"none":           {},
		"variable":       {env: map[string]string{"HF_TOKEN": " hf_a\n"}, file: ".cache/huggingface/token", want: "hf_a"},
		"old variable":   {env: map[string]string{"HUGGING_FACE_HUB_TOKEN": "hf_a"}, want: "hf_a"},
		"file":           {file: ".cache/huggingface/token", want: "hf_file"},
		"HF_HOME":        {env: map[string]string{"HF_HOME": "HOME/hf"}, file: "hf/token", want: "hf_file"},
		"HF_TOKEN_PATH":  {env: map[string]string{"HF_TOKEN_PATH": "HOME/t", "HF_HOME": "HOME/hf"}, file: "t", want: "hf_file"},
		"XDG_CACHE_HOME": {env: map[string]string{"XDG_CACHE_HOME": "HOME/c"}, file: "c/huggingface/token", want: "hf_file"},
	} {
		t.Run(name, func(t *testing.T) {
			home := clean(t)
			for key, value := range c.env {
				t.Setenv(key, strings.ReplaceAll(value, "HOME", home))
			}
			if c.file != "" {
				path := filepath.Join(home, c.file)
				os.MkdirAll(filepath.Dir(path), 0o700)
				os.WriteFile(path, []byte("hf_file\r\n"), 0o600)
			}
			if got, err := findToken(); err != nil || got != c.want {
				t.Errorf("the token is %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestBadEnvironments(t *testing.T) {
	for _, c := range [][3]string{
		{"HF_TOKEN", "hf_a hf_b", "HF_TOKEN holds no token of the Hub"},
		{"HF_TOKEN", "hf_ä", "HF_TOKEN holds no token of the Hub"},
		{"HF_ENDPOINT", "huggingface.co", "HF_ENDPOINT is not the address of a Hub"},
		{"HF_ENDPOINT", "http://user:hf_secret@x", "HF_ENDPOINT is not the address of a Hub"},
	} {
		clean(t)
		t.Setenv(c[0], c[1])
		_, err := FromEnv()
		if err == nil || !strings.Contains(err.Error(), c[2]) || strings.Contains(err.Error(), "hf_") && c[0] == "HF_ENDPOINT" || strings.Contains(err.Error(), "hf_b") {
			t.Errorf("%s=%s: the error is %v, want %s", c[0], c[1], err, c[2])
		}
	}
	clean(t)
	t.Setenv("HF_HUB_OFFLINE", "1")
	t.Setenv("HF_TOKEN", "hf_a")
	c, err := FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Whoami(t.Context()); err == nil || !strings.Contains(err.Error(), "HF_HUB_OFFLINE forbids it") {
		t.Errorf("offline: %v", err)
	}
	clean(t)
	t.Setenv("HF_ENDPOINT", "https://hub.example.org/")
	if c, err := FromEnv(); err != nil || c.endpoint != "https://hub.example.org" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestCheckID(t *testing.T) {
	for id, want := range map[string]string{
		"acme/maths": "", "maths": "", "a/b": "", "Acme_1/maths.v2-x": "",
		"": "empty", "https://huggingface.co/datasets/acme/maths": "address", "datasets/acme/maths": "acme/maths", "a/b/c": "more than one slash",
		"acme/my maths": `" "`, "acme/mäths": `"ä"`, "acme/a--b": "--", "acme/a..b": "..", "acme/x.git": ".git", "/maths": "begins and ends",
		"acme/": "begins and ends", "-a/b": "begins and ends", "acme/" + strings.Repeat("x", 97): "too long",
	} {
		if err := CheckID(id); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", id, err, want)
		}
	}
	for name, ok := range map[string]bool{"main": true, "v2/try": true, "refs/pr/1": true, "": false, "a b": false, "a..b": false, "/a": false, "a.lock": false} {
		if err := CheckRevision(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}
