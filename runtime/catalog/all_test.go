package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/prompt"
	"github.com/distigen/distigen/templates"
)

var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// Every component is declared whole. When one is not, the failure says what to do next.
func TestAll(t *testing.T) {
	names := map[string]bool{}
	for _, c := range All() {
		t.Run(c.Name, func(t *testing.T) {
			if !snake.MatchString(c.Name) {
				t.Errorf("Name is %q: write it in snake_case", c.Name)
			}
			if names[c.Name] {
				t.Error("Name is taken: choose another")
			}
			names[c.Name] = true
			file := strings.TrimPrefix(c.Params.PkgPath(), "github.com/distigen/distigen/") + "/" + c.Name + ".go"
			if _, err := os.Stat("../../" + file); err != nil {
				t.Errorf("move the declaration to %s", file)
			}
			if !slices.Contains(categories, c.Category) {
				t.Errorf("Category is %q: take one of %v, or add to the list in runtime/catalog/catalog.go and in the docs", c.Category, categories)
			}
			if c.Summary == "" || strings.HasSuffix(c.Summary, ".") || len(c.Summary) > 90 {
				t.Errorf("Summary is %q: write one line of at most 90 characters, without a full stop", c.Summary)
			}
			if len(c.Doc) < 100 || !strings.HasSuffix(c.Doc, ".") {
				t.Error("Doc is missing or short: write a paragraph on what it reads, what it makes, and what can fail")
			}
			if !strings.Contains(c.Example, `step "`+c.Name+`"`) || !strings.HasPrefix(c.Example, "pipeline ") {
				t.Errorf("Example: write a whole pipeline that has a step %q", c.Name)
			}
			for name := range c.Files {
				named := name
				if path.Ext(name) == ".go" {
					named = "./" + path.Dir(name) + "." // a function of the package
				}
				if !strings.Contains(c.Example, named) {
					t.Errorf("Files has %s, which the example does not read: remove one or use the other", name)
				}
			}
			checkParams(t, c)
			checkPorts(t, c)
			if checkRun(t, c) && c.Task {
				checkPrompts(t, c)
			}
		})
	}
}

func checkParams(t *testing.T, c component.Component) {
	seen := map[string]bool{}
	for _, p := range component.ParamsOf(c.Params) {
		if seen[p.Name] || !snake.MatchString(p.Name) {
			t.Errorf("parameter %q: its name is taken or not in snake_case", p.Name)
		}
		seen[p.Name] = true
		if p.Doc == "" && p.Type != reflect.TypeFor[llm.Generation]() {
			t.Errorf("parameter %s: say in its doc tag what it does", p.Name)
		}
		if p.Required && p.Default != "" {
			t.Errorf("parameter %s is required and has a default: remove one of the two", p.Name)
		}
		if len(p.Enum) > 0 && !slices.Contains(p.Enum, p.Default) && !p.Required {
			t.Errorf("parameter %s: its default %q is not in its enum", p.Name, p.Default)
		}
		if p.Default == "" {
			continue
		}
		if zeroIsLegal(p) {
			t.Errorf("parameter %s: its zero value is legal, and would become its default %s. Make it a pointer", p.Name, p.Default)
		}
		switch p.Type.Kind() {
		case reflect.Slice:
			if err := json.Unmarshal([]byte(p.Default), reflect.New(p.Type).Interface()); err != nil {
				t.Errorf("parameter %s: write its default as a JSON list: %v", p.Name, err)
			}
		case reflect.Int, reflect.Float64:
			f, err := strconv.ParseFloat(p.Default, 64)
			if err != nil || p.Min != nil && f < *p.Min || p.Max != nil && f > *p.Max {
				t.Errorf("parameter %s: its default %s is no number, or out of its range", p.Name, p.Default)
			}
		}
	}
	_, embeds := c.Params.FieldByName("Task")
	if embeds != c.Task {
		t.Error("Task must be true if and only if the parameters embed llm.Task")
	}
	if _, embeds := c.Params.FieldByName("Embedding"); embeds != c.Embeds {
		t.Error("Embeds must be true if and only if the parameters embed llm.Embedding")
	}
}

