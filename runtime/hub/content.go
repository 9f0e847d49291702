package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// A file that is read in parts is brought in blocks, which end where it ends, so that its footer is in one. Those that follow each
// other come together, the more the longer it is read on.
const (
	blockSize = 256 << 10
	mostAhead = 16
)

// Content reads a file of a snapshot, of which only the parts that are read are brought into the cache. What comes in parts cannot be
// compared with the sum of the whole.
type Content struct {
	ctx      context.Context
	snapshot *Snapshot
	file     Remote
	whole    *os.File    // of a file that is in the cache
	ahead    map[int]int // how many blocks to bring with one that others came before; columns are read side by side
}

// Open opens a file to read parts of it. It is no error yet if the file cannot be had. The content is of one goroutine.
func (s *Snapshot) Open(ctx context.Context, f Remote) (*Content, error) {
	c := &Content{ctx: ctx, snapshot: s, file: f, ahead: map[int]int{}}
	path, ok := s.Cached(f)
	if !ok {
		return c, nil
	}
	var err error
	c.whole, err = os.Open(path)
	return c, err
}

// Size is how many bytes the file has.
func (c *Content) Size() int64 { return c.file.Size }

// Close lets the file go.
func (c *Content) Close() error {
	if c.whole != nil {
		return c.whole.Close()
	}
	return nil
}

// ReadAt reads a part.
func (c *Content) ReadAt(p []byte, at int64) (n int, err error) {
	if c.whole != nil {
		return c.whole.ReadAt(p, at)
	}
	for n < len(p) {
		from := at + int64(n)
		if from >= c.file.Size {
			return n, io.EOF
		}
		i := c.file.block(from)
		start, end := c.file.bounds(i)
		part := p[n:min(len(p), n+int(end-from))]
		if !c.stored(i, part, from-start) {
			if err := c.bring(i, c.file.block(min(at+int64(len(p)), c.file.Size)-1)); err != nil {
				return n, err
			}
			if !c.stored(i, part, from-start) {
				return n, errors.New("the cache lost a part of the file as it was read. Run again")
			}
		}
		n += len(part)
	}
	return n, nil
}

// block is the number of the block that has a byte, and bounds is where a block begins and ends.
func (f Remote) block(at int64) int {
	return int((at + (blockSize-f.Size%blockSize)%blockSize) / blockSize)
}

func (f Remote) bounds(i int) (start, end int64) {
	end = int64(i+1)*blockSize - (blockSize-f.Size%blockSize)%blockSize
	return max(0, end-blockSize), end
}

func (s *Snapshot) blocks(f Remote) string { return s.cached(f) + ".blocks" }

func (s *Snapshot) blockPath(f Remote, i int) string {
	return filepath.Join(s.blocks(f), strconv.Itoa(i))
}

// stored reads from a block in the cache; false means that it is not there, or not whole.
func (c *Content) stored(i int, p []byte, at int64) bool {
	file, err := os.Open(c.snapshot.blockPath(c.file, i))
	if err != nil {
		return false
	}
	defer file.Close()
	n, err := file.ReadAt(p, at)
	return n == len(p) && (err == nil || err == io.EOF)
}

// bring downloads the blocks from first to last and some more, up to one that is there.
func (c *Content) bring(first, last int) error {
	more := c.ahead[first]
	delete(c.ahead, first)
	end := min(last+more, c.file.block(c.file.Size-1))
	for i := first + 1; i <= end; i++ {
		if _, err := os.Stat(c.snapshot.blockPath(c.file, i)); err == nil {
			end = i - 1
		}
	}
	c.ahead[end+1] = min(max(1, 2*more), mostAhead)
	if err := os.MkdirAll(c.snapshot.blocks(c.file), 0o700); err != nil {
		return uncached(err)
	}
	from, _ := c.file.bounds(first)
	_, until := c.file.bounds(end)
	at := first // a try that breaks keeps what came
	r := c.snapshot.get(c.file)
	r.each = func(h http.Header) { h.Set("Range", fmt.Sprintf("bytes=%d-%d", from, until-1)) }
	return c.snapshot.client.send(c.ctx, r, func(reply *http.Response) error {
		if reply.StatusCode != http.StatusPartialContent { // a server without ranges
			if _, err := io.CopyN(io.Discard, reply.Body, from); err != nil {
				return err
			}
		}
		for ; at <= end; at++ {
			start, stop := c.file.bounds(at)
			if err := c.keep(at, reply.Body, stop-start); err != nil {
				return err
			}
			from = stop
		}
		return nil
	})
}

// keep writes a block of the cache, whole or not at all.
func (c *Content) keep(i int, r io.Reader, size int64) error {
	f, err := os.CreateTemp(c.snapshot.blocks(c.file), ".new-*")
	if err != nil {
		return uncached(err)
	}
	defer os.Remove(f.Name())
	_, err = io.CopyN(f, r, size)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return uncached(os.Rename(f.Name(), c.snapshot.blockPath(c.file, i)))
}

// append adds to a file the blocks that are there from a place on, and returns where they end.
func (s *Snapshot) append(f Remote, to *os.File, at int64) (int64, error) {
	for at < f.Size {
		i := f.block(at)
		start, end := f.bounds(i)
		text, err := os.ReadFile(s.blockPath(f, i))
		if err != nil || int64(len(text)) != end-start {
			break
		}
		if _, err := to.WriteAt(text[at-start:], at); err != nil {
			return at, err
		}
		at = end
	}
	return at, nil
}
