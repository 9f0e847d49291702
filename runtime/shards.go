package runtime

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"sync"

	"github.com/distigen/distigen/runtime/dataset"
	"github.com/distigen/distigen/runtime/journal"
)

// shards is the files of a dataset while they grow. Rows are written as JSON lines first, so that they can be read at once and
// are in no memory. A file of these that is full becomes a shard in the dataset's own format, beside the run.
type shards struct {
	settings dataset.Settings
	schema   func() dataset.Schema
	at       string                // the folder
	closed   func() error          // is called after each shard, with mu held
	open     map[*split]*openShard // that rows are added to; only the output's own goroutines know it

	mu     sync.Mutex
	idle   *sync.Cond
	splits []*split
	full   []*openShard // in the order in which they were filled
	busy   bool         // one of them is being closed
	err    error        // why that has failed for good
}

// split is a part of a dataset.
type split struct {
	name  string
	begun int          // shards
	rows  int64        // in closed shards
	files []fileRecord // closed shards
}

// openShard is the rows of a shard that is not closed yet.
type openShard struct {
	rowFile
	of     *split
	number int
}

// The folders of a dataset.
const (
	dataFolder = "data"
	partFolder = "unfinished" // of the rows that are in no shard yet
)

func newShards(at string, settings dataset.Settings, schema func() dataset.Schema, closed func() error) (*shards, error) {
	s := &shards{settings: settings, schema: schema, at: at, closed: closed, open: map[*split]*openShard{}}
	s.idle = sync.NewCond(&s.mu)
	for _, name := range settings.SplitNames() {
		s.splits = append(s.splits, &split{name: name})
	}
	return s, errors.Join(os.MkdirAll(filepath.Join(at, dataFolder), 0o755), os.MkdirAll(filepath.Join(at, partFolder), 0o755))
}

// add takes a row.
func (s *shards) add(id string, text []byte) error {
	part := s.splits[s.settings.SplitOf(id)]
	o := s.open[part]
	if o == nil {
		o = &openShard{of: part, number: part.begun}
		var err error
		if o.rowFile, err = newRowFile(filepath.Join(s.at, partFolder, o.name()+".jsonl")); err != nil {
			return err
		}
		part.begun++
		s.open[part] = o
	}
	if err := o.add(text); err != nil {
		return err
	}
	if s.settings.Full(o.rows, o.size) {
		s.fill(o)
		s.kick()
	}
	return nil
}

// name is that of the file while it is not known how many there will be.
func (o *openShard) name() string { return fmt.Sprintf("%s-%05d", o.of.name, o.number) }

// fill has a shard take no more rows.
func (s *shards) fill(o *openShard) {
	delete(s.open, o.of)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full = append(s.full, o)
}

// flush brings to disk what is complete.
func (s *shards) flush() error {
	var err error
	for _, o := range s.open {
		err = errors.Join(err, o.flush())
	}
	s.kick()
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(err, s.err)
}

// kick closes full shards beside the run.
func (s *shards) kick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.full) == 0 || s.busy || s.err != nil {
		return
	}
	s.busy = true
	go func() {
		if err := s.closeFull(); err != nil && !journal.NoRoom(err) { // what there is no room for waits for the next kick
			s.mu.Lock()
			defer s.mu.Unlock()
			s.err = err
		}
	}()
}

// finish closes all shards. It may be tried again.
func (s *shards) finish() error {
	for _, part := range s.splits {
		if o := s.open[part]; o != nil {
			s.fill(o)
		}
	}
	s.mu.Lock()
	for s.busy {
		s.idle.Wait()
	}
	s.busy = true
	s.mu.Unlock()
	return s.closeFull()
}

// closeFull closes the shards that are full, one after the other.
func (s *shards) closeFull() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.idle.Broadcast()
	defer func() { s.busy = false }()
	for len(s.full) > 0 {
		o := s.full[0]
		s.mu.Unlock()
		file, err := s.close(o)
		s.mu.Lock()
		if err != nil {
			return err
		}
		s.full = s.full[1:]
		o.of.files, o.of.rows = append(o.of.files, file), o.of.rows+file.Rows
		if err := s.closed(); err != nil {
			return err
		}
	}
	return nil
}

// close writes a shard in its format.
func (s *shards) close(o *openShard) (made fileRecord, err error) {
	if err := o.flush(); err != nil {
		return made, err
	}
	name := o.name() + "." + s.settings.Extension()
	made = fileRecord{Path: dataFolder + "/" + name, Rows: o.rows, Bytes: o.size, size: o.size}
	path := filepath.Join(s.at, dataFolder, name)
	if s.settings.Plain() {
		return made, errors.Join(o.file.Close(), os.Rename(o.path, path))
	}
	if made.Bytes, err = s.convert(o.path, path); err != nil {
		return made, err
	}
	return made, errors.Join(o.file.Close(), os.Remove(o.path))
}

func (s *shards) convert(from, to string) (size int64, err error) {
	in, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(filepath.Dir(to), unfinished+filepath.Base(to)))
	if err != nil {
		return 0, err
	}
	buffer := bufio.NewWriterSize(out, 1<<20)
	err = s.settings.Files.Write(buffer, s.schema(), linesOf(in))
	err = errors.Join(err, buffer.Flush(), out.Sync())
	if info, statErr := out.Stat(); statErr == nil {
		size = info.Size()
	}
	if err = errors.Join(err, out.Close()); err == nil {
		err = os.Rename(out.Name(), to)
	}
	if err != nil {
		os.Remove(out.Name())
	}
	return size, err
}

// linesOf reads the lines of a file.
func linesOf(in io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		r := bufio.NewReaderSize(in, 1<<20)
		var line []byte
		for {
			part, err := r.ReadSlice('\n')
			line = append(line, part...)
			switch {
			case errors.Is(err, bufio.ErrBufferFull):
				continue
			case errors.Is(err, io.EOF) && len(line) == 0:
				return
			case err != nil:
				yield(nil, err)
				return
			}
			if !yield(line[:len(line)-1], nil) {
				return
			}
			line = line[:0]
		}
	}
}

// abandon closes the files that are still open, as whole lines.
func (s *shards) abandon() error {
	var err error
	for _, o := range s.open {
		err = errors.Join(err, o.close())
	}
	for _, o := range s.full {
		err = errors.Join(err, o.close())
	}
	return err
}

// rename gives the shards their final names, which tell how many there are.
func (s *shards) rename() error {
	for _, part := range s.splits {
		for i, f := range part.files {
			name := fmt.Sprintf("%s/%s-%05d-of-%05d.%s", dataFolder, part.name, i, len(part.files), s.settings.Extension())
			if err := os.Rename(filepath.Join(s.at, filepath.FromSlash(f.Path)), filepath.Join(s.at, filepath.FromSlash(name))); err != nil {
				return err
			}
			part.files[i].Path = name
		}
	}
	return os.RemoveAll(filepath.Join(s.at, partFolder))
}

// done lists the splits with their closed shards. It is called with mu held.
func (s *shards) done() []splitRecord {
	all := make([]splitRecord, len(s.splits))
	for i, part := range s.splits {
		all[i] = splitRecord{part.name, part.rows, append([]fileRecord{}, part.files...)}
	}
	return all
}

// atRest reports whether no shard is being closed or waits for it. None will before the next row or kick.
func (s *shards) atRest() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.busy && len(s.full) == 0
}

// moved tells where the files are now. It may be called at rest.
func (s *shards) moved(to string) {
	s.at = to
	for _, o := range s.open {
		o.path = filepath.Join(to, partFolder, filepath.Base(o.path))
	}
}