// zeroIsLegal reports whether a parameter that has a default may be zero as well, which a field of its own type cannot
// tell from one that is not set.
func zeroIsLegal(p component.Param) bool {
	switch p.Type.Kind() {
	case reflect.Int, reflect.Float64:
		return p.Default != "0" && (p.Min == nil || *p.Min <= 0)
	case reflect.Bool:
		return p.Default == "true"
	}
	return false
}

// What a model block takes is declared as well as what a component takes.
func TestModelParams(t *testing.T) {
	for _, p := range component.ParamsOf(reflect.TypeFor[llm.Model]()) {
		if p.Default != "" && zeroIsLegal(p) {
			t.Errorf("parameter %s: its zero value is legal, and would become its default %s. Make it a pointer", p.Name, p.Default)
		}
	}
}

func checkPorts(t *testing.T, c component.Component) {
	out := map[string]bool{}
	inputs := component.PortsOf(c.In)
	for i, p := range slices.Concat(inputs, component.PortsOf(c.Out)) {
		if p.Doc == "" {
			t.Errorf("column %s: say in its doc tag what it holds", p.Name)
		}
		if p.Needs != "" && !slices.ContainsFunc(inputs, func(in component.Port) bool { return in.Name == p.Needs && in.Missing }) {
			t.Errorf("column %s needs %s, which is no input that may be absent", p.Name, p.Needs)
		}
		if i >= len(inputs) {
			out[p.Name] = true
		}
	}
	if c.Task && !out["model_name"] {
		t.Error("a task makes the column model_name: add it to Out")
	}
	if !c.Code && c.Out == nil && c.Derive == nil && c.Name != "rows" && c.Shape != component.Sink && !hasFormula(c) {
		t.Error("nothing says which columns it makes: set Out or Derive")
	}
	for _, params := range variants(c) {
		if c.Outputs != nil {
			for _, name := range c.Outputs(params) {
				if !out[name] {
					t.Errorf("Outputs names %s, which is not in Out", name)
				}
			}
		}
		if c.Inputs != nil {
			for _, name := range c.Inputs(params) {
				if !slices.ContainsFunc(inputs, func(in component.Port) bool { return in.Name == name }) {
					t.Errorf("Inputs names %s, which is not in In", name)
				}
			}
		}
	}
}

// hasFormula reports whether the columns follow from expressions over the row.
func hasFormula(c component.Component) bool {
	return slices.ContainsFunc(component.ParamsOf(c.Params), func(p component.Param) bool {
		return p.Type == reflect.TypeFor[component.Formula]() || p.Type == reflect.TypeFor[component.Formulas]()
	})
}

func checkPrompts(t *testing.T, c component.Component) {
	if !takesPrompt(c) {
		if c.Prompt != nil {
			t.Error("the task takes no prompt: remove Prompt")
		}
		return
	}
	if c.Prompt == nil {
		t.Fatal("a task has a default prompt: set Prompt")
	}
	offered := map[string]bool{"json": true}
	replies := map[string]bool{} // what a reply format may read beyond
	if _, ok := c.Params.MethodByName("Form"); ok {
		replies["form"], replies["lines"] = true, true
	}
	for _, p := range component.PortsOf(c.In) {
		offered[p.Name] = true
	}
	for _, name := range c.Offers {
		if !slices.ContainsFunc(component.ParamsOf(c.Params), func(p component.Param) bool { return p.Name == name }) {
			t.Errorf("Offers names %s, which is no parameter", name)
		}
		offered[name] = true
	}
	for _, name := range c.PerRequest {
		offered[name] = true
	}
	checkOffers(t, c, slices.Collect(maps.Keys(offered)))
	for _, params := range variants(c) {
		for _, suffix := range []string{".md", ".reply.md"} {
			file := "prompts/" + c.Prompt(params) + suffix
			text, err := fs.ReadFile(templates.FS, file)
			if err != nil {
				if suffix == ".md" && !c.UserPrompt {
					t.Errorf("write the default prompt templates/%s", file)
				}
				continue
			}
			tmpl, err := prompt.Parse(string(text), nil)
			if err != nil {
				t.Errorf("templates/%s:%v", file, err)
				continue
			}
			for _, name := range tmpl.Uses() {
				if !offered[name] && (suffix == ".md" || !replies[name]) {
					t.Errorf("templates/%s reads %s, which is neither an input nor among Offers", file, name)
				}
			}
		}
	}
}

