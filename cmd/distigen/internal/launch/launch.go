// Package launch compiles generated programs into a cache folder, each content once, and runs them.
package launch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"syscall"
	"time"
)

// Marker is a file in every folder of the cache, by which distigen knows them: the cache folder is the user's to choose, and
// what else is in it is not removed.
const Marker = ".distigen-cached"

// unused is how long a program stays in the cache after it was last run.
const unused = 30 * 24 * time.Hour

// Cache is a folder with a folder for each program: its source, and the binary made of it.
type Cache struct {
	Dir string
	Say func(string) // is told that the compiler is at work; it takes a while the first time
}

// DefaultDir is DISTIGEN_CACHE, or distigen's folder in the user's cache folder.
func DefaultDir() (string, error) {
	if dir := os.Getenv("DISTIGEN_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no cache folder to compile in: %w. Name one in DISTIGEN_CACHE", err)
	}
	return filepath.Join(dir, "distigen"), nil
}

// ErrInterrupted is the error of a compilation that Ctrl-C has ended.
var ErrInterrupted = errors.New("interrupted while the pipeline was compiled")

// Binary returns the path of the binary of a program whose source is written by write. It compiles only what it has not
// compiled before. Several processes may use a cache at once.
func (c Cache) Binary(name string, write func(dir string) error) (string, error) {
	if err := os.MkdirAll(c.Dir, 0o777); err != nil {
		return "", fmt.Errorf("the cache folder cannot be made: %w. Name another in DISTIGEN_CACHE", err)
	}
	c.prune()
	tmp, err := os.MkdirTemp(c.Dir, "new-")
	if err != nil {
		return "", fmt.Errorf("the cache folder cannot be written: %w. Name another in DISTIGEN_CACHE", err)
	}
	defer os.RemoveAll(tmp)
	// Until the program is there, a signal ends this in good order, so that nothing is left behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := write(tmp); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(tmp, Marker), nil, 0o666); err != nil {
		return "", err
	}
	sum, err := hashTree(tmp)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(c.Dir, folderName(name)+"-"+sum)
	if err := os.Rename(tmp, dir); err != nil && !isDir(dir) {
		return "", err
	}
	Used(dir)
	binary, err := c.build(ctx, dir)
	if ctx.Err() != nil {
		return "", ErrInterrupted
	}
	return binary, err
}

// Used notes that a folder of the cache was used. If it cannot be noted, the folder is made anew some day.
func Used(dir string) {
	now := time.Now()
	_ = os.Chtimes(dir, now, now)
}

// build compiles the program in dir unless that is done.
func (c Cache) build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "bin", "pipeline")
	if goruntime.GOOS == "windows" {
		binary += ".exe"
	}
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	if err := checkGo(); err != nil {
		return "", err
	}
	if c.Say != nil {
		c.Say("Compiling the pipeline ...")
	}
	out, err := os.MkdirTemp(dir, "bin-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(out)
	if err := compile(ctx, dir, filepath.Join(out, filepath.Base(binary))); err != nil {
		return "", err
	}
	if err := os.Rename(out, filepath.Dir(binary)); err != nil {
		if _, there := os.Stat(binary); there != nil { // else another process was faster
			return "", err
		}
	}
	return binary, nil
}

// hashTree is over the paths and contents of all files in dir.
func hashTree(dir string) (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(rel), info.Size())
		_, err = io.Copy(h, f)
		return err
	})
	return fmt.Sprintf("%x", h.Sum(nil))[:24], err
}

// prune removes folders of the cache that were not used for long. What cannot be removed is of no concern.
func (c Cache) prune() {
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		dir := filepath.Join(c.Dir, e.Name())
		if _, err := os.Stat(filepath.Join(dir, Marker)); err != nil {
			continue
		}
		if info, err := e.Info(); err == nil && e.IsDir() && time.Since(info.ModTime()) > unused {
			_ = os.RemoveAll(dir)
		}
	}
}

// folderName is the name of a pipeline as it may be part of that of a folder.
func folderName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, name)
	return name[:min(len(name), 40)]
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

var errNoGo = errors.New("the pipeline becomes a Go program, and the command go is not in PATH. Install Go " + needed +
	" or newer from https://go.dev/dl and run this again, or compile the folder of distigen build on another machine")
