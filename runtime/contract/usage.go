package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/dataset"
)

// Usage writes how a trainer is told of a dataset.
type Usage func(c *Contract, set dataset.Finished) dataset.Guide

// Guide tells how the trainer finds the files.
func (c *Contract) Guide(set dataset.Finished) dataset.Guide {
	g := c.Usage(c, set)
	g.Trainer = c.Trainer
	g.Text = strings.TrimSpace("The rows are `" + c.Name + "` as " + c.Trainer + " [documents it](" + c.Link + "). " + g.Text)
	if len(set.LeftOut) > 0 {
		g.Text += " Left out, since " + c.Trainer + " would take them for something else: `" + strings.Join(set.LeftOut, "`, `") + "`."
	}
	return g
}

const placeholder = "The path is this folder's, or the name of its repository on the Hub."

// trlUsage is the Python that trains with TRL.
func trlUsage(trainer string) Usage {
	return func(_ *Contract, set dataset.Finished) dataset.Guide {
		code := fmt.Sprintf("from datasets import load_dataset\nfrom trl import %s\n\ndata = load_dataset(%q)\n%[1]s(model=\"MODEL\", train_dataset=data[%[3]q]", trainer, set.Path, first(set))
		for _, split := range others(set) {
			code += fmt.Sprintf(", eval_dataset=data[%q]", split)
			break
		}
		return dataset.Guide{Text: placeholder, Kind: "python", Code: code + ").train()"}
	}
}

// axolotlUsage is what goes into Axolotl's configuration: settings of the dataset begin with field_, all others are of the whole.
func axolotlUsage(method, kind string, settings ...string) Usage {
	return func(_ *Contract, set dataset.Finished) dataset.Guide {
		var out strings.Builder
		if method != "" {
			fmt.Fprintf(&out, "rl: %s\n", method)
		}
		field := func(s string) bool { return strings.HasPrefix(s, "field") }
		for _, s := range settings {
			if !field(s) {
				fmt.Fprintln(&out, s)
			}
		}
		entry := func(key, split string) {
			fmt.Fprintf(&out, "%s:\n  - path: %s\n    split: %s\n    type: %s\n", key, set.Path, split, kind)
			for _, s := range settings {
				if field(s) {
					fmt.Fprintf(&out, "    %s\n", s)
				}
			}
		}
		entry("datasets", first(set))
		for _, split := range others(set) {
			entry("test_datasets", split)
			break
		}
		return dataset.Guide{Text: placeholder, Kind: "yaml", Code: strings.TrimSuffix(out.String(), "\n")}
	}
}

// infoKeys are the names that LLaMA-Factory has for the columns of its forms.
var infoKeys = map[string]string{"instruction": "prompt", "input": "query", "output": "response", "system": "system", "chosen": "chosen",
	"rejected": "rejected", "label": "kto_tag", "conversations": "messages"}

// info is an entry of dataset_info.json.
type info struct {
	File       string            `json:"file_name"`
	Formatting string            `json:"formatting"`
	Ranking    bool              `json:"ranking,omitempty"`
	Columns    map[string]string `json:"columns"`
	Tags       map[string]string `json:"tags,omitempty"`
}

// infoUsage is the entry of LLaMA-Factory's dataset_info.json, and the file.
func infoUsage(c *Contract, set dataset.Finished) dataset.Guide {
	formatting, method, _ := strings.Cut(c.Short(), "/")
	of := info{Formatting: formatting, Ranking: method == "dpo", Columns: map[string]string{}}
	for _, out := range c.Forms[0].Writes {
		of.Columns[infoKeys[out.Name]] = out.Name
	}
	if formatting == "sharegpt" {
		of.Tags = map[string]string{"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant", "system_tag": "system"}
	}
	all := map[string]info{}
	var train []string
	for _, split := range splits(set) {
		name := set.Name
		if split != first(set) {
			name += "_" + split
		}
		entries := entriesOf(set, split, name, of)
		maps.Copy(all, entries)
		if split == first(set) {
			train = slices.Sorted(maps.Keys(entries))
		}
	}
	code := indented(all)
	return dataset.Guide{Kind: "json", Code: code, File: code + "\n",
		Text: fmt.Sprintf("Its `%s` lies in this folder, and says this: train with `dataset_dir` set to this folder and `dataset: %s`.", dataset.TrainerFile, strings.Join(train, ","))}
}

// entriesOf are those of a split: LLaMA-Factory reads a file or all files of a folder, so that each file has its own where a folder
// has those of other splits, too.
func entriesOf(set dataset.Finished, split, name string, of info) map[string]info {
	files := set.Files[split]
	if len(files) > 1 && len(set.Files) == 1 {
		of.File = path.Dir(files[0])
		return map[string]info{name: of}
	}
	all := map[string]info{}
	for i, file := range files {
		of.File = file
		if len(files) > 1 {
			all[fmt.Sprintf("%s_%d", name, i)] = of
		} else {
			all[name] = of
		}
	}
	return all
}

func indented(v any) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(v) // texts and bools
	return strings.TrimSuffix(out.String(), "\n")
}

// splits lists those that have rows, the one to train on first.
func splits(set dataset.Finished) []string { return append([]string{first(set)}, others(set)...) }

func first(set dataset.Finished) string {
	names := slices.Sorted(maps.Keys(set.Files))
	if len(names) == 0 || slices.Contains(names, dataset.DefaultSplit) {
		return dataset.DefaultSplit
	}
	return names[0]
}

func others(set dataset.Finished) []string {
	train := first(set)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(set.Files)), func(s string) bool { return s == train })
}
