// Package project puts a generated program into a folder: with the module that it needs, and without losing what the user
// has changed there.
package project

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/distigen/distigen/runtime"
)

const manifestName = ".distigen.json"

// Source says what a program was built from.
type Source struct {
	Pipeline  string   `json:"pipeline"` // file or folder, relative to the program's folder
	Vars      []string `json:"vars,omitempty"`
	VarFiles  []string `json:"var_files,omitempty"` // relative to the program's folder
	Sets      []string `json:"sets,omitempty"`
	Telemetry bool     `json:"telemetry,omitempty"` // whether it links the telemetry
}

// manifest is what distigen wrote into a folder, kept there to tell its own files from edited ones.
type manifest struct {
	Distigen string            `json:"distigen"`
	Source   Source            `json:"source"`
	Vendored string            `json:"vendored,omitempty"` // hash of the runtime in vendor/
	Files    map[string]string `json:"files"`              // SHA-256 by path
}

// readManifest returns the manifest of a folder, which is empty if the folder has none.
func readManifest(dir string) (*manifest, error) {
	m := &manifest{}
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err == nil {
		err = json.Unmarshal(text, m)
	}
	if err != nil {
		return nil, fmt.Errorf("the record of what distigen wrote cannot be read: %w. If it is beyond repair, remove %s and build with --force",
			err, filepath.Join(dir, manifestName))
	}
	return m, nil
}

func (m *manifest) has(path string) bool {
	_, ok := m.Files[path]
	return ok
}

func (m *manifest) write(dir string) error {
	m.Distigen = runtime.V1
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, manifestName), append(text, '\n'))
}

func hash(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// writeFile puts a whole file into its place, so that nobody ever sees half of it.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