// takesPrompt reports whether the user may write the prompt of a task.
func takesPrompt(c component.Component) bool {
	return slices.ContainsFunc(component.ParamsOf(c.Params), func(p component.Param) bool { return p.Name == "prompt" })
}

// checkOffers runs the task with a prompt that reads all that it may.
func checkOffers(t *testing.T, c component.Component, names []string) {
	var text strings.Builder
	text.WriteString("All that it may read: ")
	for _, name := range slices.Sorted(slices.Values(names)) {
		if name != "json" {
			fmt.Fprintf(&text, "{{ .%s }}|", name)
		}
	}
	params := reflect.New(c.Params).Elem()
	params.FieldByName("Prompt").SetString(text.String())
	in := reflect.New(c.In).Elem()
	for _, p := range component.PortsOf(c.In) {
		if p.MinLen > 0 { // as many elements as the task wants
			fill(in.FieldByName(p.Field), p.MinLen)
		}
	}
	m := new(counter)
	component.SetDefaults(params)
	for _, p := range component.ParamsOf(c.Params) {
		if p.Required && p.Type.Kind() == reflect.Int && p.Min != nil {
			params.FieldByIndex(p.Index).SetInt(int64(*p.Min))
		}
	}
	out := params.MethodByName("Run").Call([]reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(llm.Asker(m)), in})
	if *m == 0 {
		t.Errorf("Run does not hand all inputs and all of Offers to Messages: %v", out[1])
	}
}

// fill makes a list of n elements that differ. Its texts have numbers at their ends, as answers to a problem do.
func fill(list reflect.Value, n int) {
	list.Set(reflect.MakeSlice(list.Type(), n, n))
	for i := range n {
		switch e := list.Index(i); e.Kind() {
		case reflect.String:
			e.SetString(fmt.Sprint("The answer is: ", i))
		case reflect.Slice:
			fill(e, n+1)
		}
	}
}

// counter counts the times that it is asked, and has no good answer.
type counter int

func (c *counter) Ask(_ context.Context, _ []llm.Message, _ *llm.Schema, accept func(string) error) (llm.Reply, error) {
	*c++
	return llm.Reply{}, accept("no good")
}

// variants are the parameters of a component with their defaults, and with each value of each enum once.
func variants(c component.Component) []any {
	defaults := func() reflect.Value {
		v := reflect.New(c.Params).Elem()
		component.SetDefaults(v)
		return v
	}
	all := []any{defaults().Interface()}
	for _, p := range component.ParamsOf(c.Params) {
		for _, value := range p.Enum {
			v := defaults()
			v.FieldByIndex(p.Index).SetString(value)
			all = append(all, v.Interface())
		}
	}
	return all
}

var (
	contextGo  = reflect.TypeFor[context.Context]()
	askerGo    = reflect.TypeFor[llm.Asker]()
	embedderGo = reflect.TypeFor[llm.Embedder]()
	errorGo    = reflect.TypeFor[error]()
)

