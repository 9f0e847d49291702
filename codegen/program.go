package codegen

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// program is the plan in the shape of the Go program: names given, row types made, nothing left but to print.
type program struct {
	plan    *hclspec.Plan
	opts    Options
	names   *scope // of the package and of the variables in wire
	paths   *fileScope
	fixed   map[string]string // paths of the files that every program has, by name
	rows    []*rowType
	objects []*objectType
	models  []*model
	steps   []*step
	prompts []*promptFile
	replies []*replyType
	// What functions of the user's need beyond their steps.
	args       []*argsType
	converters []*converter
	functions  string // the file that has them; empty where there is none
	files      []File
}

// rowType is a struct for the rows after one or more steps.
type rowType struct {
	name    string
	after   []string            // addresses of the steps
	makers  map[string][]string // of each column
	fields  []field
	branch  string // the join that reads branches in this struct; empty for rows
	columns string // names and types, by which row types are told apart
}

// field is a column in its struct.
type field struct {
	component.Column
	goName string
}

// objectType is a struct for the objects of a column.
type objectType struct {
	name   string
	typ    component.Type
	fields []field
}

// model is a model block.
type model struct {
	plan     *hclspec.Model
	settings string // the package's variable
	variable string // in wire
}

// step is a step, or an instance of one.
type step struct {
	*hclspec.Step
	variable string // in wire
	in       []*step
	row      *rowType
	reply    *replyType // nil where a reply has no struct of its own
	code     string     // import path of the user's package whose function does the work
	funcs    []*function
	stream   func() *jen.Statement // the expression in wire that makes the step's stream
}

// function is a function of a step's file. Instances that have the same one share it.
type function struct {
	role  string // its part in the step: new, read, add, make, join, branch, reply
	name  string
	named bool   // it has its name already
	text  string // of a regular expression
	decl  func(name string) decl
}

func newProgram(plan *hclspec.Plan, opts Options) (*program, error) {
	p := &program{plan: plan, opts: opts, names: newScope(predeclared...), paths: &fileScope{map[string]bool{}}}
	for _, pkg := range p.packages() {
		p.names.taken[path.Base(pkg)] = true
	}
	for _, path := range opts.Taken {
		p.paths.taken[strings.ToLower(path)] = true
	}
	p.paths.taken["custom.go"], p.paths.taken["pipeline_test.go"] = true, true
	p.fixed = map[string]string{}
	for _, name := range []string{"main", "models", "pipeline", "rows"} {
		p.fixed[name] = p.paths.pick(name, ".go")
	}
	byPlan := map[*hclspec.Step]*step{}
	for _, s := range plan.Steps {
		st := &step{Step: s, variable: p.local(s.Name, s.Key, "Step")}
		for _, from := range s.From {
			st.in = append(st.in, byPlan[from])
		}
		byPlan[s] = st
		p.steps = append(p.steps, st)
	}
	for _, m := range plan.Models {
		v := p.local(m.Name, "", "Model")
		p.models = append(p.models, &model{plan: m, variable: v, settings: p.names.pick(unexported(m.Name)+"Model", unexported(m.Name)+"ModelSettings")})
	}
	for _, s := range p.steps {
		if s.Decl.Shape == component.Sink { // it makes no rows
			continue
		}
		if err := p.addRow(s); err != nil {
			return nil, err
		}
	}
	for _, s := range p.steps {
		if err := p.addFormulaObjects(s); err != nil {
			return nil, fmt.Errorf("step %s: %w", s.Addr(), err)
		}
	}
	for _, s := range p.steps {
		if err := p.define(s); err != nil {
			return nil, fmt.Errorf("step %s: %w", s.Addr(), err)
		}
	}
	p.shareFunctions()
	return p, nil
}

// packages lists those of the components.
func (p *program) packages() (paths []string) {
	for _, s := range p.plan.Steps {
		for _, f := range s.Functions() {
			paths = append(paths, p.importPath(f))
		}
		if s.Func != nil {
			continue
		}
		if pkg := reflect.TypeOf(s.Params).PkgPath(); pkg != "" { // where rows go into or come out of a module there is none
			paths = append(paths, pkg)
		}
	}
	return paths
}

// local names a variable of wire.
func (p *program) local(name, key, suffix string) string {
	v := unexported(name) + keyName(key)
	if isKeyword(v) {
		return p.names.pick(v + suffix)
	}
	return p.names.pick(v, v+suffix)
}

