package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Snapshot is a dataset at one of its commits, which never changes.
type Snapshot struct {
	ID     string
	Commit string

	client *Client
	cache  string // folder of what was read before
	dir    string // in its place: a folder of this machine that has all of it
	files  []Remote
	card   front
}

// Remote is a file of a snapshot.
type Remote struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
	Git  string `json:"git"`           // the name of its content in git
	LFS  string `json:"lfs,omitempty"` // sha256 of the content of a large file
}

// listed is what the cache has of a snapshot.
type listed struct {
	Files []Remote `json:"files"`
	Card  string   `json:"card"`
}

// IsCommit reports whether a revision is the name of a commit.
func IsCommit(revision string) bool {
	_, err := hex.DecodeString(revision)
	return len(revision) == 40 && err == nil
}

// Commit finds the commit that a branch or tag stands at.
func (c *Client) Commit(ctx context.Context, id, revision string) (string, error) {
	if IsCommit(revision) {
		return revision, nil
	}
	i, err := repo{c, id, revision}.info(ctx, revision)
	if err == nil && !IsCommit(i.SHA) {
		err = &Error{Doing: "show the dataset " + id, Message: "its reply names no commit", way: "Try again later."}
	}
	return i.SHA, err
}

// Snapshot lists the files of a dataset at a commit. What was listed before is not asked for again.
func (c *Client) Snapshot(ctx context.Context, id, commit, cache string) (*Snapshot, error) {
	s := &Snapshot{ID: id, Commit: commit, client: c, cache: cache}
	sum := sha256.Sum256([]byte(c.endpoint + "\n" + id + "\n" + commit))
	path := filepath.Join(cache, "lists", hex.EncodeToString(sum[:])+".json")
	var l listed
	if text, err := os.ReadFile(path); err == nil && json.Unmarshal(text, &l) == nil {
		return s, s.take(l)
	}
	r := repo{c, id, commit}
	there, err := r.tree(ctx, commit)
	if err != nil {
		return nil, err
	}
	for _, f := range there {
		remote := Remote{Path: f.Path, Size: f.Size, Git: f.OID}
		if f.LFS != nil {
			remote.LFS = f.LFS.OID
		}
		l.Files = append(l.Files, remote)
	}
	slices.SortFunc(l.Files, func(a, b Remote) int { return strings.Compare(a.Path, b.Path) })
	if _, ok := there[cardName]; ok {
		text, err := r.read(ctx, commit, cardName)
		if err != nil {
			return nil, err
		}
		l.Card = string(text)
	}
	if err := s.take(l); err != nil {
		return nil, err
	}
	return s, keepIn(path, l)
}

func (s *Snapshot) take(l listed) (err error) {
	s.files = l.Files
	if s.card, err = readFront([]byte(l.Card)); err != nil {
		return fmt.Errorf("the card of %s cannot be read: %w. Its owner can mend it", s.ID, err)
	}
	return nil
}

// keepIn writes a file of the cache, whole or not at all.
func keepIn(path string, v any) error {
	text, err := json.Marshal(v)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err != nil {
		return uncached(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return uncached(err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return uncached(err)
}

func uncached(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the cache cannot be written: %w. Name another folder in DISTIGEN_CACHE", err)
}

// DefaultCache is the folder where files of the Hub are kept.
func DefaultCache() (string, error) {
	if dir := os.Getenv("DISTIGEN_CACHE"); dir != "" {
		return filepath.Join(dir, "hub"), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder for caches: %w. Name one in DISTIGEN_CACHE", err)
	}
	return filepath.Join(dir, "distigen", "hub"), nil
}

// notFound reports whether the Hub has no such revision.
func notFound(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}
