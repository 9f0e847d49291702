package hclspec

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
)

// nearKeys warns of a key that stands in some rows in the place of another that looks like it: it is probably misspelt.
func (f *flow) nearKeys(arg string, rows []cty.Value, names []string) {
	in := map[string][]int{} // the rows that have a key
	for n, row := range rows {
		for it := row.ElementIterator(); it.Next(); {
			k, _ := it.Element()
			in[k.AsString()] = append(in[k.AsString()], n)
		}
	}
	for n, b := range names {
		for _, a := range names[:n] {
			if !alike(a, b) || slices.ContainsFunc(in[b], func(row int) bool { return slices.Contains(in[a], row) }) {
				continue
			}
			odd, usual := b, a
			if len(in[a]) < len(in[b]) {
				odd, usual = a, b
			}
			way := fmt.Sprintf("Did you mean %q?", usual)
			if len(in[a]) == len(in[b]) {
				way = "If one of the two is misspelt, correct it."
			}
			at, ok := columnAt(f.i.attrs[arg].Expr, odd)
			if !ok {
				at = f.i.args.rangeOf(arg)
			}
			f.l.warnAt(diag.NearKeys, at, fmt.Sprintf("column %q looks like %q", odd, usual), fmt.Sprintf(
				"Row %d has it, and no row has both. Each is a column of its own, null in the rows without it. %s", in[odd][0]+1, way))
		}
	}
}

// alike reports whether one name may be a misspelling of the other. q1 and q2 are none.
func alike(a, b string) bool {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return -1
			}
			return r
		}, s)
	}
	return diag.Nearest(a, []string{b}) != "" && letters(a) != letters(b)
}
