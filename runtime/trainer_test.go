package runtime

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/contract"
	"github.com/distigen/distigen/runtime/dataset"
	"github.com/distigen/distigen/runtime/llm"
)

type asked struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

func forTrainer(rows []asked, form string) func(p *Pipeline) {
	return func(p *Pipeline) {
		Dataset(Rows(p, "src", rows), "default", dataset.Settings{Contract: contract.TRL(form).With(map[string]string{"prompt": "question", "completion": "answer"})})
	}
}

// A row that a trainer cannot learn from is rejected at its dataset, and all books agree on it.
func TestRowsUnfitForTheTrainer(t *testing.T) {
	s := newStage(t)
	s.program.Wire = forTrainer([]asked{{"2 + 2?", "4"}, {"2 + 3?", " "}, {"2 + 4?", "6"}}, "sft")
	code, stdout, stderr := s.command()
	if code != exitRejects || !strings.Contains(stdout, "; 1 row rejected as unfit for trl/sft") {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	if got, want := s.file(t, "datasets/default/data/train-00000-of-00001.jsonl"), `{"prompt":"2 + 2?","completion":"4"}
{"prompt":"2 + 4?","completion":"6"}
`; got != want {
		t.Errorf("the data are\n%s", got)
	}
	if got := s.file(t, "rejects.jsonl"); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"step":"dataset default"`) ||
		!strings.Contains(got, `"class":"empty_text"`) || !strings.Contains(got, `"row":{"question":"2 + 3?","answer":" "}`) {
		t.Errorf("rejects.jsonl is\n%s", got)
	}
	r := s.record(t)
	if r.Totals.Written != 2 || r.Totals.Rejected != 1 || r.Rejects[llm.EmptyText] != 1 || r.Ledger.check() != nil || r.Datasets[0].Rejected != 1 || r.Datasets[0].Trainer != "trl/sft" {
		t.Errorf("run.json is %+v", r)
	}
	var set datasetRecord
	if err := json.Unmarshal([]byte(s.file(t, "datasets/default/dataset.json")), &set); err != nil || len(set.Columns) != 2 || set.Columns[0].Name != "prompt" {
		t.Errorf("dataset.json is %+v, %v", set, err)
	}
	if card := s.file(t, "datasets/default/README.md"); !strings.Contains(card, "SFTTrainer(model=\"MODEL\", train_dataset=data[\"train\"]).train()") {
		t.Errorf("the card is\n%s", card)
	}
}

// A program that was changed so that its rows no longer fit says so before it runs.
func TestRowsThatNoLongerFit(t *testing.T) {
	s := newStage(t)
	s.program.Wire = forTrainer([]asked{{"2 + 2?", "4"}}, "dpo")
	if code, _, stderr := s.command(); code != exitUsage || !strings.Contains(stderr, "dataset default: format trl/dpo needs columns") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
