package hub

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
)

// file is one that is to be in the repository.
type file struct {
	path    string // in the repository
	disk    string // where it is; empty: in text
	text    []byte
	size    int64
	large   bool   // it goes where the Hub keeps large files
	ignored bool   // the repository does not want it
	oid     string // of its content: sha256 of a large file, that of git of a small one
}

// changed is a file that is not any more what it was when the push began.
type changed struct{ path string }

// Error says so.
func (e *changed) Error() string {
	return fmt.Sprintf("the file %s changed while it was pushed. Push again when nothing writes to it any more", e.path)
}

func (f *file) open(from, size int64) (io.ReadCloser, error) {
	if f.disk == "" {
		return io.NopCloser(bytes.NewReader(f.text[from : from+size])), nil
	}
	file, err := os.Open(f.disk)
	if err != nil {
		return nil, err
	}
	return &part{f: f, Closer: file, r: io.NewSectionReader(file, from, size), left: size}, nil
}

// part is a part of a file on disk, which must not end early.
type part struct {
	io.Closer
	f    *file
	r    io.Reader
	left int64
}

// Read reads on.
func (p *part) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if p.left -= int64(n); err == io.EOF && p.left > 0 {
		err = &changed{p.f.disk}
	}
	return n, err
}

// sample is what the Hub wants to see of a file beforehand.
func (f *file) sample() ([]byte, error) {
	r, err := f.open(0, min(f.size, 512))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// name finds the name of the content, by reading all of it.
func (f *file) name(ctx context.Context) error {
	var sum hash.Hash
	if f.large {
		sum = sha256.New()
	} else {
		sum = sha1.New()
		fmt.Fprintf(sum, "blob %d\x00", f.size)
	}
	r, err := f.open(0, f.size)
	if err != nil {
		return err
	}
	defer r.Close()
	buffer := make([]byte, 256<<10)
	for ctx.Err() == nil {
		n, err := r.Read(buffer)
		sum.Write(buffer[:n])
		if err == io.EOF {
			f.oid = hex.EncodeToString(sum.Sum(nil))
			return nil
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// unchanged finds out whether the content is still that of its name.
func (f *file) unchanged(ctx context.Context) error {
	now := *f
	if err := now.name(ctx); err != nil {
		return err
	}
	if now.oid != f.oid {
		return &changed{f.disk}
	}
	return nil
}

// same reports whether the repository has the file as it is.
func (f *file) same(there map[string]remote) bool {
	r, ok := there[f.path]
	if !ok {
		return false
	}
	if r.LFS != nil {
		return f.large && r.LFS.OID == f.oid
	}
	return !f.large && r.OID == f.oid
}