// checkRun finds out whether the generated code can call the component.
func checkRun(t *testing.T, c component.Component) bool {
	shapes := []component.Shape{component.Source, component.Map, component.FlatMap, component.Filter, component.Join, component.Global, component.Sink}
	if !slices.Contains(shapes, c.Shape) {
		t.Errorf("Shape is %q: set it to one of component.Source, Map, FlatMap, Filter, Join, Global, Sink", c.Shape)
	}
	if c.In == nil || c.Out == nil {
		return true
	}
	in, want := []reflect.Type{c.In}, fmt.Sprintf("Run(in %s) (%s, error)", c.In.Name(), c.Out.Name())
	if c.Embeds {
		in, want = []reflect.Type{contextGo, embedderGo, c.In}, fmt.Sprintf("Run(ctx context.Context, ask llm.Embedder, in %s) (%s, error)", c.In.Name(), c.Out.Name())
	}
	if c.Task {
		in, want = []reflect.Type{contextGo, askerGo, c.In}, fmt.Sprintf("Run(ctx context.Context, ask llm.Asker, in %s) (%s, error)", c.In.Name(), c.Out.Name())
		if _, ok := c.In.FieldByName("Vars"); !ok && takesPrompt(c) {
			t.Errorf("add the field Vars llm.Vars to %s, and hand it to Messages: a prompt of the user's may read further columns", c.In.Name())
			return false
		}
	}
	if c.Shape == component.Global {
		return true // the generated code of its example shows whether it fits
	}
	out := c.Out
	if c.Shape == component.FlatMap {
		out, want = reflect.SliceOf(c.Out), fmt.Sprintf("Run(in %s) ([]%s, error)", c.In.Name(), c.Out.Name())
	}
	run, ok := c.Params.MethodByName("Run")
	if !ok || !run.Type.AssignableTo(reflect.FuncOf(append([]reflect.Type{c.Params}, in...), []reflect.Type{out, errorGo}, false)) {
		t.Errorf("%s needs the method %s, on the value and not on a pointer", c.Params.Name(), want)
		return false
	}
	if rows, ok := c.Params.MethodByName("Rows"); c.Flattens != nil && (!ok || rows.Type != reflect.FuncOf([]reflect.Type{c.Params, c.Out}, []reflect.Type{reflect.SliceOf(c.Out)}, false)) {
		t.Errorf("%s needs the method Rows(out %s) []%s, since its parameters may flatten replies", c.Params.Name(), c.Out.Name(), c.Out.Name())
	}
	return true
}

// Every declaration is in a list: that of its package, or the one here.
func TestListed(t *testing.T) {
	var sources []string
	for _, pattern := range []string{"../*/*.go", "../*/*/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, found...)
	}
	var declared []string
	listed := map[string]bool{}
	for _, source := range sources {
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			switch {
			case !ok || f.Recv != nil:
			case f.Name.Name == "All":
				for _, name := range called(f) {
					listed[within(file, name)] = true
				}
			case declares(f):
				declared = append(declared, within(file, f.Name.Name))
			}
		}
	}
	for _, name := range declared {
		if pkg, fn, _ := strings.Cut(name, "."); !listed[name] && pkg == "steps" {
			t.Errorf("add %s() to All in runtime/steps/steps.go", fn)
		} else if !listed[name] {
			t.Errorf("add %s() to All in runtime/catalog/catalog.go", name)
		}
	}
	if len(declared) != len(All()) {
		t.Errorf("%d declarations, %d listed", len(declared), len(All()))
	}
}

// within is a name with that of its package.
func within(file *ast.File, name string) string {
	if strings.Contains(name, ".") {
		return name
	}
	return file.Name.Name + "." + name
}

// called lists the functions that a function calls.
func called(f *ast.FuncDecl) (names []string) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			names = append(names, fun.Name)
		case *ast.SelectorExpr:
			if pkg, ok := fun.X.(*ast.Ident); ok {
				names = append(names, pkg.Name+"."+fun.Sel.Name)
			}
		}
		return true
	})
	return names
}

// declares reports whether a function without arguments returns a declaration.
func declares(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Params.List) > 0 {
		return false
	}
	s, ok := f.Type.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Component"
}
