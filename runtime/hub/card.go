package hub

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// card makes the README.md of the repository: that of the dataset, or one for all its datasets. Configs of other pushes, whose files
// stay in the repository, stay in it.
func (p *push) card(ctx context.Context, commit string, there map[string]remote) (*file, error) {
	var parts []front
	for _, s := range p.sets {
		f, err := p.cardOf(s)
		if err != nil {
			return nil, err
		}
		parts = append(parts, f)
	}
	whole, err := together(p.id, p.sets, parts)
	if err != nil {
		return nil, err
	}
	if old, ok := there[cardName]; ok && old.Size < 1<<20 {
		text, err := p.read(ctx, commit, cardName)
		if err != nil {
			return nil, err
		}
		if was, err := readFront(text); err == nil { // what cannot be read is replaced
			whole.keep(was, func(config *yaml.Node) bool { return reads(config, p.others(there)) })
		}
	}
	whole.resize()
	if p.to.License != "" {
		whole.set("license", p.to.License)
	}
	text, err := whole.text()
	if err != nil {
		return nil, err
	}
	if err := p.checkCard(ctx, string(text)); err != nil {
		return nil, err
	}
	return &file{path: cardName, text: text, size: int64(len(text))}, nil
}

// others are the files of data in the repository that stay in it and are not of this push.
func (p *push) others(there map[string]remote) (all []string) {
	for name := range there {
		if isData(name) && !p.superseded(name) && !slices.ContainsFunc(p.files, func(f *file) bool { return f.path == name }) {
			all = append(all, name)
		}
	}
	return all
}

// read reads a small file of the repository.
func (r repo) read(ctx context.Context, commit, path string) (text []byte, err error) {
	err = r.send(ctx, request{doing: "send " + path + " of " + r.String(), method: http.MethodGet, path: r.fileURL(commit, path)},
		func(reply *http.Response) error {
			text, err = io.ReadAll(io.LimitReader(reply.Body, mostJSON))
			return err
		})
	return text, err
}

// cardOf reads the card in a dataset's folder. One that has none gets the configs that its files tell.
func (p *push) cardOf(s Set) (front, error) {
	path := s.Dir + string(os.PathSeparator) + cardName
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return front{}, err
	}
	found := err == nil
	f, err := readFront(text)
	f.found = found
	if err != nil {
		return f, fmt.Errorf("the card %s cannot be read: %w. Mend what stands between the lines of ---", path, err)
	}
	if f.get("configs") == nil {
		f.set("configs", p.configs(s))
	}
	if len(bytes.TrimSpace(f.body)) == 0 {
		f.body = []byte("# " + s.Name + "\n")
	}
	return f, nil
}

// configs tells by the names of its files how a dataset is read.
func (p *push) configs(s Set) any {
	type split struct {
		Split string   `yaml:"split"`
		Path  []string `yaml:"path"`
	}
	var splits []*split
	for _, form := range dataForms {
		for _, f := range p.files {
			rel := strings.TrimPrefix(f.path, s.inRepo(""))
			if !strings.HasPrefix(f.path, s.inRepo("")) || path.Ext(rel) != form || f.size == 0 {
				continue
			}
			name := "train"
			if m := shardName.FindStringSubmatch(path.Base(rel)); m != nil {
				name = m[1]
			}
			i := slices.IndexFunc(splits, func(s *split) bool { return s.Split == name })
			if i < 0 {
				i, splits = len(splits), append(splits, &split{Split: name})
			}
			splits[i].Path = append(splits[i].Path, rel)
		}
		if len(splits) > 0 {
			break
		}
	}
	return []any{map[string]any{"config_name": "default", "data_files": splits}}
}

// front is a card: the YAML between the lines of ---, and the text below.
type front struct {
	yaml  *yaml.Node // a mapping
	body  []byte
	found bool // there is a file of it
}

const fence = "---"

func readFront(text []byte) (front, error) {
	f := front{yaml: &yaml.Node{Kind: yaml.MappingNode}, body: text}
	lines := bytes.SplitAfter(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\n"))
	if strings.TrimSpace(string(lines[0])) != fence {
		return f, nil
	}
	for n := 1; n < len(lines); n++ {
		if strings.TrimSpace(string(lines[n])) != fence {
			continue
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(bytes.Join(lines[1:n], nil), &doc); err != nil {
			return f, err
		}
		f.body = bytes.Join(lines[n+1:], nil)
		if len(doc.Content) == 0 {
			return f, nil
		}
		if doc.Content[0].Kind != yaml.MappingNode {
			return f, fmt.Errorf("it is no mapping of names to values")
		}
		f.yaml = doc.Content[0]
		return f, nil
	}
	return f, nil
}

func (f front) text() ([]byte, error) {
	if len(f.yaml.Content) == 0 {
		return f.body, nil
	}
	var out bytes.Buffer
	out.WriteString(fence + "\n")
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(f.yaml); err != nil {
		return nil, err
	}
	out.WriteString(fence + "\n")
	out.Write(f.body)
	return out.Bytes(), nil
}

// get is the value of a key; nil if there is none.
func (f front) get(key string) *yaml.Node { return value(f.yaml, key) }

func value(m *yaml.Node, key string) *yaml.Node {
	if m.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(m.Content); i += 2 {
			if m.Content[i].Value == key {
				return m.Content[i+1]
			}
		}
	}
	return nil
}

// set sets a key.
func (f front) set(key string, v any) {
	node, ok := v.(*yaml.Node)
	if !ok {
		node = &yaml.Node{}
		if err := node.Encode(v); err != nil {
			panic(err) // what is set here are texts and lists of them
		}
	}
	if old := f.get(key); old != nil {
		*old = *node
		return
	}
	f.yaml.Content = append(f.yaml.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, node)
}
