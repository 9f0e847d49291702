package hub

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// state is the file that remembers which parts of large files are sent, beyond the end of the process. It holds addresses at which
// these very files can be uploaded for some hours, and no token. Without it, a file that was begun is sent from the start.
type state struct {
	path string // empty: nothing is remembered
	mu   sync.Mutex
	now  stored
}

type stored struct {
	Endpoint string                `json:"endpoint"`
	Repo     string                `json:"repo"`
	Uploads  map[string]*multipart `json:"uploads"` // by the name of the content
}

// openState reads the state of an earlier push to the same repository.
func openState(path, endpoint, repo string) *state {
	s := &state{path: path, now: stored{Endpoint: endpoint, Repo: repo, Uploads: map[string]*multipart{}}}
	var old stored
	if text, err := os.ReadFile(path); err == nil && json.Unmarshal(text, &old) == nil && old.Endpoint == endpoint && old.Repo == repo {
		for oid, m := range old.Uploads {
			if m != nil {
				s.now.Uploads[oid] = m
			}
		}
	}
	return s
}

// begun is an upload that was not brought to its end.
func (s *state) begun(oid string) *multipart {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now.Uploads[oid]
}

// note notes that a part is sent.
func (s *state) note(oid string, m *multipart, n int, etag string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Pieces[n].ETag = etag
	s.now.Uploads[oid] = m
	s.keep()
}

// forget drops an upload: it is whole, or lost.
func (s *state) forget(oid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now.Uploads[oid] != nil {
		delete(s.now.Uploads, oid)
		s.keep()
	}
}

// keep writes the file. That it cannot be written costs no more than sending again.
func (s *state) keep() {
	if s.path == "" {
		return
	}
	if len(s.now.Uploads) == 0 {
		os.Remove(s.path)
		return
	}
	text, err := json.Marshal(s.now)
	if err != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), ".new-*") // readable by its owner alone
	if err != nil {
		return
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), s.path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
}
