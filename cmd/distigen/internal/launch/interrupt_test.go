//go:build unix

package launch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A compilation that is interrupted leaves nothing behind but the program's source.
func TestInterruptedCompilation(t *testing.T) {
	bin := t.TempDir()
	// A Go command that interrupts the one that called it, as Ctrl-C does, and takes its time.
	fake := "#!/bin/sh\n[ $1 = env ] && { echo go1.26.0; echo auto; exit; }\n: > \"$3\"\nkill -INT $PPID\nexec sleep 60\n"
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(fake), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	c := Cache{Dir: t.TempDir()}
	if _, err := c.Binary("p", program(source(t, `"x"`))); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("the error is %v", err)
	}
	err := filepath.WalkDir(c.Dir, func(path string, d fs.DirEntry, err error) error {
		if strings.HasPrefix(d.Name(), "bin") || strings.HasPrefix(d.Name(), "new-") {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
