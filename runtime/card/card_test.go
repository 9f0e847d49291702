package card

import (
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/dataset"
)

// What anybody wrote can end neither a fence, a cell, a label nor the front matter.
func TestNothingBreaksOut(t *testing.T) {
	bad := "x\n---\n```\n````<script>alert(1)</script>|\" # `*_[a](b)"
	c := Card{Name: bad, Description: bad, Config: "default", Extension: "parquet", Rows: 1, Sample: bad, Made: dataset.Made{Pipeline: bad, Simulated: true},
		Splits: []Split{{"train", 1}}, Steps: []Step{{Name: bad, Model: bad}}, Models: []Model{{bad, bad, bad, bad}}, Settings: []Setting{{bad, bad}},
		Prompts: []Prompt{{bad, bad}}, Rejects: []Class{{bad, 1}}, Cost: "1 call"}
	var out strings.Builder
	if err := c.Write(&out); err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(out.String(), "\n---\n", 2)
	if len(parts) != 2 || !strings.Contains(parts[0], "configs:") || !strings.Contains(parts[0], `pretty_name: "x\n---\n`) {
		t.Fatalf("the front matter is broken:\n%s", out.String())
	}
	fence := ""
	for line := range strings.Lines(parts[1]) {
		line = strings.TrimRight(line, "\n")
		switch {
		case fence == "" && strings.HasPrefix(line, "```"):
			fence = strings.TrimRight(line, "abcdefghijklmnopqrstuvwxyz")
		case fence != "" && line == fence:
			fence = ""
		case fence == "" && (strings.Contains(line, "<script") || line == "---"):
			t.Errorf("outside of all fences: %s", line)
		case fence == "```" && strings.Contains(line, "<script"): // the picture
			t.Errorf("in the picture: %s", line)
		}
	}
	if fence != "" {
		t.Error("a fence is not closed")
	}
	if !strings.Contains(parts[1], "SIMULATED") {
		t.Error("it does not say that it is simulated")
	}
}

func TestSize(t *testing.T) {
	for rows, want := range map[int64]string{0: "n<1K", 999: "n<1K", 1000: "1K<n<10K", 123_456: "100K<n<1M", 5e9: "1B<n<10B"} {
		if got := (&Card{Rows: rows}).Size(); got != want {
			t.Errorf("%d rows: %s", rows, got)
		}
	}
}
