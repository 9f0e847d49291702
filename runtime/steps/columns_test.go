package steps

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
)

var (
	text  = component.Of(component.String)
	count = component.Of(component.Int)
)

// derived prints what a component derives, one thing to a word.
func derived(c component.Columns) string {
	var out []string
	for _, a := range c.Adds {
		s := fmt.Sprintf("+%s:%s=%s(%s)", a.Column.Name, a.Column.Type, a.Expr.Op, a.Expr.Column)
		if a.Column.Len > 0 {
			s += fmt.Sprintf("x%d", a.Column.Len)
		}
		out = append(out, s)
	}
	for _, d := range c.Drops {
		out = append(out, "-"+d)
	}
	for _, p := range c.Problems {
		out = append(out, "!"+p.Arg+" "+p.Summary)
	}
	return strings.Join(out, " ")
}

func TestExpandColumns(t *testing.T) {
	in := []component.Column{
		{Name: "a", Type: component.ListOf(text)}, {Name: "b", Type: component.ListOf(count), Len: 2}, {Name: "c", Type: component.ListOf(text), Len: 3},
		{Name: "chat", Type: component.Of(component.Messages)}, {Name: "s", Type: text}, {Name: "null", Type: component.ListOf(text).OrNull()},
	}
	for _, c := range []struct {
		names component.Names
		want  string
	}{
		{component.Names{{From: "a", To: "one"}}, "+one:string=element(a)"},
		{component.Names{{From: "a"}}, "+a:string=element(a) -a"},
		{component.Names{{From: "a", To: "a"}}, "+a:string=element(a) -a"},
		{component.Names{{From: "a", To: "x"}, {From: "b", To: "y"}}, "+x:string=element(a) +y:int=element(b)"},
		{component.Names{{From: "b"}, {From: "c"}}, "+b:int=element(b) +c:string=element(c) -b -c !columns[1] lists of different lengths"},
		{component.Names{{From: "b", To: "x"}, {From: "c", To: "y"}}, "+x:int=element(b) +y:string=element(c) !columns.c lists of different lengths"},
		{component.Names{{From: "chat", To: "turn"}}, "+turn:object({content=string, role=string})=element(chat)"},
		{component.Names{{From: "s"}, {From: "nothere"}, {From: "null"}}, ""},
	} {
		cols := component.Columns{In: in}
		expandColumns().Derive(ExpandColumns{c.names}, &cols)
		if got := derived(cols); got != c.want {
			t.Errorf("%v:\ngot  %s\nwant %s", c.names, got, c.want)
		}
		if len(cols.Uses) != len(c.names) {
			t.Errorf("%v: reads %v", c.names, cols.Uses)
		}
	}
}

func TestCombineColumns(t *testing.T) {
	branch := func(label string, typ component.Type) component.Branch {
		return component.Branch{Label: label, Columns: []component.Column{{Name: "generation", Type: text}, {Name: "score", Type: typ}}}
	}
	branches := []component.Branch{branch("generate[small]", count), branch("generate[large]", count)}
	for _, c := range []struct {
		names    component.Names
		branches []component.Branch
		want     string
	}{
		{component.Names{{From: "generation", To: "generations"}}, branches, "+generations:list(string)=gather(generation)x2 -generation"},
		{component.Names{{From: "generation"}, {From: "score"}}, append(branches, branch("third", count)),
			"+grouped_generation:list(string)=gather(generation)x3 +grouped_score:list(int)=gather(score)x3 -generation -score"},
		{component.Names{{From: "score", To: "scores"}}, append(branches, branch("odd", text)), "!columns.score column has another type in each branch"},
		{component.Names{{From: "score", To: "scores"}}, append(branches, branch("kept", count.OrNull())), "!columns.score column may be null on one branch alone"},
		{component.Names{{From: "x", To: "xs"}}, branches, ""},
		{component.Names{{From: "score", To: "scores"}}, append(branches, component.Branch{Label: "bare"}), ""},
	} {
		cols := component.Columns{Branches: c.branches}
		combineColumns().Derive(CombineColumns{c.names}, &cols)
		if got := derived(cols); got != c.want {
			t.Errorf("%v:\ngot  %s\nwant %s", c.names, got, c.want)
		}
	}
}

func TestKeepColumns(t *testing.T) {
	cols := component.Columns{In: []component.Column{{Name: "a", Type: text}, {Name: "b", Type: count}, {Name: "c", Type: text}}}
	keepColumns().Derive(KeepColumns{[]string{"c", "a"}}, &cols)
	if got := derived(cols); got != "-b" || !reflect.DeepEqual(cols.Order, []string{"c", "a"}) {
		t.Errorf("got %s in the order %v", got, cols.Order)
	}
}
