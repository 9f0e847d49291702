package hclspec_test

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"testing"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
)

var expectation = regexp.MustCompile(`# want (DG\d+) (.*)$`)

func TestManyMistakes(t *testing.T) {
	const dir = "testdata/many"
	_, report := hclspec.Load(dir, hclspec.Options{Now: today})
	var want, got []string
	lines := bufio.NewScanner(bytes.NewReader(report.Sources[dir+"/pipeline.hcl"]))
	for n := 1; lines.Scan(); n++ {
		if m := expectation.FindStringSubmatch(lines.Text()); m != nil {
			want = append(want, fmt.Sprintf("%d: %s %s", n, m[1], m[2]))
		}
	}
	for _, d := range report.Diags {
		got = append(got, fmt.Sprintf("%d: %s %s", d.Subject.Start.Line, diag.CodeOf(d), token(report, *d.Subject)))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%q\nwant\n%q\n%s", got, want, text(report))
	}
}
