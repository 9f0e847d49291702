package runtime

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

type changedSource struct{ fileSource }

func (changedSource) Check(dir string, row reflect.Type) error {
	return errors.New(dir + " lacks what " + row.Name() + " has")
}

// A source that has changed since the pipeline was compiled stops the run before anything is asked or written.
func TestChangedSource(t *testing.T) {
	s := newStage(t)
	s.program.Wire = func(p *Pipeline) {
		Dataset(Read[string](p, "one", changedSource{}), "d")
		Dataset(Read[string](p, "two", changedSource{}), "e")
	}
	code, _, stderr := s.command("--base", "folder")
	if code != exitFatal || !strings.Contains(stderr, "step one: folder lacks what string has") || !strings.Contains(stderr, "step two: folder") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if _, err := os.Stat(filepath.Join(s.out, "run.json")); err == nil {
		t.Error("the run has begun")
	}
}
