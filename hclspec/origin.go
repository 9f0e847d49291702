package hclspec

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/distigen/distigen/runtime/hubsource"
)

// Origin is the pipeline's own text, as it travels with the datasets so that others can build it again. Secrets are not in it.
type Origin struct {
	Files []OriginFile // in order of path
	Apart []string     // what the pipeline needs and does not travel
	Args  []string     // of distigen run, beside the folder
}

// OriginFile is a file below the folder of an Origin.
type OriginFile struct {
	Path string // with slashes
	Text string
}

// valuesName is the file with the values of variables that were given.
const valuesName = "variables.json"

// origin gathers the pipeline's files, the prompts that it reads, the lock and the values of its variables.
func (l *loader) origin(plan *Plan) (o Origin) {
	l.addFolders(&o)
	if slices.ContainsFunc(plan.Steps, func(s *Step) bool { return s.Component == "read_dataset" }) {
		if text, err := os.ReadFile(filepath.Join(l.dir, hubsource.LockName)); err == nil {
			o.add(hubsource.LockName, string(text))
		}
	}
	for _, f := range plan.Code() {
		for _, file := range f.Files {
			if path := f.Rel + "/" + file.Name; embeddable.MatchString(path) {
				o.add(path, string(file.Data))
			} else {
				o.Apart = append(o.Apart, fmt.Sprintf("the file %s, whose name has other signs than letters, digits, spaces and ._+-", path))
			}
		}
	}
	l.addValues(&o)
	for _, set := range l.opts.Sets {
		if shown := blank(set); shown == set {
			o.Args = append(o.Args, "--set", set)
		} else {
			name, _, _ := strings.Cut(set, "=")
			o.Apart = append(o.Apart, "the setting "+name)
		}
	}
	slices.SortFunc(o.Files, func(a, b OriginFile) int { return cmp.Compare(a.Path, b.Path) })
	slices.Sort(o.Apart)
	return o
}

// add adds a file without what looks like a password or a key.
func (o *Origin) add(path, text string) {
	shown := blank(text)
	if shown != text {
		o.Apart = append(o.Apart, fmt.Sprintf("what looks like a password or key in %s", path))
	}
	o.Files = append(o.Files, OriginFile{path, shown})
}

// promptEndings are those of texts. What ends otherwise is taken for data, or for something that nobody else is to see.
var promptEndings = []string{".md", ".markdown", ".txt", ".tmpl", ".tpl", ".tftpl", ".j2", ".jinja", ".jinja2", ".prompt"}

// embeddable are the paths that Go embeds by.
var embeddable = regexp.MustCompile(`^[\pL\pN._/ +-]*[\pL\pN_]$`)

var unembeddable = regexp.MustCompile(`[^\pL\pN._+-]`)

// travels tells under which name a file that the pipeline reads goes along, or why it does not.
func (l *loader) travels(path string) (name, why string) {
	rel := path
	if filepath.IsAbs(path) {
		return "", "whose path is absolute"
	}
	rel = filepath.ToSlash(filepath.Clean(rel))
	switch {
	case !filepath.IsLocal(rel):
		return "", "which is outside of the pipeline's folder"
	case !slices.Contains(promptEndings, strings.ToLower(filepath.Ext(rel))):
		return "", "which is no prompt by its ending"
	case secretName.MatchString(filepath.Base(rel)):
		return "", "whose name is that of a secret"
	case !embeddable.MatchString(rel):
		return "", "whose name has other signs than letters, digits, spaces and ._+-"
	}
	return rel, ""
}

// addValues adds the variables that have other values than their defaults.
func (l *loader) addValues(o *Origin) {
	values := map[string]json.RawMessage{}
	for v := range l.variables.all {
		given := v.preset == nil || v.origin.Filename != v.preset.Range().Filename || v.origin.Start.Byte != v.preset.Range().Start.Byte
		if !given && !v.sensitive {
			continue
		}
		text, err := ctyjson.Marshal(v.value, v.value.Type())
		why := ""
		switch {
		case v.sensitive:
			why = "which is sensitive"
		case v.origin.Filename == environmentName:
			why = "which came from the environment"
		case secretName.MatchString(v.name):
			why = "whose name is that of a secret"
		case err != nil || !v.value.IsWhollyKnown() || blank(string(text)) != string(text):
			why = "which looks like a secret"
		}
		if why != "" {
			o.Apart = append(o.Apart, fmt.Sprintf("the value of the variable %s, %s", v.name, why))
			continue
		}
		values[v.name] = text
	}
	if len(values) == 0 {
		return
	}
	text, err := json.MarshalIndent(values, "", "  ")
	if err != nil {
		return
	}
	o.Files = append(o.Files, OriginFile{valuesName, string(text) + "\n"})
	o.Args = append(o.Args, "--var-file", "pipeline/"+valuesName)
}

var (
	secretName = regexp.MustCompile(`(?i)(secret|password|passwd|credential|token$|token[._-]|api_?key|private_?key|(^|[._-])key($|[._-]))`)
	userinfo   = regexp.MustCompile(`(://)[^/\s"@$]+@`)
	parameter  = regexp.MustCompile(`(?i)([?&; ](?:password|passwd|pwd|api[_-]?key|key|token|access_token|secret|sig)=)[^\s"'&;$]+`)
	knownKey   = regexp.MustCompile(`\b(sk-|hf_|ghp_|github_pat_|xox[abp]-|AKIA|AIza)[A-Za-z0-9_-]{16,}`)
)

// blank takes out of a text what looks like a password or a key that was written into it.
func blank(text string) string {
	return knownKey.ReplaceAllString(parameter.ReplaceAllString(userinfo.ReplaceAllString(text, "${1}***@"), "${1}***"), "***")
}

// isTrue reports whether a value is the bool true.
func isTrue(v cty.Value) bool {
	return v.Type() == cty.Bool && v.IsKnown() && !v.IsNull() && v.True()
}
