package runtime

import (
	"errors"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// configured wires two instances of a step with the settings of a parameters file and of the command line.
func configured(t *testing.T, file string, sets ...string) (small, large echo, models map[string]llm.Model, err error) {
	t.Helper()
	s := &settings{}
	if file != "" {
		path := filepath.Join(t.TempDir(), "params.json")
		put(t, path, file)
		if err := s.file(path); err != nil {
			return small, large, nil, err
		}
	}
	for _, set := range sets {
		if err := s.set(set); err != nil {
			return small, large, nil, err
		}
	}
	p := &Pipeline{settings: s}
	m := p.Model("small", llm.Model{Provider: "openai", Name: "m-1"})
	p.Model("large", llm.Model{Provider: "openai", Name: "m-2"})
	src := Rows(p, "src", numbered(1))
	small = configure(p, "step", "gen[small]", echo{Task: llm.Task{Model: m}})
	large = configure(p, "step", "gen[la.rge]", echo{Task: llm.Task{Model: m}})
	a := Task(src, "gen[small]", small, same, second)
	b := Task(src, "gen[la.rge]", large, same, second)
	Dataset(Join("join", concat, a, b), "d")
	p.check()
	models = map[string]llm.Model{}
	for _, m := range p.models {
		models[m.Alias] = m
	}
	return small, large, models, errors.Join(p.problems...)
}

func TestSettingsReachTheirStep(t *testing.T) {
	small, large, models, err := configured(t, `{"step": {"gen": {"temperature": 0.5, "prefix": "file "}, "gen[small]": {"temperature": 0.25}}, "model": {"small": {"name": "other"}}}`,
		"step.gen.prefix=a.b=c", `step.gen["la.rge"].temperature=1`, "step.gen[la.rge].model=large")
	if err != nil {
		t.Fatal(err)
	}
	if *small.Temperature != 0.25 || *large.Temperature != 1 || small.Prefix != "a.b=c" || large.Prefix != "a.b=c" {
		t.Errorf("steps are %+v and %+v", small, large)
	}
	if small.Model.Name != "other" || models["small"].Name != "other" || large.Model.Name != "m-2" || models["small"].Alias != "small" {
		t.Errorf("models are %+v, %+v", small.Model, large.Model)
	}
}

// The name of a step or model of a module has that of the module before it.
func TestSettingsInModules(t *testing.T) {
	for set, want := range map[string]string{
		"step.part.gen.prefix=a.b=c":    "a.b=c a.b=c",
		"step.part.gen[x=1].prefix=p":   "p ",
		`step.part.gen["x=1"].prefix=p`: "p ",
		"step.part.gen[y].prefix=p":     " p",
		"step.part.prefix=p":            "there is no step.part",
		"step.gen.prefix=p":             "there is no step.gen",
		"step.part.gen.prefx=p":         "prefx",
		"model.part.small.name=other":   " ",
		"model.part.small.nam=other":    "nam",
	} {
		s := &settings{}
		if err := s.set(set); err != nil {
			t.Errorf("%s: %v", set, err)
			continue
		}
		p := &Pipeline{settings: s}
		m := p.Model("part.small", llm.Model{Provider: "openai", Name: "m-1"})
		src := Rows(p, "src", numbered(1))
		x := configure(p, "step", "part.gen[x=1]", echo{Task: llm.Task{Model: m}})
		y := configure(p, "step", "part.gen[y]", echo{Task: llm.Task{Model: m}})
		Dataset(Join("join", concat, Task(src, "part.gen[x=1]", x, same, second), Task(src, "part.gen[y]", y, same, second)), "d")
		p.check()
		got := x.Prefix + " " + y.Prefix
		if err := errors.Join(p.problems...); err != nil {
			got = err.Error()
		}
		if got != want && (want == " " || !strings.Contains(got, want)) {
			t.Errorf("%s: %s, want %s", set, got, want)
		}
	}
}

func TestCommandLineOverridesFile(t *testing.T) {
	small, large, _, err := configured(t, `{"step": {"gen[small]": {"temperature": 0.25}}}`, "step.gen.temperature=1", "step.gen.temperature=1.5")
	if err != nil || *small.Temperature != 1.5 || *large.Temperature != 1.5 {
		t.Errorf("steps are %+v and %+v, %v", small, large, err)
	}
}

func TestAllWrongSettingsAreTold(t *testing.T) {
	_, _, _, err := configured(t, "", "step.gen.temprature=1", "step.gem.temperature=1", "step.join.x=1", "model.small.nam=x", "step.gen[small].model=lage",
		"step.gen.shape=x", "model.large.max_retries=-1")
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{"temprature", "did you mean step.gen?", "step.join has no parameters", "model.small.nam", "did you mean large?", "build again", "max_retries"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in\n%v", part, err)
		}
	}
}

