package hub

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// Fetch brings a file of the snapshot into the cache, where it stands under the name of its content, and returns its path. A
// download that was broken off goes on where it was.
func (s *Snapshot) Fetch(ctx context.Context, f Remote) (string, error) {
	path := s.cached(f)
	if info, err := os.Stat(path); err == nil && info.Size() == f.Size {
		return path, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", uncached(err)
	}
	part := path + ".part"
	for try := 1; ; try++ {
		if err := s.download(ctx, f, part); err != nil {
			return "", err
		}
		err := f.verify(part)
		if err == nil {
			err := os.Rename(part, path)
			os.RemoveAll(s.blocks(f)) // the whole has them
			return path, uncached(err)
		}
		os.Remove(part)
		os.RemoveAll(s.blocks(f))
		if try == 2 {
			return "", fmt.Errorf("the file %s of %s came with other bytes than the Hub says it has: %w. Try again later", f.Path, s.ID, err)
		}
		// Another process may have written to the same file: the second time it is one of its own.
		part = fmt.Sprintf("%s.part-%d", path, os.Getpid())
	}
}

// Cached reports whether a file is in the cache, and where.
func (s *Snapshot) Cached(f Remote) (path string, ok bool) {
	path = s.cached(f)
	info, err := os.Stat(path)
	return path, err == nil && info.Size() == f.Size
}

func (s *Snapshot) cached(f Remote) string {
	if s.dir != "" {
		return filepath.Join(s.dir, filepath.FromSlash(f.Path))
	}
	name := "git-" + f.Git
	if f.LFS != "" {
		name = f.LFS
	}
	return filepath.Join(s.cache, "files", filepath.Base(name)+filepath.Ext(f.Path))
}

// download adds to a file what it lacks.
func (s *Snapshot) download(ctx context.Context, f Remote, part string) error {
	file, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return uncached(err)
	}
	at, err := file.Seek(0, io.SeekEnd)
	if err == nil && at > f.Size {
		at, err = 0, file.Truncate(0)
	}
	if err == nil {
		at, err = s.append(f, file, at)
	}
	if err == nil && at < f.Size {
		r := s.get(f)
		r.each = func(h http.Header) {
			if at > 0 {
				h.Set("Range", fmt.Sprintf("bytes=%d-", at))
			}
		}
		err = s.client.send(ctx, r, func(reply *http.Response) error {
			if reply.StatusCode != http.StatusPartialContent {
				at = 0
			}
			n, err := io.Copy(io.NewOffsetWriter(file, at), reply.Body)
			if at += n; err == nil && at < f.Size {
				err = io.ErrUnexpectedEOF
			}
			return err
		})
	}
	if err == nil {
		err = file.Truncate(f.Size)
	}
	return errors.Join(err, file.Close())
}

// get is a request for a file.
func (s *Snapshot) get(f Remote) request {
	return request{doing: "send " + f.Path + " of " + s.ID, method: http.MethodGet, path: repo{s.client, s.ID, s.Commit}.fileURL(s.Commit, f.Path)}
}

// verify compares a file with the name of its content.
func (f Remote) verify(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var sum hash.Hash
	want := f.LFS
	if want != "" {
		sum = sha256.New()
	} else {
		sum, want = sha1.New(), f.Git
		fmt.Fprintf(sum, "blob %d\x00", f.Size)
	}
	if _, err := io.Copy(sum, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		return fmt.Errorf("%s and not %s", got, want)
	}
	return nil
}
