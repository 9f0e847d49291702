package argilla_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/argilla"
	"github.com/distigen/distigen/runtime/argilla/argillatest"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

func preferences(t *testing.T, s *argillatest.Server) argilla.PreferenceToArgilla {
	t.Setenv("ARGILLA_API_URL", s.URL)
	t.Setenv("ARGILLA_API_KEY", argillatest.Key)
	return argilla.PreferenceToArgilla{Destination: argilla.Destination{Dataset: "maths", Workspace: "admin", APIKeyEnv: "ARGILLA_API_KEY"}, NumGenerations: 3}
}

func rated() argilla.PreferenceToArgillaIn {
	return argilla.PreferenceToArgillaIn{Instruction: "What is 3/4 of 20?", Generations: []string{"15", "12"}, Ratings: &[]int{5, 1}, Rationales: &[]string{"Right.", ""},
		Models: &[]string{"large", "small"}, Judge: llm.Ptr("mistral-large-latest")}
}

func TestPreferenceToArgilla(t *testing.T) {
	s := argillatest.Start(t, "admin")
	p := preferences(t, s)
	to, err := p.Open(t.Context(), component.SinkRun{})
	if err != nil {
		t.Fatal(err)
	}
	bare := argilla.PreferenceToArgillaIn{Instruction: "And of 40?", Generations: []string{"30", "10", "20"}}
	if err := to.Send(t.Context(), []component.SinkRow[argilla.PreferenceToArgillaIn]{{ID: "one", In: rated()}, {ID: "two", In: bare}}); err != nil {
		t.Fatal(err)
	}
	d := s.Dataset("maths")
	var names []string
	for _, list := range [][]map[string]any{d.Fields, d.Questions, d.Metadata} {
		for _, item := range list {
			names = append(names, item["name"].(string))
		}
	}
	if got, want := strings.Join(names, " "), "instruction generations-0 generations-1 generations-2 "+
		"generations-0-rating generations-0-rationale generations-1-rating generations-1-rationale generations-2-rating generations-2-rationale "+
		"generations-0-model generations-1-model generations-2-model"; got != want {
		t.Errorf("the dataset has\n%s\nand not\n%s", got, want)
	}
	if to.Place() != "argilla "+d.ID || !strings.Contains(d.Guidelines, "rate each answer") || strings.Contains(d.Guidelines, "SIMULATED") {
		t.Errorf("%s, %s", to.Place(), d.Guidelines)
	}
	one := d.Records[0]
	if one.ExternalID != "one" || one.Fields["instruction"] != "What is 3/4 of 20?" || one.Fields["generations-1"] != "12" || one.Fields["generations-2"] != nil ||
		one.Metadata["generations-0-model"] != "large" || len(one.Metadata) != 2 || len(one.Suggestions) != 3 {
		t.Errorf("the record is %+v", one)
	}
	if s := one.Suggestions["generations-1-rating"]; s["value"] != 1.0 || s["agent"] != "mistral-large-latest" {
		t.Errorf("the suggestion is %v", s)
	}
	if two := d.Records[1]; len(two.Suggestions) != 0 || len(two.Fields) != 4 {
		t.Errorf("a record without a judge is %+v", two)
	}
}

func TestPreferencesThatDoNotFit(t *testing.T) {
	s := argillatest.Start(t, "admin")
	to, err := preferences(t, s).Open(t.Context(), component.SinkRun{})
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*argilla.PreferenceToArgillaIn){
		"bad_row: The row has 4 answers, and the dataset in Argilla has room for 3": func(in *argilla.PreferenceToArgillaIn) { in.Generations = make([]string, 4) },
		"bad_row: The row has 2 answers and 1 ratings":                              func(in *argilla.PreferenceToArgillaIn) { in.Ratings = &[]int{1} },
		"bad_row: The row has 2 answers and 3 rationales":                           func(in *argilla.PreferenceToArgillaIn) { in.Rationales = &[]string{"", "", ""} },
		"bad_row: The row has 2 answers and 1 generation_models":                    func(in *argilla.PreferenceToArgillaIn) { in.Models = &[]string{""} },
		"out_of_scale: The rating 6 of answer 2 is not from 1 to 5":                 func(in *argilla.PreferenceToArgillaIn) { in.Ratings = &[]int{1, 6} },
	} {
		in := rated()
		change(&in)
		err := to.Send(t.Context(), []component.SinkRow[argilla.PreferenceToArgillaIn]{{ID: "x", In: in}})
		row := (*llm.RowError)(nil)
		if !errors.As(err, &row) || !strings.HasPrefix(string(row.Class)+": "+row.Message, want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if n := s.Count("maths"); n != 0 {
		t.Errorf("%d records were sent", n)
	}
}

// Simulated texts are marked, and never among real ones.
func TestSimulatedToArgilla(t *testing.T) {
	s := argillatest.Start(t, "admin")
	p := preferences(t, s)
	to, err := p.Open(t.Context(), component.SinkRun{Simulated: true})
	if err == nil {
		err = to.Send(t.Context(), []component.SinkRow[argilla.PreferenceToArgillaIn]{{ID: "x", In: rated()}})
	}
	if err != nil {
		t.Fatal(err)
	}
	if d := s.Dataset("maths"); d.Records[0].Metadata["simulated"] != "true" || !strings.HasPrefix(d.Guidelines, "**SIMULATED") {
		t.Errorf("%+v, %s", d.Records[0], d.Guidelines)
	}
	if err := p.Check(t.Context(), component.SinkRun{}); err == nil || !strings.Contains(err.Error(), "holds simulated records") {
		t.Errorf("real records after simulated ones: %v", err)
	}
}

func TestTextGenerationToArgilla(t *testing.T) {
	s := argillatest.Start(t, "argilla")
	t.Setenv("A_KEY", argillatest.Key)
	c := argilla.TextGenerationToArgilla{Destination: argilla.Destination{Dataset: "answers", Workspace: "argilla", APIURL: s.URL, APIKeyEnv: "A_KEY", Guidelines: "Be strict.", Markdown: true}}
	to, err := c.Open(t.Context(), component.SinkRun{})
	if err == nil {
		err = to.Send(t.Context(), []component.SinkRow[argilla.TextGenerationToArgillaIn]{{ID: "1", In: argilla.TextGenerationToArgillaIn{"Why?", "", llm.Ptr("small")}},
			{ID: "2", In: argilla.TextGenerationToArgillaIn{Instruction: "How?", Generation: "So."}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	d := s.Dataset("answers")
	if d.Guidelines != "Be strict." || d.Fields[1]["settings"].(map[string]any)["use_markdown"] != true || d.Records[0].Metadata["generation-model"] != "small" ||
		d.Records[1].Fields["generation"] != "So." || len(d.Questions) != 1 || d.Questions[0]["name"] != "quality" {
		t.Errorf("the dataset is %+v", d)
	}
	if err := c.Check(t.Context(), component.SinkRun{}); err != nil {
		t.Error(err)
	}
}

func TestArgillaOff(t *testing.T) {
	t.Setenv("ARGILLA_API_URL", " ")
	if got := (argilla.Destination{}).Off(); got != "ARGILLA_API_URL is not set." {
		t.Error(got)
	}
	if got := (argilla.Destination{APIURL: "http://x"}).Off(); got != "" {
		t.Error(got)
	}
	t.Setenv("ARGILLA_API_URL", "http://x")
	if got := (argilla.Destination{}).Off(); got != "" {
		t.Error(got)
	}
}
