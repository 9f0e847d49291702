package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// settings are what this run changes of the pipeline's parameters.
type settings struct {
	given []*setting
}

// setting is one change: step.generate.temperature=0.2. Its target is a step, all instances of a step, or a model.
type setting struct {
	kind  string // step or model
	name  string // generate, or generate[small]
	param string
	text  string
	flag  bool
	known bool // the target exists
}

func (s *setting) target() string { return s.kind + "." + s.name }
func (s *setting) String() string { return s.target() + "." + s.param }

// set takes an argument of --set.
func (s *settings) set(arg string) error {
	kind, rest, _ := strings.Cut(strings.TrimLeft(arg, " \t"), ".")
	name, rest, dotted := cutName(rest)
	param, text, ok := cutParam(rest)
	if !ok || !dotted || param == "" || name == "" || kind != "step" && kind != "model" {
		return fmt.Errorf("--set %s is not understood. Write --set step.NAME.PARAMETER=VALUE or --set model.NAME.PARAMETER=VALUE, "+
			"such as --set step.generate.temperature=0.2", arg)
	}
	s.given = append(s.given, &setting{kind: kind, name: name, param: strings.TrimSpace(param), text: text, flag: true})
	return nil
}

// cutName parts a step's name, whose instance in brackets may hold dots and stand in quotes, from what follows.
func cutName(path string) (name, rest string, ok bool) {
	end := strings.IndexAny(path, "[.=")
	if end < 0 || path[end] != '[' {
		name, rest, ok = strings.Cut(path, ".")
		return name, rest, ok && len(name) <= end
	}
	key, rest, ok := strings.Cut(path[end+1:], "]")
	if !ok {
		return path, "", false
	}
	rest, ok = strings.CutPrefix(rest, ".")
	return path[:end] + "[" + strings.Trim(key, `"`) + "]", rest, ok
}

// cutParam parts a parameter from its value. Of a step in a module, the rest of whose name comes first, the instance may have equals
// signs.
func cutParam(rest string) (param, text string, ok bool) {
	key := 0
	if open, equals := strings.IndexByte(rest, '['), strings.IndexByte(rest, '='); open >= 0 && open < equals {
		key = max(strings.IndexByte(rest, ']'), 0)
	}
	end := strings.IndexByte(rest[key:], '=')
	if end < 0 {
		return rest, "", false
	}
	return rest[:key+end], rest[key+end+1:], true
}

// file takes a parameters file: {"step": {"generate": {"temperature": 0.2}}, "model": {"small": {"name": "..."}}}.
func (s *settings) file(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the parameters file cannot be read: %w", err)
	}
	var kinds map[string]map[string]map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&kinds); err != nil {
		return fmt.Errorf("the parameters file %s is not JSON of the form {\"step\": {\"NAME\": {\"PARAMETER\": VALUE}}, "+
			"\"model\": {...}}: %w", path, err)
	}
	var file []*setting
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if kind != "step" && kind != "model" {
			return fmt.Errorf("the parameters file %s has the key %q; its keys are \"step\" and \"model\"", path, kind)
		}
		for _, name := range slices.Sorted(maps.Keys(kinds[kind])) {
			params := kinds[kind][name]
			for _, param := range slices.Sorted(maps.Keys(params)) {
				file = append(file, &setting{kind: kind, name: name, param: param, text: plain(params[param])})
			}
		}
	}
	s.given = append(file, s.given...)
	return nil
}

// plain is a JSON value as --set takes it: a string without its quotes.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

// applying returns the settings of a step or model, those that override last: the command line comes after the file,
// and an instance after its step.
func (s *settings) applying(kind, name string) []*setting {
	var found []*setting
	if s == nil {
		return nil
	}
	for _, g := range s.given {
		g.meant(kind, name)
		if g.kind == kind && (g.name == name || g.name == baseName(name)) {
			g.known = true
			found = append(found, g)
		}
	}
	rank := func(g *setting) (r int) {
		if g.flag {
			r = 2
		}
		if g.name == name {
			r++
		}
		return r
	}
	slices.SortStableFunc(found, func(a, b *setting) int { return rank(a) - rank(b) })
	return found
}

// meant parts what the user wrote anew where it is of a step or model in a module, whose name has dots: score.judge.temperature.
func (s *setting) meant(kind, name string) {
	if s.kind != kind || !strings.Contains(name, ".") {
		return
	}
	for _, whole := range []string{name, baseName(name)} {
		if param, ok := strings.CutPrefix(strings.ReplaceAll(s.name+"."+s.param, `"`, ""), whole+"."); ok && s.name != whole {
			s.name, s.param = whole, param
			return
		}
	}
}

func baseName(step string) string {
	base, _, _ := strings.Cut(step, "[")
	return base
}

// configure returns the component with its defaults and the settings of this run applied.
func configure[T any](p *Pipeline, kind, name string, comp T) T {
	given := p.settings.applying(kind, name)
	if reflect.TypeOf(comp).Kind() != reflect.Struct {
		if len(given) > 0 && !slices.Contains(p.argued, name) {
			p.problem("%s.%s has no parameters that can be set", kind, name)
		}
		return comp
	}
	ptr := reflect.New(reflect.TypeOf(comp)) // of what an interface holds
	ptr.Elem().Set(reflect.ValueOf(comp))
	component.SetDefaults(ptr.Elem())
	for _, g := range given {
		if err := apply(p, ptr, g); errors.Is(err, errNoEnvName) {
			p.problems = append(p.problems, fmt.Errorf("%s: %w", g, err))
		} else if err != nil {
			p.problems = append(p.problems, fmt.Errorf("%s=%s: %w", g, g.text, err))
		}
	}
	for _, wrong := range checkParams(ptr.Interface()) {
		p.problem("%s.%s: %v", kind, name, wrong)
	}
	return ptr.Elem().Interface().(T)
}

func apply(p *Pipeline, ptr reflect.Value, g *setting) error {
	for _, param := range component.ParamsOf(ptr.Elem().Type()) {
		if param.Name != g.param {
			continue
		}
		if param.Fixed {
			return fmt.Errorf("the columns follow from %s, so that a finished program cannot change it. Change it in the "+
				"pipeline and build again", g.param)
		}
		if param.Type == reflect.TypeFor[llm.Model]() {
			return p.otherModel(ptr.Elem().FieldByIndex(param.Index), g.text)
		}
	}
	return setParam(ptr.Interface(), g.param, g.text)
}

// otherModel has a step ask another of the pipeline's models.
func (p *Pipeline) otherModel(field reflect.Value, name string) error {
	var names []string
	for _, m := range p.models {
		if m.Alias == name {
			field.Set(reflect.ValueOf(m))
			return nil
		}
		names = append(names, m.Alias)
	}
	return fmt.Errorf("there is no model %s%s", name, didYouMean(name, names))
}

// unused reports the settings whose target is not there or takes none.
func (s *settings) unused(p *Pipeline) {
	if s == nil {
		return
	}
	var names []string
	for _, m := range p.models {
		names = append(names, "model."+m.Alias)
	}
	for _, n := range p.nodes {
		if n.hidden || n.verb == "dataset" {
			continue
		}
		names = append(names, "step."+n.step)
		if base := baseName(n.step); base != n.step {
			names = append(names, "step."+base)
		}
	}
	for _, g := range s.given {
		switch {
		case g.known:
		case slices.Contains(names, g.target()):
			p.problem("%s=%s: %s has no parameters that can be set at run time", g, g.text, g.target())
		default:
			p.problem("%s=%s: there is no %s%s", g, g.text, g.target(), didYouMean(g.target(), names))
		}
	}
}
