package simulate

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/distigen/distigen/runtime/simulate/api"
	"github.com/distigen/distigen/runtime/simulate/author"
)

// store holds the files and the batch jobs, in memory.
type store struct {
	mu    sync.Mutex
	made  int
	files []*file
	jobs  []*job
}

// file is a file as the API describes it.
type file struct {
	ID         string `json:"id"`
	Object     string `json:"object"`
	Bytes      int    `json:"bytes"`
	CreatedAt  int64  `json:"created_at"`
	Filename   string `json:"filename"`
	Purpose    string `json:"purpose"`
	SampleType string `json:"sample_type"`
	NumLines   int    `json:"num_lines"`
	Mimetype   string `json:"mimetype"`
	Source     string `json:"source"`

	content []byte
}

// newID names a file or a job. The caller holds the lock.
func (st *store) newID() string {
	st.made++
	return requestID(author.Hash("id", strconv.Itoa(st.made)))
}

// add stores a file. The caller holds the lock.
func (s *sim) addFile(f file, content []byte) *file {
	f.ID, f.Object, f.Bytes, f.CreatedAt, f.content = s.store.newID(), "file", len(content), s.now().Unix(), content
	f.NumLines = bytes.Count(content, []byte("\n"))
	if len(content) > 0 && content[len(content)-1] != '\n' {
		f.NumLines++
	}
	f.Mimetype = "application/jsonl"
	s.store.files = append(s.store.files, &f)
	return &f
}

// findFile finds a file. The caller holds the lock.
func (st *store) findFile(id string) *file {
	i := slices.IndexFunc(st.files, func(f *file) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return st.files[i]
}

func missingField(name string) answer {
	return invalid(api.Problem{Type: "missing", Loc: []any{"body", name}, Msg: "Field required"})
}

func (s *sim) upload(c *call) answer {
	kind, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return missingField("file")
	}
	f := file{Purpose: "fine-tune", Source: "upload", SampleType: "instruct"}
	var content []byte
	for parts := multipart.NewReader(bytes.NewReader(c.body), params["boundary"]); ; {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		var value []byte
		if err == nil {
			value, err = io.ReadAll(part)
		}
		if err != nil {
			return failure(http.StatusBadRequest, "There was an error parsing the body.")
		}
		switch part.FormName() {
		case "file":
			f.Filename, content = part.FileName(), value
		case "purpose":
			f.Purpose = string(value)
		case "expiry", "visibility":
		default:
			return invalid(api.Problem{Type: "extra_forbidden", Loc: []any{"body", part.FormName()}, Msg: "Extra inputs are not permitted", Input: string(value)})
		}
	}
	switch f.Purpose {
	case "batch":
		f.SampleType = "batch_request"
	case "fine-tune", "ocr":
	default:
		return invalid(api.Problem{Type: "enum", Loc: []any{"body", "purpose"}, Msg: "Input should be 'fine-tune', 'batch' or 'ocr'", Input: f.Purpose})
	}
	if f.Filename == "" {
		return missingField("file")
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return toJSON(http.StatusOK, s.addFile(f, content))
}

func (s *sim) listFiles(c *call) answer {
	q := c.URL.Query()
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	list := []*file{}
	for _, f := range slices.Backward(s.store.files) {
		if (q.Get("purpose") == "" || q.Get("purpose") == f.Purpose) && strings.Contains(f.Filename, q.Get("search")) {
			list = append(list, f)
		}
	}
	return toJSON(http.StatusOK, map[string]any{"object": "list", "total": len(list), "data": pageOf(c, list)})
}

// pageOf is the part of a list that the request's page and page_size name.
func pageOf[T any](c *call, list []T) []T {
	q := c.URL.Query()
	size, err := strconv.Atoi(q.Get("page_size"))
	if err != nil || size < 1 {
		size = 100
	}
	page, _ := strconv.Atoi(q.Get("page")) // without one it is the first
	from := min(max(page, 0)*size, len(list))
	return list[from:min(from+size, len(list))]
}

// withFile answers by the file that the path names.
func (s *sim) withFile(c *call, use func(*file) answer) answer {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	f := s.store.findFile(c.arg)
	if f == nil {
		return answer{status: http.StatusNotFound, body: []byte(`{"detail":"No file found for this id"}`)}
	}
	return use(f)
}

func (s *sim) oneFile(c *call) answer {
	return s.withFile(c, func(f *file) answer {
		return toJSON(http.StatusOK, struct {
			*file
			Deleted bool `json:"deleted"`
		}{f, false})
	})
}

func (s *sim) deleteFile(c *call) answer {
	return s.withFile(c, func(f *file) answer {
		s.store.files = slices.DeleteFunc(s.store.files, func(other *file) bool { return other == f })
		return toJSON(http.StatusOK, map[string]any{"id": f.ID, "object": "file", "deleted": true})
	})
}

func (s *sim) download(c *call) answer {
	return s.withFile(c, func(f *file) answer {
		return answer{status: http.StatusOK, kind: "application/octet-stream", body: f.content}
	})
}
