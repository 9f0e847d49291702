package hub

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// repo is a dataset repository at one of its revisions.
type repo struct {
	*Client
	id       string // NAMESPACE/NAME
	revision string
}

func (r repo) String() string {
	if r.revision == "main" {
		return r.id
	}
	return r.id + " at " + r.revision
}

// api is a path of the repository's API.
func (r repo) api(parts ...string) string {
	path := "/api/datasets/" + r.id
	for _, p := range parts {
		path += "/" + url.PathEscape(p)
	}
	return path
}

// info is what the Hub tells of a repository.
type info struct {
	ID      string
	SHA     string
	Private bool
}

func (r repo) info(ctx context.Context, revision string) (info, error) {
	var i info
	path := r.api()
	if revision != "" {
		path = r.api("revision", revision)
	}
	_, err := r.json(ctx, request{doing: "show the dataset " + r.String(), method: http.MethodGet, path: path}, nil, &i)
	return i, err
}

// create makes the repository. That it is there already is no error.
func (r repo) create(ctx context.Context, private bool) error {
	namespace, name, _ := strings.Cut(r.id, "/")
	visibility := "public"
	if private {
		visibility = "private"
	}
	body := map[string]string{"name": name, "organization": namespace, "type": "dataset", "visibility": visibility}
	_, err := r.json(ctx, request{doing: "create the dataset " + r.id, method: http.MethodPost, path: "/api/repos/create"}, body, nil)
	return unless(err, http.StatusConflict)
}

// branch makes the branch. That it is there already is no error.
func (r repo) branch(ctx context.Context) error {
	_, err := r.json(ctx, request{doing: fmt.Sprintf("create the branch %s of %s", r.revision, r.id), method: http.MethodPost,
		path: r.api("branch", r.revision)}, struct{}{}, nil)
	return unless(err, http.StatusConflict)
}

// unless is err, unless it has that status.
func unless(err error, status int) error {
	if e := (*Error)(nil); errors.As(err, &e) && e.Status == status && !e.passing {
		return nil
	}
	return err
}

// missing reports whether err says that there is no such thing, as far as the token sees.
func missing(err error, codes ...string) bool {
	e := (*Error)(nil)
	if !errors.As(err, &e) || e.Status != http.StatusNotFound && e.Status != http.StatusUnauthorized {
		return false
	}
	for _, code := range codes {
		if e.Code == code {
			return true
		}
	}
	return false
}

// remote is a file of a repository.
type remote struct {
	Type string
	Path string
	OID  string // of its content in git
	Size int64
	LFS  *struct{ OID string }
}

// nextPage is the address of the rest of a list.
var nextPage = regexp.MustCompile(`<([^>]+)>\s*;\s*rel="?next"?`)

// tree lists all files at a commit.
func (r repo) tree(ctx context.Context, commit string) (map[string]remote, error) {
	files := map[string]remote{}
	next := request{doing: "list the files of " + r.String(), method: http.MethodGet, path: r.api("tree", commit) + "?recursive=true"}
	for {
		var page []remote
		header, err := r.json(ctx, next, nil, &page)
		if err != nil {
			return nil, err
		}
		for _, f := range page {
			if f.Type == "file" {
				files[f.Path] = f
			}
		}
		link := nextPage.FindStringSubmatch(header.Get("Link"))
		if link == nil {
			return files, nil
		}
		u, err := url.Parse(link[1])
		if err != nil {
			return nil, err
		}
		next.path = u.RequestURI() // of the Hub, whatever the link says: the token goes with it
		if base, _ := url.Parse(r.endpoint); base.Path != "" {
			next.path = strings.TrimPrefix(next.path, base.EscapedPath())
		}
	}
}

// fileURL is where a file can be read.
func (r repo) fileURL(commit, path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return "/datasets/" + r.id + "/resolve/" + url.PathEscape(commit) + "/" + strings.Join(parts, "/")
}

// checkCard asks the Hub whether it would take the card.
func (r repo) checkCard(ctx context.Context, text string) error {
	_, err := r.json(ctx, request{doing: "accept the card (README.md) of " + r.id, method: http.MethodPost, path: "/api/validate-yaml"},
		map[string]string{"content": text, "repoType": "dataset"}, nil)
	if missing(err, "") { // a Hub that has no such check
		return nil
	}
	return err
}

// mostPreupload is of how many files the Hub is asked at once.
const mostPreupload = 256

// preupload asks which files are to go as large ones, and which the repository ignores.
func (r repo) preupload(ctx context.Context, files []*file) error {
	type question struct {
		Path   string `json:"path"`
		Sample string `json:"sample"`
		Size   int64  `json:"size"`
	}
	for len(files) > 0 {
		some := files[:min(len(files), mostPreupload)]
		files = files[len(some):]
		asked := make([]question, len(some))
		byPath := map[string]*file{}
		for i, f := range some {
			sample, err := f.sample()
			if err != nil {
				return err
			}
			asked[i], byPath[f.path] = question{f.path, base64.StdEncoding.EncodeToString(sample), f.size}, f
		}
		var reply struct {
			Files []struct {
				Path         string
				UploadMode   string
				ShouldIgnore bool
			}
		}
		_, err := r.json(ctx, request{doing: "make ready for the upload to " + r.String(), method: http.MethodPost,
			path: r.api("preupload", r.revision)}, map[string]any{"files": asked}, &reply)
		if err != nil {
			return err
		}
		for _, said := range reply.Files {
			if f := byPath[said.Path]; f != nil {
				f.large, f.ignored = said.UploadMode == "lfs" && f.size > 0, said.ShouldIgnore
				delete(byPath, said.Path)
			}
		}
		for path := range byPath {
			return &Error{Doing: "make ready for the upload to " + r.String(), Message: "its reply leaves out " + path, way: "Push again later."}
		}
	}
	return nil
}
