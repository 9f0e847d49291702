package hub

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Converted is the branch on which the Hub keeps datasets of other formats as Parquet.
const Converted = "refs/convert/parquet"

// Parquet lists the Parquet files of a split of a config, in order. config may be empty where there is one alone, or one called
// default.
func (s *Snapshot) Parquet(config, split string) ([]Remote, error) {
	configs := s.configs()
	var names []string
	for _, c := range configs {
		names = append(names, c.name)
	}
	if len(configs) == 0 {
		return nil, fmt.Errorf("the dataset %s has no Parquet files at commit %.10s", s.ID, s.Commit)
	}
	at := slices.Index(names, config)
	if config == "" {
		if at = slices.Index(names, "default"); at < 0 && len(names) == 1 {
			at = 0
		}
		if at < 0 {
			return nil, fmt.Errorf("the dataset %s has several configs, and none is named. Add config, which is one of %s", s.ID, strings.Join(names, ", "))
		}
	}
	if at < 0 {
		return nil, fmt.Errorf("the dataset %s has no config %q, but %s", s.ID, config, strings.Join(names, ", "))
	}
	files := configs[at].splits[split]
	if len(files) == 0 {
		var there []string
		for name := range configs[at].splits {
			there = append(there, name)
		}
		slices.Sort(there)
		return nil, fmt.Errorf("the dataset %s has no split %q in the config %s, but %s", s.ID, split, names[at], strings.Join(there, ", "))
	}
	return files, nil
}

// HasParquet reports whether there are Parquet files at all.
func (s *Snapshot) HasParquet() bool { return len(s.parquet()) > 0 }

func (s *Snapshot) parquet() (files []Remote) {
	for _, f := range s.files {
		if strings.HasSuffix(f.Path, ".parquet") && f.Size > 0 {
			files = append(files, f)
		}
	}
	return files
}

// config is a part of a dataset with columns of its own.
type config struct {
	name   string
	splits map[string][]Remote
}

// configs are those that the card lists, or those that the names of the files tell.
func (s *Snapshot) configs() (all []config) {
	files := s.parquet()
	for _, c := range entries(s.card.get("configs")) {
		one := config{nameOf(c), map[string][]Remote{}}
		dir := ""
		if d := value(c, "data_dir"); d != nil {
			dir = d.Value
		}
		patterns := value(c, "data_files")
		if patterns == nil {
			one.guess(within(files, dir))
		} else {
			one.take("train", patterns, dir, files)
		}
		if len(one.splits) > 0 {
			all = append(all, one)
		}
	}
	if len(all) > 0 {
		return all
	}
	if folders := convertedConfigs(files); folders != nil {
		return folders
	}
	one := config{"default", map[string][]Remote{}}
	if one.guess(files); len(one.splits) > 0 {
		all = append(all, one)
	}
	return all
}

// take finds the files of the patterns in data_files: one, a list of them, or some for each split.
func (c *config) take(split string, n *yaml.Node, dir string, files []Remote) {
	switch {
	case n.Kind == yaml.ScalarNode:
		match := glob(path.Join(dir, n.Value))
		for _, f := range files {
			if match.MatchString(f.Path) && !slices.Contains(c.splits[split], f) {
				c.splits[split] = append(c.splits[split], f)
			}
		}
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			c.take(split, item, dir, files)
		}
	case value(n, "path") != nil:
		if name := value(n, "split"); name != nil {
			split = name.Value
		}
		c.take(split, value(n, "path"), dir, files)
	default:
		for i := 0; i+1 < len(n.Content); i += 2 {
			c.take(n.Content[i].Value, n.Content[i+1], dir, files)
		}
	}
}

// glob is a pattern of paths as an expression.
func glob(pattern string) *regexp.Regexp {
	text := regexp.QuoteMeta(pattern)
	for _, r := range [][2]string{{`\*\*/`, `(.*/)?`}, {`\*\*`, `.*`}, {`\*`, `[^/]*`}, {`\?`, `[^/]`}, {`\[`, `[`}, {`\]`, `]`}} {
		text = strings.ReplaceAll(text, r[0], r[1])
	}
	match, err := regexp.Compile("^" + text + "$")
	if err != nil {
		return regexp.MustCompile("^" + regexp.QuoteMeta(pattern) + "$")
	}
	return match
}

func within(files []Remote, dir string) (found []Remote) {
	for _, f := range files {
		if dir == "" || strings.HasPrefix(f.Path, strings.TrimSuffix(dir, "/")+"/") {
			found = append(found, f)
		}
	}
	return found
}

// splitWords are the words in the names of files and folders that tell splits.
var splitWords = map[string]*regexp.Regexp{
	"train":      regexp.MustCompile(`(^|[^A-Za-z])(train|training)([^A-Za-z]|$)`),
	"validation": regexp.MustCompile(`(^|[^A-Za-z])(validation|valid|val|dev)([^A-Za-z]|$)`),
	"test":       regexp.MustCompile(`(^|[^A-Za-z])(test|testing|eval|evaluation)([^A-Za-z]|$)`),
}

// guess tells the split of each file by its name; all are train where no name tells one.
func (c *config) guess(files []Remote) {
	for _, f := range files {
		split := "train"
		if m := shardName.FindStringSubmatch(path.Base(f.Path)); m != nil {
			split = m[1]
		} else {
			for _, name := range []string{"validation", "test"} {
				if splitWords[name].MatchString(f.Path) && !splitWords["train"].MatchString(path.Base(f.Path)) {
					split = name
				}
			}
		}
		c.splits[split] = append(c.splits[split], f)
	}
}

var convertedPath = regexp.MustCompile(`^([^/]+)/([^/]+)/\d{4}\.parquet$`)

// convertedConfigs are those of the branch that the Hub makes: CONFIG/SPLIT/0000.parquet. nil where the files are elsewhere.
func convertedConfigs(files []Remote) (all []config) {
	for _, f := range files {
		m := convertedPath.FindStringSubmatch(f.Path)
		if m == nil {
			return nil
		}
		i := slices.IndexFunc(all, func(c config) bool { return c.name == m[1] })
		if i < 0 {
			i, all = len(all), append(all, config{m[1], map[string][]Remote{}})
		}
		all[i].splits[m[2]] = append(all[i].splits[m[2]], f)
	}
	return all
}

// Resolve finds the commit to read: that of the revision, or of what the Hub has converted where it has no Parquet files.
func (c *Client) Resolve(ctx context.Context, id, revision, cache string) (*Snapshot, error) {
	commit, err := c.Commit(ctx, id, revision)
	if err != nil {
		return nil, err
	}
	s, err := c.Snapshot(ctx, id, commit, cache)
	if err != nil || s.HasParquet() || revision != "main" {
		return s, err
	}
	converted, err := c.Commit(ctx, id, Converted)
	if notFound(err) {
		return nil, fmt.Errorf("the dataset %s has no Parquet files, and the Hub has made none of it (%s). Download it, and read it with read_jsonl or read_csv", id, Converted)
	}
	if err != nil {
		return nil, err
	}
	return c.Snapshot(ctx, id, converted, cache)
}
