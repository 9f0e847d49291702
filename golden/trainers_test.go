package golden

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shape checks a value against a shape as a trainer's documentation has it, in which "text" may be empty, "said" may not, and a
// list is one of messages whose roles take turns up to the last one that it names.
func shape(t *testing.T, where string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s is %v, and no object", where, got)
			return
		}
		for name, inner := range want {
			value, there := object[name]
			if !there {
				t.Errorf("%s has no %s: %v", where, name, got)
				continue
			}
			shape(t, where+"."+name, value, inner)
		}
	case string:
		text, isText := got.(string)
		label, isBool := got.(bool)
		switch {
		case want == "bool" && isBool, want == "text" && isText, want == "said" && isText && strings.TrimSpace(text) != "":
		default:
			t.Errorf("%s is no %s: %v %v", where, want, got, label)
		}
	case []string:
		talk(t, where, got, want[0])
	}
}

// talk checks messages: a system's perhaps, then user and assistant in turns up to one of the role last.
func talk(t *testing.T, where string, got any, last string) {
	t.Helper()
	list, _ := got.([]any)
	var roles []string
	for _, m := range list {
		shape(t, where, m, map[string]any{"role": "said", "content": "said"})
		message, _ := m.(map[string]any)
		role, _ := message["role"].(string)
		roles = append(roles, role)
	}
	if len(roles) > 0 && roles[0] == "system" {
		roles = roles[1:]
	}
	for i, role := range roles {
		if role != []string{"user", "assistant"}[i%2] {
			t.Errorf("%s has the roles %v", where, roles)
		}
	}
	if len(roles) == 0 || roles[len(roles)-1] != last {
		t.Errorf("%s has the roles %v, and does not end with %s", where, roles, last)
	}
}

// documented are the shapes of rows as Axolotl and LLaMA-Factory document them, by dataset of the golden case.
var documented = map[string]map[string]any{
	// Axolotl, docs/rlhf: chat_template.default
	"axolotl-default": {"messages": []string{"user"}, "chosen": map[string]any{"role": "said", "content": "said"}, "rejected": map[string]any{"role": "said", "content": "said"}},
	// chatml.intel
	"axolotl-intel": {"system": "text", "question": "said", "chosen": "said", "rejected": "said"},
	// ORPO: chat_template.argilla
	"orpo": {"chosen": []string{"assistant"}, "rejected": []string{"assistant"}},
	// Axolotl, docs/dataset-formats/conversation: chat_template
	"chat": {"messages": []string{"assistant"}},
	// LLaMA-Factory, data/README: sharegpt and alpaca, for fine-tuning, preference and KTO
	"llamafactory-sharegpt": {"conversations": []string{"user"}, "chosen": map[string]any{"role": "said", "content": "said"}, "rejected": map[string]any{"role": "said", "content": "said"}},
	"llamafactory-alpaca":   {"instruction": "said", "input": "text", "chosen": "said", "rejected": "said", "system": "text"},
	"alpaca":                {"instruction": "said", "input": "text", "output": "said", "system": "text"},
	"sharegpt-kto":          {"conversations": []string{"assistant"}, "label": "bool"},
}

// What is written for trainers has the shape that they document.
func TestTrainersShapes(t *testing.T) {
	for name, want := range documented {
		files, err := filepath.Glob("trainers/want/datasets/" + name + "/data/*")
		if err != nil || len(files) == 0 {
			t.Errorf("no files of %s: %v", name, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(text)) {
				var row any
				if err := json.Unmarshal([]byte(line), &row); err != nil {
					t.Fatal(err)
				}
				shape(t, name, row, want)
			}
		}
	}
}

// LLaMA-Factory finds the files and the columns that dataset_info.json names.
func TestTrainersInfo(t *testing.T) {
	found, err := filepath.Glob("trainers/want/datasets/*/dataset_info.json")
	if err != nil || len(found) != 4 {
		t.Fatalf("dataset_info.json are %q, %v", found, err)
	}
	keys := []string{"prompt", "query", "response", "system", "chosen", "rejected", "kto_tag", "messages"}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]struct {
			File       string            `json:"file_name"`
			Formatting string            `json:"formatting"`
			Ranking    bool              `json:"ranking"`
			Columns    map[string]string `json:"columns"`
			Tags       map[string]string `json:"tags"`
		}
		if err := json.Unmarshal(text, &all); err != nil || len(all) == 0 {
			t.Fatal(path, err)
		}
		folder := filepath.Dir(path)
		for name, info := range all {
			pair := info.Columns["chosen"] != "" && info.Columns["rejected"] != ""
			row := firstRow(t, filepath.Join(folder, filepath.FromSlash(info.File)))
			for key, column := range info.Columns {
				if _, ok := row[column]; !ok || !slices.Contains(keys, key) {
					t.Errorf("%s of %s says that %s is %s, and rows have %v", name, path, key, column, row)
				}
			}
			if info.Ranking != pair || (info.Formatting == "sharegpt") != (info.Tags["user_tag"] == "user" && info.Tags["role_tag"] == "role") {
				t.Errorf("%s of %s is %+v", name, path, info)
			}
		}
	}
}

// firstRow reads the first row of a file or folder; Parquet is recorded as JSON lines.
func firstRow(t *testing.T, path string) (row map[string]any) {
	t.Helper()
	for _, pattern := range []string{path, path + ".jsonl", path + "/*"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				continue // a folder
			}
			line, _, _ := strings.Cut(string(text), "\n")
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			return row
		}
	}
	t.Errorf("%s is not there", path)
	return nil
}
