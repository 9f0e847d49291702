package diag

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// snippet is the line of a place as a terminal shows it, with how many cells stand before the marked part and how many it
// has. Of a line that is too long, what is far from the place is left out.
func snippet(at Place, cells int) (text string, before, length int) {
	head, marked, tail := displayed(at.Snippet[:at.from]), displayed(at.Snippet[at.from:at.to]), displayed(at.Snippet[at.to:])
	if cellsOf(head)+cellsOf(marked)+cellsOf(tail) > cells {
		if cellsOf(head)+cellsOf(marked) >= cells {
			head = lastCells(head, cells/3) // what follows gets the rest of the room
		}
		marked = firstCells(marked, cells-cellsOf(head))
		tail = firstCells(tail, cells-cellsOf(head)-cellsOf(marked))
	}
	return head + marked + tail, cellsOf(head), max(cellsOf(strings.TrimRightFunc(marked, unicode.IsSpace)), 1)
}

const ellipsis = "…"

func lastCells(s string, cells int) string {
	left := cellsOf(s)
	if left <= cells {
		return s
	}
	for from, r := range s {
		if left < cells && runeCells(r) > 0 {
			return ellipsis + s[from:]
		}
		left -= runeCells(r)
	}
	return s
}

func firstCells(s string, cells int) string {
	if cellsOf(s) <= cells {
		return s
	}
	n := 0
	for end, r := range s {
		if n += runeCells(r); n >= cells {
			return s[:end] + ellipsis
		}
	}
	return s
}

// displayed has tabs as spaces, and nothing that would upset a terminal.
func displayed(s string) string { return inLine(strings.ReplaceAll(s, "\t", "    ")) }

// cellsOf is how many columns of a terminal a text takes.
func cellsOf(s string) int {
	n := 0
	var before rune
	flags := 0 // regional indicators in a row; two of them are one flag
	for _, r := range s {
		switch {
		case before == '\u200d': // joined to what stands before
		case r == '\ufe0f': // what stands before is shown as an emoji
			n += 2 - min(runeCells(before), 2)
		case r >= 0x1f1e6 && r <= 0x1f1ff:
			if flags++; flags%2 == 1 {
				n += 2
			}
		default:
			n += runeCells(r)
		}
		if r < 0x1f1e6 || r > 0x1f1ff {
			flags = 0
		}
		before = r
	}
	return n
}

func runeCells(r rune) int {
	switch {
	case r >= 0x1f3fb && r <= 0x1f3ff, unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), r >= 0x1160 && r <= 0x11ff:
		return 0 // tones of skin, combining marks, joiners, the later parts of a syllable of Hangul
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
