package golden

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/distigen/distigen/runtime/hub"
	"github.com/distigen/distigen/runtime/hub/hubtest"
)

// TestMain runs the tests beside a Hub that has the dataset acme/questions, which pipelines here read.
func TestMain(m *testing.M) {
	code, err := withHub(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withHub(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "golden-hub-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	s, err := hubtest.New(filepath.Join(dir, "hub"))
	if err != nil {
		return 0, err
	}
	server := httptest.NewServer(s)
	defer server.Close()
	for name, value := range map[string]string{"HF_ENDPOINT": server.URL, "HF_TOKEN": hubtest.WriteToken, "HF_HUB_OFFLINE": "", "DISTIGEN_CACHE": filepath.Join(dir, "cache")} {
		if err := os.Setenv(name, value); err != nil {
			return 0, err
		}
	}
	questions := filepath.Join(dir, "questions")
	example, err := os.ReadFile("../runtime/parquet/example.parquet")
	if err == nil {
		err = os.MkdirAll(questions, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(questions, "train.parquet"), example, 0o644)
	}
	if err != nil {
		return 0, err
	}
	c, err := hub.FromEnv()
	if err != nil {
		return 0, err
	}
	for _, branch := range []string{"main", "v1"} {
		if _, err := c.Push(context.Background(), hub.Target{ID: "acme/questions", Revision: branch}, []hub.Set{{Name: "questions", Dir: questions}}, hub.Options{}); err != nil {
			return 0, err
		}
	}
	return run(), nil
}
