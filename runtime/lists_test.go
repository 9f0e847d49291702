package runtime

import (
	"reflect"
	"testing"
)

type listed struct {
	Tags  []string   `json:"tags"`
	Maybe []string   `json:"maybe" null:"ok"`
	Grid  [][]int    `json:"grid"`
	Inner inner      `json:"inner"`
	Parts []inner    `json:"parts"`
	Far   *inner     `json:"far"`
	Holes []*[]int   `json:"holes"`
	Plain string     `json:"plain"`
	Deep  [][]inner  `json:"deep"`
	None  *[]float64 `json:"none"`
}

type inner struct {
	List []int `json:"list"`
}

// No list that may not be null is written as null, and the row itself stays as it is, since others share it.
func TestNilListsAreEmpty(t *testing.T) {
	row := listed{Grid: [][]int{{1}, nil}, Parts: []inner{{}, {List: []int{2}}}, Far: &inner{}, Holes: []*[]int{nil, new([]int)}}
	before, err := encode(row)
	if err != nil {
		t.Fatal(err)
	}
	got, err := encode(newListFiller(reflect.TypeFor[listed]()).fill(row))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"tags":[],"maybe":null,"grid":[[1],[]],"inner":{"list":[]},"parts":[{"list":[]},{"list":[2]}],"far":{"list":[]},` +
		`"holes":[null,[]],"plain":"","deep":[],"none":null}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if after, _ := encode(row); string(after) != string(before) {
		t.Errorf("the row was changed: %s", after)
	}
	whole := inner{List: []int{1}}
	if got := newListFiller(reflect.TypeFor[inner]()).fill(whole); !reflect.DeepEqual(got, whole) {
		t.Errorf("a row without nil lists became %v", got)
	}
}
