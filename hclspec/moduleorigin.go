package hclspec

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// modulesFolder has, among what travels, the modules that are outside of the pipeline's folder.
const modulesFolder = "modules"

// modulePlaces says where each folder travels, by its absolute path: below the pipeline's where it is, and else in a folder for
// such modules.
func (l *loader) modulePlaces() map[string]string {
	places := map[string]string{l.dir: "."}
	taken := map[string]bool{}
	l.each(func(c *loader) {
		rel, err := filepath.Rel(l.dir, c.dir)
		if rel = filepath.ToSlash(rel); err == nil && filepath.IsLocal(filepath.FromSlash(rel)) && embeddable.MatchString(rel) {
			places[c.dir] = rel
			taken[rel] = true
		}
	})
	l.each(func(c *loader) {
		if places[c.dir] != "" {
			return
		}
		name := path.Join(modulesFolder, unembeddable.ReplaceAllString(filepath.Base(c.dir), "_"))
		at := name
		for n := 2; taken[at]; n++ {
			at = fmt.Sprintf("%s_%d", name, n)
		}
		places[c.dir], taken[at] = at, true
	})
	return places
}

// addFolders adds the HCL of the pipeline and of its modules, and the texts that they read.
func (l *loader) addFolders(o *Origin) {
	places := l.modulePlaces()
	there := map[string]bool{}
	l.each(func(c *loader) {
		at := places[c.dir]
		for name, text := range c.texts {
			text = edited(text, c.edits(name, places))
			if !embeddable.MatchString(name) { // all files of the folder are one pipeline, whatever they are called
				name = unembeddable.ReplaceAllString(name, "_")
			}
			if name = path.Join(at, name); !there[name] {
				there[name] = true
				o.add(name, text)
			}
		}
		for file, text := range c.read {
			name, why := c.travels(file)
			if name, file = path.Join(at, name), path.Join(at, filepath.ToSlash(file)); there[file] {
				continue
			}
			there[file] = true
			if why != "" {
				o.Apart = append(o.Apart, fmt.Sprintf("the file %s, %s", file, why))
			} else {
				o.add(name, text)
			}
		}
	})
}

// edit is a part of a text and what travels in its place.
type edit struct {
	at   hcl.Range
	text string
}

// edits are those of a file: the defaults of sensitive variables, for which whoever builds it again is asked, and the folders of
// modules that are elsewhere where they travel.
func (l *loader) edits(name string, places map[string]string) (edits []edit) {
	for v := range l.variables.all {
		if v.sensitive && v.preset != nil && filepath.Base(v.at.Filename) == name {
			edits = append(edits, edit{at: v.presetAt})
		}
	}
	for m := range l.modules.all {
		if m.inner == nil || filepath.Base(m.at.Filename) != name {
			continue
		}
		rel, err := filepath.Rel(filepath.FromSlash(places[l.dir]), filepath.FromSlash(places[m.inner.dir]))
		if rel = filepath.ToSlash(rel); err != nil || rel == path.Clean(m.source) {
			continue
		}
		if !strings.HasPrefix(rel, ".") {
			rel = "./" + rel
		}
		edits = append(edits, edit{m.attrs["source"].Expr.Range(), fmt.Sprintf("%q", rel)})
	}
	return edits
}

// edited is a text with its edits.
func edited(text string, edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return b.at.Start.Byte - a.at.Start.Byte })
	for _, e := range edits {
		text = text[:e.at.Start.Byte] + e.text + text[e.at.End.Byte:]
	}
	return text
}
