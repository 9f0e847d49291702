package hubtest

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	typeLFS     = "application/vnd.git-lfs+json"
	mostRegular = 10 << 20 // bytes of a file that is no large one
)

// largeNames are patterns of the names of files that always are large ones.
var largeNames = strings.Fields("*.7z *.arrow *.bin *.bz2 *.gz *.lz4 *.npy *.npz *.parquet *.pkl *.tar *.xz *.zip *.zst *.safetensors *.jpg *.png *.mp4")

var attributes = strings.Join(largeNames, " filter=lfs diff=lfs merge=lfs -text\n") + " filter=lfs diff=lfs merge=lfs -text\n"

func isLarge(name string, size int64) bool {
	for _, pattern := range largeNames {
		if ok, _ := path.Match(pattern, path.Base(name)); ok {
			return true
		}
	}
	return size > mostRegular
}

// checkPath refuses paths that cannot be in a repository.
func checkPath(p string) error {
	bad := p == "" || strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/") || strings.ContainsAny(p, "\\\x00")
	for part := range strings.SplitSeq(p, "/") {
		bad = bad || part == "" || part == "." || part == ".." || part == ".git"
	}
	if bad {
		return refuse(400, "Invalid path in repo: %q", p)
	}
	return nil
}

// upload is leave to send one large file.
type upload struct {
	oid   string
	size  int64
	chunk int64            // 0: at once
	etags map[int64]string // of the parts that are there
	done  bool             // the parts are put together
}

func (s *Server) object(oid string) string { return filepath.Join(s.dir, "lfs", oid) }

func (x *exchange) preupload(r *repository, revision string) error {
	sha, c, err := x.at(r, revision)
	if err != nil {
		return err
	}
	var d struct {
		Files []struct {
			Path   string
			Size   *int64
			Sample *string
		}
	}
	if err := x.decode("application/json", &d, true); err != nil {
		return err
	}
	if len(d.Files) == 0 || len(d.Files) > 1000 {
		return refuse(400, `"files" must be a list of 1 to 1000`)
	}
	all := []any{}
	for _, f := range d.Files {
		if err := checkPath(f.Path); err != nil {
			return err
		}
		if f.Size == nil || *f.Size < 0 || f.Sample == nil {
			return refuse(400, `"files[].size" and "files[].sample" are required`)
		}
		sample, err := base64.StdEncoding.DecodeString(*f.Sample)
		if err != nil || int64(len(sample)) != min(512, *f.Size) {
			return refuse(400, "sample must be the first min(512,size) bytes in base64")
		}
		said := map[string]any{"path": f.Path, "uploadMode": "regular", "shouldIgnore": false}
		if isLarge(f.Path, *f.Size) {
			said["uploadMode"] = "lfs"
		}
		if e := c.tree[f.Path]; e != nil {
			said["oid"] = e.oid
		}
		all = append(all, said)
	}
	return x.reply(200, map[string]any{"files": all, "commitOid": sha})
}

func (x *exchange) batch(r *repository) error {
	var d struct {
		Operation string
		Transfers []string
		HashAlgo  string `json:"hash_algo"`
		Ref       *struct{ Name string }
		Objects   []struct {
			OID  string
			Size *int64
		}
	}
	if err := x.decode(typeLFS, &d, true); err != nil {
		return err
	}
	switch {
	case !strings.Contains(x.Request.Header.Get("Accept"), typeLFS):
		return refuse(406, "Accept must be %s", typeLFS)
	case d.Operation != "upload" || d.HashAlgo != "sha256":
		return refuse(422, "operation must be upload, hash_algo sha256")
	case len(d.Objects) == 0 || len(d.Objects) > 256:
		return refuse(422, "objects: 1..256")
	}
	if d.Ref != nil {
		if _, _, err := x.at(r, d.Ref.Name); err != nil {
			return err
		}
	}
	all, used := []any{}, "basic"
	for _, o := range d.Objects {
		said := map[string]any{"oid": o.OID, "size": o.Size}
		all = append(all, said)
		if !fullOID.MatchString(o.OID) || o.Size == nil || *o.Size <= 0 {
			said["error"] = map[string]any{"code": 422, "message": "invalid oid or size"}
			continue
		}
		if info, err := os.Stat(x.object(o.OID)); err == nil {
			if info.Size() != *o.Size {
				said["error"] = map[string]any{"code": 422, "message": "size differs from stored object"}
			}
			continue
		}
		u := &upload{oid: o.OID, size: *o.Size, etags: map[int64]string{}}
		x.mu.Lock()
		x.leaves++
		key := fmt.Sprintf("%s-%d", o.OID[:12], x.leaves)
		x.pending[key] = u
		x.mu.Unlock()
		up := map[string]any{"href": x.base() + "/_lfs/put/" + key}
		if u.size > x.MultipartOver {
			used, u.chunk = "multipart", x.Chunk
			header := map[string]string{"chunk_size": strconv.FormatInt(u.chunk, 10)}
			for n := int64(1); (n-1)*u.chunk < u.size; n++ {
				header[fmt.Sprintf("%05d", n)] = fmt.Sprintf("%s/_lfs/part/%s/%d", x.base(), key, n)
			}
			up = map[string]any{"href": x.base() + "/_lfs/complete/" + key, "header": header}
		}
		said["actions"] = map[string]any{"upload": up, "verify": map[string]string{"href": x.base() + "/_lfs/verify/" + key}}
	}
	return x.replyAs(typeLFS, 200, map[string]any{"transfer": used, "objects": all})
}

// Expire takes back all leave to upload.
func (s *Server) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.pending)
}

