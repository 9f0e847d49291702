package runtime

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

type cutArgs struct {
	Limit int     `param:"limit" min:"1"`
	Mark  *string `param:"mark"`
}

func TestArgumentsOfAFunction(t *testing.T) {
	mark := "!"
	tests := []struct {
		file string
		sets []string
		want cutArgs
		err  string
	}{
		{want: cutArgs{Limit: 80}},
		{sets: []string{"step.cut.args.limit=3", "step.cut.args.mark=!"}, want: cutArgs{3, &mark}},
		{file: `{"step": {"cut": {"args": {"limit": 4}}}}`, want: cutArgs{Limit: 4}},
		{sets: []string{"step.cut.args.limit=0"}, err: "a whole number of at least 1"},
		{sets: []string{"step.cut.args.limt=3"}, err: "did you mean limit?"},
		{sets: []string{"step.cut.limit=3"}, err: "there is no parameter limit"},
		{sets: []string{"step.plain.args.limit=3"}, err: "step.plain is a function of Go without arguments"},
	}
	for _, test := range tests {
		s := &settings{}
		if test.file != "" {
			path := t.TempDir() + "/params.json"
			put(t, path, test.file)
			if err := s.file(path); err != nil {
				t.Fatal(err)
			}
		}
		for _, set := range test.sets {
			if err := s.set(set); err != nil {
				t.Fatal(err)
			}
		}
		p := &Pipeline{settings: s}
		args := Args(p, "cut", cutArgs{Limit: 80})
		unset(p, "cut")
		configure(p, "step", "cut", Choose[int](nil)) // as Global does
		unset(p, "plain")
		err := errors.Join(p.problems...)
		switch {
		case test.err == "" && (err != nil || !reflect.DeepEqual(args, test.want)):
			t.Errorf("with %s %v: %+v and %v", test.file, test.sets, args, err)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || len(p.problems) != 1):
			t.Errorf("with %s %v: %v", test.file, test.sets, err)
		}
	}
}

// Null stays null, and what is empty stays empty.
func TestConversions(t *testing.T) {
	if got := Convert([]int{1, 2}, strconv.Itoa); !reflect.DeepEqual(got, []string{"1", "2"}) {
		t.Errorf("list %v", got)
	}
	if got := Convert(nil, strconv.Itoa); got != nil {
		t.Errorf("null is %v", got)
	}
	if got := Convert([]int{}, strconv.Itoa); got == nil || len(got) > 0 {
		t.Errorf("an empty list is %v", got)
	}
	if got := ConvertOrNull(nil, strconv.Itoa); got != nil {
		t.Errorf("null is %q", *got)
	}
	if got := ConvertOrNull(new(3), strconv.Itoa); got == nil || *got != "3" {
		t.Errorf("3 is %v", got)
	}
	if got := NullOrList[int](nil); got != nil {
		t.Errorf("null is %v", got)
	}
	if got := NullOrList(new([]int(nil))); got == nil {
		t.Error("a list without elements is null")
	}
	if got := Floats(nil); got != nil {
		t.Errorf("null is %v", got)
	}
}
