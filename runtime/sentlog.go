package runtime

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
)

// sentLog is the file that says which rows a place has: what they say, by id. It saves sending again what is there; a line
// that was lost is a row that is sent twice, which changes nothing.
type sentLog struct {
	file *os.File
	has  map[string]string // hashes by id
}

// sentLine is a line of the file. The first one names the place.
type sentLine struct {
	Place string `json:"place,omitempty"`
	ID    string `json:"id,omitempty"`
	Hash  string `json:"hash,omitempty"`
}

// sentPath is where the file of a step is.
func sentPath(dir, step string) string {
	return filepath.Join(dir, "sinks", url.PathEscape(step)+".sent.jsonl")
}

// openSentLog reads what was sent to a place, and begins anew where the file is of another.
func openSentLog(path, place string) (*sentLog, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	l := &sentLog{has: map[string]string{}}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	l.file = file
	end, known := int64(0), false
	scan := bufio.NewReader(file)
	for {
		text, err := scan.ReadBytes('\n')
		if err != nil { // the last line may be torn
			break
		}
		var line sentLine
		if json.Unmarshal(text, &line) != nil || end == 0 && line.Place != place {
			break
		}
		end += int64(len(text))
		known = true
		if line.ID != "" {
			l.has[line.ID] = line.Hash
		}
	}
	if err := file.Truncate(end); err != nil {
		return nil, err
	}
	if _, err := file.Seek(end, 0); err != nil {
		return nil, err
	}
	if !known {
		return l, l.write([]sentLine{{Place: place}})
	}
	return l, nil
}

// there reports whether the place has a row as it is now.
func (l *sentLog) there(r leaving) bool {
	hash, known := l.has[r.id]
	return known && hash == r.hash
}

// add notes rows that the place has from now on.
func (l *sentLog) add(rows []leaving) error {
	lines := make([]sentLine, len(rows))
	for i, r := range rows {
		l.has[r.id] = r.hash
		lines[i] = sentLine{ID: r.id, Hash: r.hash}
	}
	return l.write(lines)
}

func (l *sentLog) write(lines []sentLine) error {
	var all []byte
	for _, line := range lines {
		text, err := json.Marshal(line)
		if err != nil {
			return err
		}
		all = append(append(all, text...), '\n')
	}
	_, err := l.file.Write(all)
	return err
}

func (l *sentLog) close() error { return l.file.Close() }
