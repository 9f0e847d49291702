package runtime

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/card"
)

// Origin is the pipeline's own text, which is put beside each dataset.
type Origin struct {
	Files fs.FS    // in the folder pipeline
	Apart []string // what the pipeline needs and is not among the files, in words
	Args  []string // of distigen run, beside the folder
}

// originFolder is the folder with the pipeline, in a dataset's folder and in Origin.Files.
const originFolder = "pipeline"

// write puts the pipeline into a dataset's folder, in the place of an older one: all of it, or nothing.
func (o Origin) write(dir string) error {
	place := filepath.Join(dir, originFolder)
	if o.Files == nil {
		return os.RemoveAll(place)
	}
	within, err := fs.Sub(o.Files, originFolder)
	if err != nil {
		return err
	}
	made, err := os.MkdirTemp(dir, unfinished+"*")
	if err != nil {
		return err
	}
	if err = os.CopyFS(made, within); err == nil {
		err = errors.Join(os.Chmod(made, 0o755), os.RemoveAll(place))
	}
	if err == nil {
		err = os.Rename(made, place)
	}
	if err != nil {
		os.RemoveAll(made)
	}
	return err
}

// card is what a card tells of the pipeline, and how it is run again with the settings of this run.
func (o Origin) card(settings []card.Setting) (c card.Origin) {
	if o.Files == nil {
		return c
	}
	_ = fs.WalkDir(o.Files, originFolder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			c.Files = append(c.Files, path)
		}
		return nil // what is embedded can be read
	})
	args := append([]string{"distigen", "run"}, o.Args...)
	for _, s := range settings {
		args = append(args, "--set", s.Name+"="+s.Value)
	}
	for i, arg := range args {
		args[i] = shellQuoted(arg)
	}
	c.Command, c.Apart = strings.Join(append(args, originFolder+"/"), " "), slices.Clone(o.Apart)
	return c
}

// shellQuoted is an argument as a shell takes it.
func shellQuoted(arg string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-+=.,:/@%", r)
	}
	if arg != "" && strings.IndexFunc(arg, func(r rune) bool { return !plain(r) }) < 0 {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