func TestSettingsAreTakenApart(t *testing.T) {
	for arg, want := range map[string]string{
		"step.a.b=c": "step a b c", "step.a[x=1.5].b=c=d": "step a[x=1.5] b c=d", `step.a["x y"].b= c `: "step a[x y] b  c ", "model.m.generation.top_p=1": "model m generation.top_p 1",
		"step.a": "", "step.a=b": "", "step.a[x.b=c": "", "step.a[x]b=c": "", "steps.a.b=c": "", "step..b=c": "", "step.a.=c": "",
	} {
		var s settings
		got := ""
		if err := s.set(arg); err == nil {
			got = strings.Join([]string{s.given[0].kind, s.given[0].name, s.given[0].param, s.given[0].text}, " ")
		}
		if got != want {
			t.Errorf("%s: %q", arg, got)
		}
	}
}

// A key in the place of the name of its variable is refused, and not shown.
func TestKeysAreNoSettings(t *testing.T) {
	_, _, _, err := configured(t, "", "model.small.api_key_env=sk-secret")
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "name of an environment variable") {
		t.Error(err)
	}
}

func TestParametersFileMustBeOne(t *testing.T) {
	for _, text := range []string{"{", `{"steps": {}}`, `{"step": {"gen": 1}}`, `[]`} {
		if _, _, _, err := configured(t, text); err == nil || !strings.Contains(err.Error(), "params.json") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

type fileSource struct {
	Path string `param:"path" doc:"The file."`
}

func (f fileSource) Read(dir string) iter.Seq2[func(any) error, error] {
	return func(yield func(func(any) error, error) bool) {
		yield(func(row any) error { *row.(*string) = dir + "/" + f.Path; return nil }, nil)
		yield(nil, &llm.RowError{Class: llm.BadRow, Message: "Line 2 does not fit.", Line: 2})
		yield(func(any) error { return &llm.RowError{Class: llm.BadRow, Message: "Line 3 does not fit.", Line: 3} }, nil)
	}
}

func TestSourcesAreConfiguredAndRejectRecords(t *testing.T) {
	s := newStage(t)
	s.program.Wire = func(p *Pipeline) { Dataset(Read[string](p, "src", fileSource{"a"}), "d") }
	if code, _, stderr := s.command("--set", "step.src.path=b", "--base", "folder"); code != exitRejects {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if got := s.file(t, "datasets/d/data/train-00000-of-00001.jsonl"); got != "\"folder/b\"\n" {
		t.Errorf("rows are %s", got)
	}
	if got := s.file(t, "rejects.jsonl"); strings.Count(got, `"class":"bad_row"`) != 2 || !strings.Contains(got, `"line":2,`) || !strings.Contains(got, `"source_row":3,"line":3,`) ||
		strings.Count(got, `"row":null`) != 2 {
		t.Errorf("rejects are %s", got)
	}
	if r := s.record(t); r.Settings["step.src.path"] != "b" || r.Steps[0].Rejected != 2 || r.Steps[0].Out != 1 {
		t.Errorf("run.json is %+v", r)
	}
}

func TestRowsOf(t *testing.T) {
	rows := RowsOf[queried]([]byte("{\"text\":\"a\"}\n{\"text\":\"b\"}\n"))
	if len(rows) != 2 || rows[1].Text != "b" {
		t.Errorf("rows are %+v", rows)
	}
	defer func() {
		if p := recover(); p == nil || !strings.Contains(p.(string), "Row 2") {
			t.Errorf("the panic is %v", p)
		}
	}()
	RowsOf[queried]([]byte("{\"text\":\"a\"}\n{\"txt\":\"b\"}\n"))
}
