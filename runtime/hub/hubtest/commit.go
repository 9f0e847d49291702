package hubtest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// line is one of a commit.
type line struct {
	Key   string
	Value struct {
		Summary, Description, ParentCommit string
		Path, Content, Encoding            string
		Algo, OID                          string
		Size                               *int64
	}
}

func (x *exchange) commit(r *repository, branch string) error {
	if got, _, _ := strings.Cut(x.Request.Header.Get("Content-Type"), ";"); got != "application/x-ndjson" {
		return refuse(400, "Content-Type must be application/x-ndjson, got %q", got)
	}
	text, err := io.ReadAll(x)
	if err != nil {
		return refuse(400, "%v", err)
	}
	var lines []line
	for raw := range bytes.Lines(text) {
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		var l line
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&l); err != nil {
			return refuse(400, "Invalid NDJSON: %v", err)
		}
		if (l.Key == "header") != (len(lines) == 0) {
			return refuse(400, "the first line, and only it, must be the header")
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 || strings.TrimSpace(lines[0].Value.Summary) == "" {
		return refuse(400, `"summary" is required`)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	head, ok := r.refs[branch]
	if !ok {
		return coded(404, "RevisionNotFound", "Invalid rev id: "+branch)
	}
	switch parent := lines[0].Value.ParentCommit; {
	case parent != "" && !fullSHA.MatchString(parent):
		return refuse(400, "parentCommit must be a full sha")
	case parent != "" && parent != head:
		return refuse(412, "A commit has happened since. Please refresh and try again.")
	}
	tree, err := x.change(r.commits[head].tree, lines[1:])
	if err != nil {
		return err
	}
	sha := r.add(branch, head, tree, lines[0].Value.Summary)
	out, _ := json.Marshal(map[string]any{"success": true, "commitOid": sha, "commitUrl": x.base() + "/datasets/" + r.id + "/commit/" + sha, "hookOutput": ""})
	x.Header().Set("Content-Type", "application/json; charset=utf-8")
	x.WriteHeader(200)
	x.Write(out)
	return nil
}

// change is the tree after a commit.
func (x *exchange) change(old map[string]*entry, lines []line) (map[string]*entry, error) {
	tree, seen := maps.Clone(old), map[string]bool{}
	for _, l := range lines {
		p := strings.TrimSuffix(l.Value.Path, "/")
		if err := checkPath(p); err != nil {
			return nil, err
		}
		if seen[p] {
			return nil, refuse(400, "duplicate operation on %s", p)
		}
		seen[p] = true
		e, err := x.operation(tree, p, l)
		if err != nil {
			return nil, err
		}
		if e != nil {
			tree[p] = e
		}
	}
	dirs := folders(tree)
	for p := range tree {
		if dirs[p] != "" {
			return nil, refuse(400, "%s: a file is in the way", p)
		}
	}
	return tree, nil
}

// operation is one line of a commit; it returns the file that it makes.
func (x *exchange) operation(tree map[string]*entry, p string, l line) (*entry, error) {
	switch v := l.Value; l.Key {
	case "file":
		text, err := base64.StdEncoding.DecodeString(v.Content)
		switch {
		case v.Encoding != "base64" || err != nil:
			return nil, refuse(400, "%s: content is not base64", p)
		case len(text) > 0 && isLarge(p, int64(len(text))):
			return nil, refuse(400, "Your push was rejected because it contains a file that must use LFS: %s", p)
		}
		if p == "README.md" {
			if _, err := readCard(text); err != nil {
				return nil, refuse(400, "Invalid metadata in README.md: %v", err)
			}
		}
		return small(text), nil
	case "lfsFile":
		if v.Algo != "sha256" || !fullOID.MatchString(v.OID) {
			return nil, refuse(400, "%s: bad algo or oid", p)
		}
		info, err := os.Stat(x.object(v.OID))
		if err != nil {
			return nil, refuse(400, "Your push was rejected because an LFS pointer pointed to a file that does not exist. %s", p)
		}
		if v.Size != nil && *v.Size != info.Size() {
			return nil, refuse(400, "%s: size %d != %d", p, *v.Size, info.Size())
		}
		return large(v.OID, info.Size()), nil
	case "deletedFile":
		if tree[p] == nil {
			return nil, coded(404, "EntryNotFound", p+" does not exist")
		}
		delete(tree, p)
		return nil, nil
	case "deletedFolder":
		count := len(tree)
		maps.DeleteFunc(tree, func(name string, _ *entry) bool { return strings.HasPrefix(name, p+"/") })
		if len(tree) == count {
			return nil, coded(404, "EntryNotFound", p+" does not exist")
		}
		return nil, nil
	}
	return nil, refuse(400, "unknown key %q", l.Key)
}

var frontMatter = regexp.MustCompile(`(?s)^\s*---[ \t]*\r?\n(.*?)\r?\n?---[ \t]*(\r?\n|$)`)

// readCard reads the front matter of a card as the Hub does, and refuses what the Hub does.
func readCard(text []byte) (map[string]any, error) {
	m := frontMatter.FindSubmatch(bytes.TrimPrefix(text, []byte("\ufeff")))
	if m == nil {
		return nil, nil
	}
	var card map[string]any
	if err := yaml.Unmarshal(m[1], &card); err != nil {
		return nil, err
	}
	configs, _ := card["configs"].([]any)
	seen := map[string]bool{}
	for _, c := range configs {
		config, _ := c.(map[string]any)
		name, ok := config["config_name"].(string)
		if !ok {
			return nil, fmt.Errorf(`"configs[].config_name" must be a string`)
		}
		if seen[name] {
			return nil, fmt.Errorf("duplicate config_name %q", name)
		}
		seen[name] = true
	}
	return card, nil
}

func (x *exchange) validate() error {
	var d struct{ Content, RepoType string }
	if err := x.decode("application/json", &d, true); err != nil {
		return err
	}
	if _, err := readCard([]byte(d.Content)); err != nil {
		return x.reply(400, map[string]any{"errors": []any{map[string]string{"message": err.Error()}}, "warnings": []any{}})
	}
	return x.reply(200, map[string]any{"errors": []any{}, "warnings": []any{}})
}
