package hub

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/hub/hubtest"
)

// lab is a fake Hub with a client.
type lab struct {
	*testing.T
	*hubtest.Server
	address string
	client  *Client
	dir     string // of a dataset
	said    []string
	meter   *Meter
}

func newLab(t *testing.T) *lab {
	t.Helper()
	s, address := hubtest.Start(t)
	return &lab{T: t, Server: s, address: address, client: quick(t, address, hubtest.WriteToken), dir: t.TempDir()}
}

// quick is a client that does not wait long.
func quick(t *testing.T, address, token string) *Client {
	t.Helper()
	c, err := New(address, token)
	if err != nil {
		t.Fatal(err)
	}
	c.first = time.Microsecond
	return c
}

// write puts files into the dataset's folder.
func (l *lab) write(files map[string]string) *lab {
	l.Helper()
	for name, text := range files {
		path := filepath.Join(l.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			l.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			l.Fatal(err)
		}
	}
	return l
}

func (l *lab) state() string { return filepath.Join(l.dir, ".push.json") }

func (l *lab) push(to Target) (Result, error) {
	if to.ID == "" {
		to.ID = "tester/maths"
	}
	l.meter = &Meter{}
	return l.client.Push(context.Background(), to, []Set{{Name: "default", Dir: l.dir}},
		Options{State: l.state(), Meter: l.meter, Say: func(text string) { l.said = append(l.said, text) }})
}

func (l *lab) mustPush(to Target) Result {
	l.Helper()
	r, err := l.push(to)
	if err != nil {
		l.Fatal(err)
	}
	return r
}

// has checks that the repository has a file.
func (l *lab) has(path, want string) {
	l.Helper()
	text, err := l.File("tester/maths", "main", path)
	if err != nil {
		l.Fatal(err)
	}
	if string(text) != want {
		l.Errorf("%s is %.200q, want %.200q", path, text, want)
	}
}

// shards are the files of a dataset, each of so many bytes.
func shards(n, size int) map[string]string {
	files := map[string]string{"README.md": "---\nconfigs:\n  - config_name: default\n    data_files:\n      - split: train\n        path: data/train-*\n---\n# Maths\n"}
	for i := range n {
		files[fmt.Sprintf("data/train-%05d-of-%05d.parquet", i, n)] = strings.Repeat(fmt.Sprintf("row %d\n", i), size/6)
	}
	return files
}

const firstOf3 = "data/train-00000-of-00003.parquet"
