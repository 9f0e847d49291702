package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/source"
)

// otherFile says what a file is that has no JSON lines, and how to read it, in whole sentences; "" if it may have some.
// It is the compiler that calls this.
func otherFile(file source.File) string {
	path, shown := file.Path, file.Shown
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return ""
	}
	for magic, kind := range map[string]string{"\x1f\x8b": "compressed by gzip", "PK\x03\x04": "a zip archive", "\x28\xb5\x2f\xfd": "compressed by zstd", "BZh": "compressed by bzip2"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return fmt.Sprintf("It is %s. Unpack it, and name the file that was in it.", kind)
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PAR1")):
		return "It is Parquet. Read it with a step of the component read_parquet."
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "It is text in UTF-16. Convert it to UTF-8."
	case bytes.IndexByte(head, 0) >= 0:
		return "It is no text. JSON lines are text, with one object to a line."
	}
	text := strings.TrimSpace(strings.TrimPrefix(string(head), "\ufeff"))
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.TrimSpace(line)
	way := "Read it with a step of the component rows: rows = %s."
	switch {
	case text == "" || line[0] == '{' && (json.Valid([]byte(line)) || !spansLines(text)), !utf8.ValidString(line):
		return ""
	case line[0] == '{':
		return "It is JSON over several lines, and JSON lines have one object to a line. " + fmt.Sprintf(way, fmt.Sprintf("[jsondecode(file(%q))]", shown))
	case line[0] == '[' && rest != "" && json.Valid([]byte(line)):
		return "" // lines with lists
	case line[0] == '[':
		return "It is a JSON list. " + fmt.Sprintf(way, fmt.Sprintf("jsondecode(file(%q))", shown))
	case strings.EqualFold(filepath.Ext(path), ".csv"), strings.ContainsAny(line, ",;\t"):
		return "It looks like CSV. Read it with a step of the component read_csv."
	}
	return ""
}

// spansLines reports whether a text begins with an object that goes on over several lines, as far as it is known.
func spansLines(text string) bool {
	d := json.NewDecoder(strings.NewReader(text))
	var object json.RawMessage
	switch err := d.Decode(&object); {
	case err == nil:
		return bytes.ContainsRune(object, '\n')
	case err == io.ErrUnexpectedEOF: // it is cut
		return strings.Count(text, "\n") > 1
	}
	return false
}