// store is the place for large files.
func (x *exchange) store(what, key, part string) error {
	if what == "get" {
		return x.get(key)
	}
	x.mu.Lock()
	u := x.pending[key]
	x.mu.Unlock()
	if u == nil {
		return refuse(403, "signature expired or unknown")
	}
	switch what {
	case "put", "part":
		switch {
		case x.Method != http.MethodPut:
			return refuse(405, "PUT only")
		case x.Request.Header.Get("Authorization") != "":
			return refuse(400, "Only one auth mechanism allowed: a signed address takes no Authorization header")
		case x.ContentLength < 0: // the Hub's file store answers a body of unknown length so, and this fake is as strict
			return refuse(501, "Transfer-Encoding chunked is not implemented: send Content-Length")
		case (what == "part") != (u.chunk > 0):
			return refuse(400, "the file goes %s", map[bool]string{true: "in parts", false: "at once"}[u.chunk > 0])
		}
		if what == "put" {
			return x.put(u)
		}
		n, _ := strconv.ParseInt(part, 10, 64)
		return x.part(u, key, n)
	case "complete":
		return x.complete(u, key)
	}
	var d struct {
		OID  string
		Size int64
	}
	if err := x.decode("application/json", &d, true); err != nil {
		return err
	}
	if role, err := x.role(); err != nil || role != "write" {
		return refuse(401, "Invalid username or password.")
	}
	if _, err := os.Stat(x.object(u.oid)); err != nil || d.OID != u.oid || d.Size != u.size {
		return refuse(404, "object not verified")
	}
	return x.reply(200, map[string]any{})
}

func (x *exchange) get(oid string) error {
	if x.Request.Header.Get("Authorization") != "" {
		return refuse(400, "Authorization leaked to the CDN host")
	}
	if !fullOID.MatchString(oid) {
		return refuse(404, "no such object")
	}
	f, err := os.Open(x.object(oid))
	if err != nil {
		return refuse(404, "no such object")
	}
	defer f.Close()
	x.Header().Set("ETag", strconv.Quote(oid))
	x.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(x, x.Request, "", time.Time{}, f)
	return nil
}

// take brings what is sent into a file, and returns its sums.
func (x *exchange) take(name string) (size int64, oid, etag string, err error) {
	f, err := os.CreateTemp(x.dir, "new-*")
	if err != nil {
		return 0, "", "", err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	long, short := sha256.New(), md5.New()
	if size, err = io.Copy(io.MultiWriter(f, long, short), x); err != nil {
		return 0, "", "", refuse(400, "RequestTimeout: %v", err)
	}
	return size, hex.EncodeToString(long.Sum(nil)), strconv.Quote(hex.EncodeToString(short.Sum(nil))), os.Rename(f.Name(), name)
}

func (x *exchange) put(u *upload) error {
	name := x.object(fmt.Sprintf("%s.new%d", u.oid, x.next()))
	size, oid, etag, err := x.take(name)
	if err != nil {
		return err
	}
	defer os.Remove(name)
	if size != u.size || oid != u.oid {
		return refuse(400, "what was sent is not the object: %d bytes of sha256 %s", size, oid)
	}
	x.Header().Set("ETag", etag)
	if err := os.Rename(name, x.object(u.oid)); err != nil {
		return err
	}
	return x.reply(200, nil)
}

func (x *exchange) part(u *upload, key string, n int64) error {
	from := (n - 1) * u.chunk
	if n < 1 || from >= u.size {
		return refuse(400, "there is no part %d", n)
	}
	size, _, etag, err := x.take(x.partName(key, n))
	if err != nil {
		return err
	}
	if want := min(u.chunk, u.size-from); size != want {
		return refuse(400, "part %d: %d bytes, want %d", n, size, want)
	}
	x.mu.Lock()
	u.etags[n] = etag
	x.mu.Unlock()
	x.Header().Set("ETag", etag)
	return x.reply(200, nil)
}

func (s *Server) partName(key string, n int64) string {
	return filepath.Join(s.dir, "parts", fmt.Sprintf("%s-%d", key, n))
}

func (x *exchange) complete(u *upload, key string) error {
	var d struct {
		OID   string
		Parts []struct {
			PartNumber int64
			ETag       string
		}
	}
	if err := x.decode(typeLFS, &d, true); err != nil {
		return err
	}
	if x.Request.Header.Get("Authorization") != "" {
		return refuse(400, "Only one auth mechanism allowed: a signed address takes no Authorization header")
	}
	if u.done {
		return refuse(404, "no such upload")
	}
	if d.OID != u.oid || int64(len(d.Parts)) != (u.size+u.chunk-1)/u.chunk {
		return refuse(400, "bad completion")
	}
	whole, err := os.CreateTemp(x.dir, "new-*")
	if err != nil {
		return err
	}
	defer os.Remove(whole.Name())
	defer whole.Close()
	sum := sha256.New()
	for i, p := range d.Parts {
		x.mu.Lock()
		etag := u.etags[p.PartNumber]
		x.mu.Unlock()
		if p.PartNumber != int64(i+1) || etag == "" || strings.Trim(etag, `"`) != strings.Trim(p.ETag, `"`) {
			return refuse(400, "part %d: etag mismatch", i+1)
		}
		f, err := os.Open(x.partName(key, p.PartNumber))
		if err != nil {
			return err
		}
		_, err = io.Copy(io.MultiWriter(whole, sum), f)
		f.Close()
		if err != nil {
			return err
		}
	}
	if hex.EncodeToString(sum.Sum(nil)) != u.oid {
		return refuse(400, "sha256 of the assembled object is not the oid")
	}
	x.mu.Lock()
	u.done = true
	x.mu.Unlock()
	for i := range d.Parts {
		os.Remove(x.partName(key, int64(i+1)))
	}
	if err := os.Rename(whole.Name(), x.object(u.oid)); err != nil {
		return err
	}
	return x.reply(200, map[string]bool{"success": true})
}
