package steps

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// cells is what has been seen of the cells of a CSV column.
type cells struct {
	seen, empty          bool
	notInt, notFloat     bool
	notBool, tooLongInts bool
}

// InferCSV finds the columns of CSV files and their types, from their first sample records, or from all if sample is 0. Each file
// has the columns of the first one. An empty cell is null, and makes its column optional. It is the compiler that calls this.
func InferCSV(files []source.File, separator string, sample int, names ...string) ([]component.Column, error) {
	doc := ""
	if sample == 0 && sizeOf(files) > inferWhole {
		sample = inferLines
		doc = fmt.Sprintf("Typed from the first %d records.", inferLines)
	}
	var header []string
	var seen []cells
	total := 0
	for _, file := range files {
		t, err := openTable(file, separator, names...)
		if err != nil {
			return nil, err
		}
		if header == nil {
			header, seen = t.header, make([]cells, len(t.header))
		}
		err = otherSeparator(t)
		if err == nil {
			err = sameHeader(files[0].Shown, header, t)
		}
		if err == nil && (sample == 0 || total < sample) {
			left := sample - total
			var n int
			n, err = addTable(t, header, seen, left)
			total += n
		}
		t.close()
		if err != nil {
			return nil, err
		}
	}
	if total == 0 {
		if len(names) > 0 {
			return nil, fmt.Errorf("%s has no records", files[0].Shown)
		}
		return nil, fmt.Errorf("%s has no records after its first line, which names the columns", files[0].Shown)
	}
	var columns []component.Column
	for i, name := range header {
		columns = append(columns, component.Column{Name: name, Type: seen[i].typ(), Doc: doc})
	}
	return columns, nil
}

// otherSeparator tells where a file seems to have another separator than the one that was looked for.
func otherSeparator(t *table) error {
	for _, name := range slices.Sorted(maps.Keys(separators)) {
		if len(t.header) == 1 && strings.ContainsRune(t.header[0], separators[name]) {
			return fmt.Errorf("%s has the single column %q. Say separator = %q", t.file.Shown, t.header[0], name)
		}
	}
	return nil
}

// sameHeader refuses a file that has not the columns of the first one, in whatever order.
func sameHeader(first string, header []string, t *table) error {
	for _, name := range header {
		if !slices.Contains(t.header, name) {
			return fmt.Errorf("%s has no column %q, which %s has", t.file.Shown, name, first)
		}
	}
	for _, name := range t.header {
		if !slices.Contains(header, name) {
			return fmt.Errorf("%s has the column %q, which %s has not", t.file.Shown, name, first)
		}
	}
	return nil
}

// addTable adds the records of a file, at most left of them unless it is not above 0, and says how many they were.
func addTable(t *table, header []string, seen []cells, left int) (n int, err error) {
	at := make([]int, len(t.header)) // the column of each field
	for i, name := range t.header {
		at[i] = slices.Index(header, name)
	}
	for ; left <= 0 || n < left; n++ {
		fields, _, err := t.next()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, fmt.Errorf("%s:%d: %w", filepath.Base(t.file.Shown), t.line, err)
		}
		if t.named && n == 0 && slices.Equal(fields, t.header) {
			return n, fmt.Errorf("the first line of %s names the columns. Leave out names", t.file.Shown)
		}
		for i, text := range fields {
			if !utf8.ValidString(text) {
				return n, fmt.Errorf("%s:%d: column %q is not UTF-8", filepath.Base(t.file.Shown), t.line, t.header[i])
			}
			seen[at[i]].note(text)
		}
	}
	return n, nil
}

func (c *cells) note(text string) {
	if text == "" {
		c.empty = true
		return
	}
	c.seen = true
	if !c.notInt || !c.notFloat {
		_, decimal := source.ParseFloat(text)
		_, err := strconv.ParseInt(text, 10, 64)
		padded := isPadded(text)
		c.notFloat = c.notFloat || !decimal || padded
		c.notInt = c.notInt || err != nil || padded
		c.tooLongInts = c.tooLongInts || decimal && err != nil && !strings.ContainsAny(text, ".eE")
	}
	if _, ok := source.ParseBool(text); !ok {
		c.notBool = true
	}
}

// isPadded reports whether a number has zeros or a sign before it that would be lost: codes such as 007 and +49 are texts.
func isPadded(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return strings.HasPrefix(text, "+") || len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9'
}

// typ is the type of the column. Whole numbers that no int can hold are texts, so that no digit is lost.
func (c *cells) typ() component.Type {
	t := component.Of(component.String)
	switch {
	case !c.seen:
	case !c.notInt:
		t = component.Of(component.Int)
	case !c.notFloat && !c.tooLongInts:
		t = component.Of(component.Float)
	case !c.notBool:
		t = component.Of(component.Bool)
	}
	t.Optional = c.empty || !c.seen
	return t
}
