package hubtest

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// repository is a dataset.
type repository struct {
	id      string
	private bool
	created time.Time
	refs    map[string]string // branches
	commits map[string]*commit
}

type commit struct {
	parent, title string
	date          time.Time
	tree          map[string]*entry
}

// entry is a file at a commit.
type entry struct {
	oid  string // of git
	size int64
	lfs  string // sha256 of a large file
	text []byte // of a small one
}

var (
	fullSHA  = regexp.MustCompile(`^[0-9a-f]{40}$`)
	fullOID  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	repoName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$`)
)

func member(namespace string) bool { return namespace == "tester" || namespace == "acme" }

// on does something with a repository, if the token may.
func (x *exchange) on(id string, write bool, do func(*repository) error) error {
	role, err := x.role()
	if err != nil {
		return err
	}
	x.mu.Lock()
	r := x.repos[id]
	x.mu.Unlock()
	namespace, _, _ := strings.Cut(id, "/")
	mine := role != "" && member(namespace)
	switch {
	case r == nil || r.private && !mine:
		status := 404
		if role == "" {
			status = 401
		}
		return coded(status, "RepoNotFound", "Repository not found")
	case write && role == "":
		return refuse(401, "Invalid username or password.")
	case write && !mine:
		return refuse(403, "You don't have the rights to write in namespace %s", namespace)
	case write && role != "write":
		return refuse(403, "Forbidden: you must use a write token to upload to a repository")
	}
	return do(r)
}

func (x *exchange) whoami() error {
	role, err := x.role()
	if err != nil {
		return err
	}
	if role == "" {
		return refuse(401, "Invalid username or password.")
	}
	return x.reply(200, map[string]any{"type": "user", "id": "u1", "name": "tester", "fullname": "tester", "email": "t@example.com", "isPro": false,
		"orgs": []any{map[string]string{"type": "org", "name": "acme", "id": "acme"}},
		"auth": map[string]any{"type": "access_token", "accessToken": map[string]string{"displayName": "t", "role": role}}})
}

func (x *exchange) create() error {
	var d struct {
		Name, Organization, Type, Visibility string
		Private                              *bool
	}
	if err := x.decode("application/json", &d, true); err != nil {
		return err
	}
	role, err := x.role()
	if err != nil {
		return err
	}
	if d.Organization == "" {
		d.Organization = "tester"
	}
	switch {
	case role == "":
		return refuse(401, "Invalid username or password.")
	case d.Type != "dataset":
		return refuse(400, `"type" must be dataset: this fake has no others`)
	case !repoName.MatchString(d.Name) || strings.Contains(d.Name, "--") || strings.Contains(d.Name, ".."):
		return refuse(400, "Invalid repo name: %q", d.Name)
	case !slices.Contains([]string{"", "public", "private"}, d.Visibility):
		return refuse(400, `"visibility" is invalid`)
	case role != "write" || !member(d.Organization):
		return refuse(403, "You don't have the rights to create a dataset under the namespace %q", d.Organization)
	}
	id := d.Organization + "/" + d.Name
	x.mu.Lock()
	_, there := x.repos[id]
	if !there {
		r := &repository{id: id, private: d.Visibility == "private" || d.Private != nil && *d.Private, created: time.Now(), refs: map[string]string{}, commits: map[string]*commit{}}
		r.add("main", "", map[string]*entry{".gitattributes": small([]byte(attributes))}, "initial commit")
		x.repos[id] = r
	}
	x.mu.Unlock()
	address := x.base() + "/datasets/" + id
	if there {
		x.Header().Set("X-Error-Message", "You already created this dataset repo")
		return x.reply(409, map[string]string{"error": "You already created this dataset repo", "url": address})
	}
	return x.reply(200, map[string]string{"url": address, "name": id})
}

// add makes a commit.
func (r *repository) add(branch, parent string, tree map[string]*entry, title string) string {
	c := &commit{parent: parent, title: title, date: time.Now().UTC(), tree: tree}
	sum := sha1.New()
	fmt.Fprintln(sum, branch, parent, title, len(r.commits)) // and no time, so that tests know the name
	for _, path := range slices.Sorted(maps.Keys(tree)) {
		fmt.Fprintln(sum, path, tree[path].oid)
	}
	sha := hex.EncodeToString(sum.Sum(nil))
	r.commits[sha], r.refs[branch] = c, sha
	return sha
}

func small(text []byte) *entry {
	return &entry{oid: gitName(text), size: int64(len(text)), text: text}
}

func gitName(text []byte) string {
	sum := sha1.Sum(append(fmt.Appendf(nil, "blob %d\x00", len(text)), text...))
	return hex.EncodeToString(sum[:])
}

func pointer(oid string, size int64) []byte {
	return fmt.Appendf(nil, "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n", oid, size)
}

func large(oid string, size int64) *entry {
	return &entry{oid: gitName(pointer(oid, size)), size: size, lfs: oid}
}

// at finds a commit by the name of a branch or its own.
func (x *exchange) at(r *repository, revision string) (string, *commit, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	sha, ok := r.refs[strings.TrimPrefix(revision, "refs/heads/")]
	if !ok && fullSHA.MatchString(revision) {
		sha = revision
	}
	c := r.commits[sha]
	if c == nil {
		return "", nil, coded(404, "RevisionNotFound", "Invalid rev id: "+revision)
	}
	x.Header().Set("X-Repo-Commit", sha)
	return sha, c, nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (x *exchange) info(r *repository, revision string) error {
	sha, c, err := x.at(r, revision)
	if err != nil {
		return err
	}
	siblings := []any{}
	for _, path := range slices.Sorted(maps.Keys(c.tree)) {
		siblings = append(siblings, map[string]string{"rfilename": path})
	}
	d := map[string]any{"_id": strings.Repeat("0", 24), "id": r.id, "author": strings.Split(r.id, "/")[0], "sha": sha, "lastModified": stamp(c.date),
		"createdAt": stamp(r.created), "private": r.private, "gated": false, "disabled": false, "downloads": 0, "likes": 0, "tags": []string{}, "siblings": siblings}
	if readme := c.tree["README.md"]; readme != nil {
		if card, err := readCard(readme.text); err == nil && card != nil {
			d["cardData"] = card
		}
	}
	return x.reply(200, d)
}

func (x *exchange) refs(r *repository) error {
	x.mu.Lock()
	branches := []any{}
	for name, sha := range r.refs {
		branches = append(branches, map[string]string{"name": name, "ref": "refs/heads/" + name, "targetCommit": sha})
	}
	x.mu.Unlock()
	return x.reply(200, map[string]any{"branches": branches, "tags": []any{}, "converts": []any{}})
}

func (x *exchange) branch(r *repository, name string) error {
	var d struct{ StartingPoint string }
	if err := x.decode("application/json", &d, true); err != nil {
		return err
	}
	from := d.StartingPoint
	if from == "" {
		from = "main"
	}
	sha, _, err := x.at(r, from)
	if err != nil {
		return err
	}
	x.mu.Lock()
	_, there := r.refs[name]
	if !there {
		r.refs[name] = sha
	}
	x.mu.Unlock()
	if there {
		return refuse(409, "Reference already exists: refs/heads/%s", name)
	}
	return x.reply(200, map[string]any{})
}

func describe(path string, e *entry) map[string]any {
	d := map[string]any{"type": "file", "oid": e.oid, "size": e.size, "path": path}
	if e.lfs != "" {
		d["lfs"] = map[string]any{"oid": e.lfs, "size": e.size, "pointerSize": len(pointer(e.lfs, e.size))}
	}
	return d
}

func folders(tree map[string]*entry) map[string]string {
	all := map[string]string{}
	for path := range tree {
		for dir := filepath.ToSlash(filepath.Dir(path)); dir != "."; dir = filepath.ToSlash(filepath.Dir(dir)) {
			all[dir] = gitName([]byte(dir))
		}
	}
	return all
}

func (x *exchange) tree(r *repository, revision, dir string) error {
	sha, c, err := x.at(r, revision)
	if err != nil {
		return err
	}
	q := x.URL.Query()
	recursive := strings.EqualFold(q.Get("recursive"), "true") || q.Get("recursive") == "1"
	prefix := strings.Trim(dir, "/")
	dirs := folders(c.tree)
	if prefix != "" {
		if dirs[prefix] == "" {
			return coded(404, "EntryNotFound", prefix+" does not exist on "+revision)
		}
		prefix += "/"
	}
	here := func(path string) bool {
		rest, ok := strings.CutPrefix(path, prefix)
		return ok && (recursive || !strings.Contains(rest, "/"))
	}
	all := []map[string]any{}
	for path, oid := range dirs {
		if here(path) {
			all = append(all, map[string]any{"type": "directory", "oid": oid, "size": 0, "path": path})
		}
	}
	for path, e := range c.tree {
		if here(path) {
			all = append(all, describe(path, e))
		}
	}
	slices.SortFunc(all, func(a, b map[string]any) int { return strings.Compare(a["path"].(string), b["path"].(string)) })
	from, _ := strconv.Atoi(q.Get("cursor"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	if limit == 0 {
		limit = 1000
	}
	if from+limit < len(all) {
		q.Set("cursor", strconv.Itoa(from+limit))
		x.Header().Set("Link", fmt.Sprintf(`<%s/api/datasets/%s/tree/%s/%s?%s>; rel="next"`, x.base(), r.id, sha, url.PathEscape(dir), q.Encode()))
	}
	return x.reply(200, all[min(from, len(all)):min(from+limit, len(all))])
}

func (x *exchange) pathsInfo(r *repository, revision string) error {
	_, c, err := x.at(r, revision)
	if err != nil {
		return err
	}
	var paths []string
	text, _ := io.ReadAll(x)
	if strings.HasPrefix(x.Request.Header.Get("Content-Type"), "application/json") {
		var d struct{ Paths []string }
		if err := json.Unmarshal(text, &d); err != nil {
			return refuse(400, "Invalid JSON body: %v", err)
		}
		paths = d.Paths
	} else if q, err := url.ParseQuery(string(text)); err == nil {
		paths = q["paths"]
	}
	found, dirs := []any{}, folders(c.tree)
	for _, p := range paths {
		p = strings.Trim(p, "/")
		if e := c.tree[p]; e != nil {
			found = append(found, describe(p, e))
		} else if dirs[p] != "" {
			found = append(found, map[string]any{"type": "directory", "oid": dirs[p], "size": 0, "path": p})
		}
	}
	return x.reply(200, found)
}

// resolve gives the content of a file. A large one is elsewhere.
func (x *exchange) resolve(r *repository, revision, path string) error {
	_, c, err := x.at(r, revision)
	if err != nil {
		return err
	}
	e := c.tree[path]
	if e == nil {
		return coded(404, "EntryNotFound", "Entry not found")
	}
	x.Header().Set("Accept-Ranges", "bytes")
	if e.lfs != "" {
		x.Header().Set("X-Linked-Etag", strconv.Quote(e.lfs))
		x.Header().Set("X-Linked-Size", strconv.FormatInt(e.size, 10))
		x.Header().Set("ETag", strconv.Quote(e.lfs))
		x.Header().Set("Location", x.cdn()+"/_lfs/get/"+e.lfs)
		x.Header().Set("Content-Length", "0")
		x.WriteHeader(http.StatusFound)
		return nil
	}
	x.Header().Set("ETag", strconv.Quote(e.oid))
	x.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(x, x.Request, "", time.Time{}, strings.NewReader(string(e.text)))
	return nil
}

// File is the content of a file of a repository, as a test looks at it.
func (s *Server) File(id, revision, path string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.repos[id]
	if r == nil {
		return nil, fmt.Errorf("no repository %s", id)
	}
	c := r.commits[r.refs[revision]]
	if c == nil || c.tree[path] == nil {
		return nil, fmt.Errorf("no file %s in %s", path, id)
	}
	if e := c.tree[path]; e.lfs == "" {
		return e.text, nil
	}
	return os.ReadFile(s.object(c.tree[path].lfs))
}

// Files lists the files of a repository.
func (s *Server) Files(id, revision string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.repos[id]; r != nil && r.commits[r.refs[revision]] != nil {
		return slices.Sorted(maps.Keys(r.commits[r.refs[revision]].tree))
	}
	return nil
}

// Commits is how many commits a repository has.
func (s *Server) Commits(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.repos[id]; r != nil {
		return len(r.commits)
	}
	return 0
}

// Private reports whether a repository is.
func (s *Server) Private(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.repos[id] != nil && s.repos[id].private
}
