package card

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/distigen/distigen/runtime/dataset"
)

// bad ends whatever it stands in, if it can.
const bad = "x\n---\n```\n````<script>alert(1)</script>|\" # `*_[a](b) \u202e\x1b[31m\x7f %%{init: {}}%% ~~a~~ $a$ \\| \r"

func written(t *testing.T, c Card) (front, body string) {
	t.Helper()
	var out strings.Builder
	if err := c.Write(&out); err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(strings.TrimPrefix(out.String(), "---\n"), "\n---\n", 2)
	if len(parts) != 2 {
		t.Fatalf("the front matter is broken:\n%s", out.String())
	}
	return parts[0], parts[1]
}

// What anybody wrote can end neither a fence, a cell, a label nor the front matter.
func TestNothingBreaksOut(t *testing.T) {
	front, body := written(t, Card{Name: bad, Description: bad, License: bad, Tags: []string{bad}, Config: "default", Extension: "parquet", Rows: 1, Sample: []byte(bad),
		Made: dataset.Made{Pipeline: bad, Simulated: true}, Splits: []Split{{"train", 1, 1}}, Steps: []Step{{Name: bad, Model: bad}},
		Models: []Model{{bad, bad, bad, bad}}, Settings: []Setting{{bad, bad}}, Origin: Origin{Files: []string{bad}, Command: bad, Apart: []string{bad}},
		Prompts: []Prompt{{[]string{bad}, bad, bad}}, Rejects: []Class{{bad, 1}}, Cost: "1 call"})
	var says map[string]any
	if err := yaml.Unmarshal([]byte(front), &says); err != nil || says["pretty_name"] != bad || says["license"] != bad || says["tags"].([]any)[3] != bad {
		t.Errorf("the front matter says %q, %v", says, err)
	}
	fence := ""
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\n")
		switch {
		case fence == "" && strings.HasPrefix(line, "```"):
			fence = strings.TrimRight(line, "abcdefghijklmnopqrstuvwxyz")
		case fence != "" && line == fence:
			fence = ""
		case fence == "" && (strings.Contains(line, "<script") || line == "---"):
			t.Errorf("outside of all fences: %s", line)
		case fence == "```" && (strings.Contains(line, "<script") || strings.Contains(line, "%%")): // the picture
			t.Errorf("in the picture: %s", line)
		}
	}
	if fence != "" {
		t.Error("a fence is not closed")
	}
	if strings.ContainsAny(front+body, "\x1b\x7f\r\u202e") {
		t.Error("there are letters that are not seen")
	}
	if !strings.Contains(body, "SIMULATED") {
		t.Error("it does not say that it is simulated")
	}
}

// What the Hub and the library datasets read is in the front matter.
func TestFront(t *testing.T) {
	front, body := written(t, Card{Name: "n", License: "mit", Tags: []string{"maths", "synthetic"}, Config: "default", Extension: "parquet", Rows: 1001, Bytes: 5,
		Splits: []Split{{"train", 1000, 90}, {"null", 1, 10}}, Steps: []Step{{Name: "a", Rows: 1}}, Cost: "1 call"})
	const want = `license: "mit"
pretty_name: "n"
tags:
- "synthetic"
- "distigen"
- "maths"
size_categories:
- 1K<n<10K
dataset_info:
  config_name: "default"
  features:

  splits:
  - name: "train"
    num_bytes: 90
    num_examples: 1000
  - name: "null"
    num_bytes: 10
    num_examples: 1
  download_size: 5
  dataset_size: 100
configs:
- config_name: "default"
  data_files:
  - split: "train"
    path: data/train-*.parquet
  - split: "null"
    path: data/null-*.parquet`
	if front != want {
		t.Errorf("the front matter is\n%s", front)
	}
	for _, want := range []string{"1,001 rows: 1,000 in train, 1 in null.", `n0["a<br/>1 row"]`} {
		if !strings.Contains(body, want) {
			t.Errorf("the card lacks %s:\n%s", want, body)
		}
	}
}

// The sections hold what their titles say.
func TestSections(t *testing.T) {
	_, body := written(t, Card{Description: "- no list\nbut text\n\n# no title", Cost: "2 calls", Origin: Origin{Files: []string{"pipeline/a.hcl"}, Command: "distigen run"},
		Prompts: []Prompt{{[]string{"a", "b"}, "Be brief.", "Why?"}, {[]string{"c"}, "", "How?"}, {[]string{"d"}, "Be kind.", ""}}})
	for _, want := range []string{"\n\n\\- no list but text\n\n\\# no title\n\n", "The whole run made 2 calls.\n\n## The pipeline\n",
		"## Prompts\n\na, b:\n\n```text\nBe brief.\n```\n\nand for each row:\n\n```text\nWhy?\n```\n\nc:\n\n```text\nHow?\n```\n\nd:\n\n```text\nBe kind.\n```\n"} {
		if !strings.Contains(body, want) {
			t.Errorf("the card lacks %q:\n%s", want, body)
		}
	}
}

// A row is shown as JSON that says the same, unless it is too long.
func TestSample(t *testing.T) {
	row := `{"b":"<a> & \u0007 ü","a":[],"n":[1,2.50,null,true],"o":{},"l":[{"x":[[1],["y"]]},{"x":null}]}`
	const want = `{
  "b": "<a> & \u0007 ü",
  "a": [],
  "n": [1, 2.50, null, true],
  "o": {},
  "l": [
    {
      "x": [
        [1],
        [
          "y"
        ]
      ]
    },
    {
      "x": null
    }
  ]
}`
	if got := sample([]byte(row)); got.JSON != want || got.Cut {
		t.Errorf("the row is shown as\n%s", got.JSON)
	}
	long, err := json.Marshal(map[string]any{"list": make([]float32, 1024), "text": strings.Repeat("ü", longestText+7), "texts": strings.Split(strings.Repeat("a ", 30), " ")})
	if err != nil {
		t.Fatal(err)
	}
	got := sample(long)
	if !got.Cut || len(got.JSON) > 2*longestText+1000 {
		t.Errorf("of a long row %d bytes are shown", len(got.JSON))
	}
	var back struct {
		List, Texts []any
		Text        string
	}
	if err := json.Unmarshal([]byte(got.JSON), &back); err != nil {
		t.Fatal(err)
	}
	if last := fmt.Sprint(back.List[longestList], back.Texts[longestList]); last != "… and 1004 more… and 11 more" || !strings.HasSuffix(back.Text, "ü… and 7 more letters") {
		t.Errorf("the ends are %s, %s", last, back.Text[len(back.Text)-40:])
	}
}

func TestSize(t *testing.T) {
	for rows, want := range map[int64]string{0: "n<1K", 999: "n<1K", 1000: "1K<n<10K", 123_456: "100K<n<1M", 5e9: "1B<n<10B"} {
		if got := (&Card{Rows: rows}).Size(); got != want {
			t.Errorf("%d rows: %s", rows, got)
		}
	}
}
