package component

import "testing"

func TestReadColumn(t *testing.T) {
	c := Columns{In: []Column{{Name: "a", Type: Of(Int)}, {Name: "b", Type: Of(Int).OrNull()}}}
	if col, ok := c.Read("columns[0]", "a", Of(Float)); !ok || col.Type.Kind != Int {
		t.Errorf("a: got %v, %v", col, ok)
	}
	for _, name := range []string{"b", "absent"} {
		if col, ok := c.Read("columns[1]", name, Of(Float)); ok {
			t.Errorf("%s: got %v", name, col)
		}
	}
	if len(c.Uses) != 3 || c.Uses[1].Arg != "columns[1]" {
		t.Errorf("uses are %v", c.Uses)
	}
}

func TestReadColumnOfBranches(t *testing.T) {
	first := Branch{"one", []Column{{Name: "a", Type: Of(Int), Len: 1}, {Name: "b", Type: Of(Int)}, {Name: "c", Type: Of(Int)}}}
	second := Branch{"two", []Column{{Name: "a", Type: Of(Int), Len: 2}, {Name: "b", Type: Of(String)}}}
	c := Columns{Branches: []Branch{first, second}}
	if col, ok := c.Read("columns.a", "a", Of(Int)); !ok || col.Len != 1 {
		t.Errorf("a: got %v, %v", col, ok)
	}
	for _, name := range []string{"b", "c"} {
		if col, ok := c.Read("columns."+name, name, Of(Int)); ok {
			t.Errorf("%s: got %v", name, col)
		}
	}
}
