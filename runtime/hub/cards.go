package hub

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/distigen/distigen/runtime/dataset"
)

// together is the card of a repository: the card of its one dataset as it is, or one that lists the configs of all.
func together(id string, sets []Set, parts []front) (front, error) {
	if len(sets) == 1 && sets[0].Config == "" {
		return parts[0], nil
	}
	whole := front{yaml: &yaml.Node{Kind: yaml.MappingNode}}
	configs, infos := list(), list()
	for i, s := range sets {
		names := map[string]string{}
		for _, c := range entries(parts[i].get("configs")) {
			names[nameOf(c)] = s.Config
		}
		if len(names) > 1 {
			for name := range names {
				names[name] = s.Config + "-" + name
			}
		}
		for _, c := range entries(parts[i].get("configs")) {
			rename(c, names)
			relocate(value(c, "data_files"), s.Config)
			relocate(value(c, "data_dir"), s.Config)
			configs.Content = append(configs.Content, c)
		}
		for _, info := range entries(parts[i].get("dataset_info")) {
			rename(info, names)
			infos.Content = append(infos.Content, info)
		}
		whole.gather(parts[i])
	}
	whole.set("configs", configs)
	if len(infos.Content) > 0 {
		whole.set("dataset_info", infos)
	}
	_, name, _ := strings.Cut(id, "/")
	var body strings.Builder
	fmt.Fprintf(&body, "# %s\n\nThe datasets of this repository, each a config of its own:\n\n| config | card |\n| --- | --- |\n", name)
	for _, c := range configs.Content {
		link := ""
		for i, s := range sets {
			if name := nameOf(c); parts[i].found && (name == s.Config || strings.HasPrefix(name, s.Config+"-")) {
				link = fmt.Sprintf("[%s/%s](%[1]s/%[2]s)", s.Config, cardName)
			}
		}
		fmt.Fprintf(&body, "| `%s` | %s |\n", nameOf(c), link)
	}
	first := nameOf(configs.Content[0])
	fmt.Fprintf(&body, "\n```python\nfrom datasets import load_dataset\n\nload_dataset(%q, %q)\n```\n", id, first)
	whole.body = []byte(body.String())
	return whole, nil
}

// gather takes over what the cards of all datasets say of the repository: tags of all, and of the rest what the first one says.
func (f front) gather(part front) {
	for i := 0; i+1 < len(part.yaml.Content); i += 2 {
		key, v := part.yaml.Content[i].Value, part.yaml.Content[i+1]
		old := f.get(key)
		switch {
		case key == "configs" || key == "dataset_info" || key == "size_categories" || key == "pretty_name":
		case old == nil:
			f.set(key, v)
		case old.Kind == yaml.SequenceNode && v.Kind == yaml.SequenceNode:
			for _, item := range v.Content {
				if !slices.ContainsFunc(old.Content, func(n *yaml.Node) bool { return n.Value == item.Value && n.Kind == item.Kind }) {
					old.Content = append(old.Content, item)
				}
			}
		}
	}
}

// keep takes over the configs of an older card that this one does not have and whose files stay.
func (f front) keep(was front, stays func(config *yaml.Node) bool) {
	var own, kept []string
	configs, infos := list(), list()
	for _, c := range entries(f.get("configs")) {
		own = append(own, nameOf(c))
	}
	for _, c := range entries(was.get("configs")) {
		if name := nameOf(c); !slices.Contains(own, name) && stays(c) {
			kept, configs.Content = append(kept, name), append(configs.Content, c)
		}
	}
	if len(kept) == 0 {
		return
	}
	for _, info := range entries(was.get("dataset_info")) {
		if slices.Contains(kept, nameOf(info)) {
			infos.Content = append(infos.Content, info)
		}
	}
	for key, others := range map[string]*yaml.Node{"configs": configs, "dataset_info": infos} {
		all := list()
		all.Content = append(slices.Clone(entries(f.get(key))), others.Content...)
		for _, c := range all.Content {
			rename(c, map[string]string{"default": "default"}) // one alone may go without a name
		}
		if len(all.Content) > 0 {
			f.set(key, all)
		}
	}
}

// resize gives a card of several configs the category of all their rows, where they are known.
func (f front) resize() {
	configs, infos := entries(f.get("configs")), entries(f.get("dataset_info"))
	if len(configs) < 2 || len(configs) != len(infos) {
		return
	}
	rows := int64(0)
	for _, info := range infos {
		splits := entries(value(info, "splits"))
		if len(splits) == 0 {
			return
		}
		for _, split := range splits {
			var n int64
			if count := value(split, "num_examples"); count == nil || count.Decode(&n) != nil {
				return
			}
			rows += n
		}
	}
	f.set("size_categories", []string{dataset.SizeCategory(rows)})
}

// reads reports whether a config reads one of the files.
func reads(config *yaml.Node, files []string) bool {
	var patterns []string
	var gather func(*yaml.Node)
	gather = func(n *yaml.Node) {
		switch {
		case n == nil:
		case n.Kind == yaml.ScalarNode:
			patterns = append(patterns, n.Value)
		case value(n, "path") != nil:
			gather(value(n, "path"))
		case n.Kind == yaml.SequenceNode:
			for _, item := range n.Content {
				gather(item)
			}
		default:
			for i := 1; i < len(n.Content); i += 2 {
				gather(n.Content[i])
			}
		}
	}
	gather(value(config, "data_files"))
	if dir := value(config, "data_dir"); dir != nil {
		patterns = append(patterns, path.Join(dir.Value, "**"))
	}
	if len(patterns) == 0 {
		return len(files) > 0
	}
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		before, _, deep := strings.Cut(pattern, "**")
		return slices.ContainsFunc(files, func(file string) bool {
			match, _ := path.Match(pattern, file)
			return match || deep && strings.HasPrefix(file, before)
		})
	})
}

func list() *yaml.Node { return &yaml.Node{Kind: yaml.SequenceNode} }

// entries are the elements of a list, or the one that stands without a list.
func entries(n *yaml.Node) []*yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	case n.Kind == yaml.MappingNode:
		return []*yaml.Node{n}
	}
	return nil
}

func nameOf(config *yaml.Node) string {
	if n := value(config, "config_name"); n != nil {
		return n.Value
	}
	return "default"
}

// rename gives a config its name in the repository.
func rename(config *yaml.Node, names map[string]string) {
	name, ok := names[nameOf(config)]
	if !ok {
		return
	}
	if n := value(config, "config_name"); n != nil {
		n.Value = name
		return
	}
	config.Content = append([]*yaml.Node{{Kind: yaml.ScalarNode, Value: "config_name"}, {Kind: yaml.ScalarNode, Value: name}}, config.Content...)
}

// relocate moves paths into a folder.
func relocate(n *yaml.Node, dir string) {
	switch {
	case n == nil:
	case n.Kind == yaml.ScalarNode:
		n.Value = path.Join(dir, n.Value)
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			relocate(item, dir)
		}
	case value(n, "path") != nil:
		relocate(value(n, "path"), dir)
	default: // a mapping of splits to paths
		for i := 1; i < len(n.Content); i += 2 {
			relocate(n.Content[i], dir)
		}
	}
}