// keyName is the part of a name that stands for an instance.
func keyName(key string) string {
	if key == "" {
		return ""
	}
	return exported(key)
}

// keyFor is the instance that a name has to tell: none where all instances of the step have the same.
func (p *program) keyFor(s *step, same func(*step) bool) string {
	for _, other := range p.steps {
		if other.Name == s.Name && !same(other) {
			return s.Key
		}
	}
	return ""
}

// columnsOf tells the columns of a step's rows, and what they are.
func columnsOf(s *step) string {
	var columns strings.Builder
	for _, c := range s.Row {
		fmt.Fprintf(&columns, "%q %s\n", c.Name, c.Type)
	}
	return columns.String()
}

// addRow gives a step the struct of its rows.
func (p *program) addRow(s *step) error {
	columns := columnsOf(s)
	n := slices.IndexFunc(p.rows, func(r *rowType) bool { return r.columns == columns })
	if n < 0 {
		n = len(p.rows)
		r := &rowType{columns: columns, makers: map[string][]string{}}
		key := p.keyFor(s, func(other *step) bool { return columnsOf(other) == columns })
		r.name = p.names.pick(exported(s.Name) + keyName(key) + "Row")
		var err error
		if r.fields, err = p.fields(s.Row); err != nil {
			return fmt.Errorf("step %s: %w", s.Addr(), err)
		}
		p.rows = append(p.rows, r)
	}
	s.row = p.rows[n]
	s.row.after = append(s.row.after, s.Addr())
	for column, maker := range s.MadeBy {
		if !slices.Contains(s.row.makers[column], maker) {
			s.row.makers[column] = append(s.row.makers[column], maker)
		}
	}
	return nil
}

// fields gives columns the names of struct fields.
func (p *program) fields(columns []component.Column) ([]field, error) {
	names := newScope()
	fields := make([]field, len(columns))
	for i, c := range columns {
		fields[i] = field{c, names.pick(exported(c.Name))}
		if err := p.addObjects(c.Type, c.Name); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// field is the name of the struct field of a column.
func (r *rowType) field(column string) string {
	n := slices.IndexFunc(r.fields, func(f field) bool { return f.Name == column })
	return r.fields[n].goName
}

// typ is the type of a column.
func (r *rowType) typ(column string) component.Type {
	n := slices.IndexFunc(r.fields, func(f field) bool { return f.Name == column })
	return r.fields[n].Type
}

// task returns the settings that the step has as a task, if it is one.
func (s *step) task() (llm.Task, bool) {
	t, ok := s.Params.(interface{ Settings() llm.Task })
	if !ok || !s.Decl.Task && !s.Decl.Embeds {
		return llm.Task{}, false
	}
	return t.Settings(), true
}

// add gives a step a function of its own; shareFunctions names it.
func (s *step) add(role string, decl func(name string) decl) *function {
	f := &function{role: role, decl: decl}
	s.funcs = append(s.funcs, f)
	return f
}

// shareFunctions names the functions of all steps. One that is the same in all instances of a step is named after the
// step, and after the instance otherwise.
func (p *program) shareFunctions() {
	for _, instances := range p.blocks() {
		shareAmong(p.names, instances)
	}
}

// blocks lists the steps of each block: one, or its instances.
func (p *program) blocks() (blocks [][]*step) {
	at := map[string]int{}
	for _, s := range p.steps {
		n, ok := at[s.Name]
		if !ok {
			n, at[s.Name] = len(blocks), len(blocks)
			blocks = append(blocks, nil)
		}
		blocks[n] = append(blocks[n], s)
	}
	return blocks
}

func shareAmong(names *scope, instances []*step) {
	same := func(role string) bool {
		first := ""
		for i, s := range instances {
			f := s.function(role)
			if f == nil {
				return false
			}
			text := f.decl("_").source()
			if i == 0 {
				first = text
			}
			if text != first {
				return false
			}
		}
		return true
	}
	shared := map[string]string{}
	for _, s := range instances {
		for _, f := range s.funcs {
			if f.named {
				continue
			}
			base := f.role + exported(s.Name)
			if len(instances) > 1 && same(f.role) {
				if shared[f.role] == "" {
					shared[f.role] = names.pick(base, base+"Step")
				}
				f.name = shared[f.role]
				continue
			}
			base += keyName(s.Key)
			f.name = names.pick(base, base+"Step")
		}
	}
}

func (s *step) function(role string) *function {
	for _, f := range s.funcs {
		if f.role == role {
			return f
		}
	}
	return nil
}
