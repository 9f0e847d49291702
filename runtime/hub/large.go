package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// mostBatch is for how many large files the Hub is asked at once.
const mostBatch = 100

// uploader brings large files to where the Hub keeps them. What is there already is not sent.
type uploader struct {
	repo
	state *state
	meter *Meter
}

// all uploads files. While some are under way the next are read to find their names.
func (u *uploader) all(ctx context.Context, files []*file, there map[string]remote) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	groups := make(chan []*file, 1)
	named := make(chan error, 1)
	go func() {
		defer close(groups)
		for group := range slices.Chunk(files, mostBatch) {
			if err := inParallel(ctx, 2, group, func(ctx context.Context, f *file) error { return f.name(ctx) }); err != nil {
				named <- err
				return
			}
			select {
			case groups <- group:
			case <-ctx.Done():
				named <- ctx.Err()
				return
			}
		}
		named <- nil
	}()
	seen := map[string]bool{}
	for group := range groups {
		missing := slices.DeleteFunc(slices.Clone(group), func(f *file) bool {
			known := seen[f.oid] || f.same(there)
			if seen[f.oid] = true; known {
				u.meter.there(f.size)
			}
			return known
		})
		if err := u.group(ctx, missing); err != nil {
			stop(err)
			<-named
			return err
		}
	}
	return <-named
}

// inParallel does the work of each item, so many at once, and stops at the first failure.
func inParallel[T any](ctx context.Context, most int, items []T, do func(context.Context, T) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	room := make(chan struct{}, most)
	var all sync.WaitGroup
	for _, item := range items {
		select {
		case room <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			defer func() { <-room }()
			if err := do(ctx, item); err != nil {
				stop(err)
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// object is what the Hub says of a large file.
type object struct {
	OID     string
	Actions struct{ Upload, Verify *action }
	Error   *struct {
		Code    int
		Message string
	}
}

// action is a request that the Hub wants.
type action struct {
	Href   string
	Header map[string]any
}

// batch asks which files are there, and where the others are to go.
func (u *uploader) batch(ctx context.Context, files []*file) (map[string]object, error) {
	type wanted struct {
		OID  string `json:"oid"`
		Size int64  `json:"size"`
	}
	body := struct {
		Operation string            `json:"operation"`
		Transfers []string          `json:"transfers"`
		Objects   []wanted          `json:"objects"`
		Hash      string            `json:"hash_algo"`
		Ref       map[string]string `json:"ref"`
	}{"upload", []string{"basic", "multipart"}, nil, "sha256", map[string]string{"name": u.revision}}
	for _, f := range files {
		body.Objects = append(body.Objects, wanted{f.oid, f.size})
	}
	var reply struct{ Objects []object }
	_, err := u.json(ctx, request{doing: "take large files for " + u.id, method: http.MethodPost, accept: typeLFS, content: typeLFS,
		path: "/datasets/" + u.id + ".git/info/lfs/objects/batch"}, body, &reply)
	objects := map[string]object{}
	for _, o := range reply.Objects {
		objects[o.OID] = o
	}
	return objects, err
}

func (u *uploader) group(ctx context.Context, files []*file) error {
	if len(files) == 0 {
		return nil
	}
	objects, err := u.batch(ctx, files)
	if err != nil {
		return err
	}
	return inParallel(ctx, u.parallel, files, func(ctx context.Context, f *file) error {
		o, ok := objects[f.oid]
		if !ok {
			return &Error{Doing: "take " + f.path, Message: "its reply leaves it out", way: "Push again later."}
		}
		return u.one(ctx, f, o)
	})
}

// renewals is how often the Hub is asked anew for leave to upload a file, when it has run out.
const renewals = 3

// one uploads a file, unless the Hub has it.
func (u *uploader) one(ctx context.Context, f *file, o object) error {
	for try := 1; ; try++ {
		err := u.upload(ctx, f, o)
		if !runOut(err) || try == renewals {
			return err
		}
		u.state.forget(f.oid)
		if err := f.unchanged(ctx); err != nil {
			return err
		}
		objects, err := u.batch(ctx, []*file{f})
		if err != nil {
			return err
		}
		o = objects[f.oid]
	}
}

// runOut reports whether a signed address was refused, as one is that is too old, or that belongs to an upload that the store
// does not know any more.
func runOut(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.signed && (e.stale || e.Status == http.StatusForbidden || e.Status == http.StatusNotFound || e.Status == http.StatusGone)
}

func (u *uploader) upload(ctx context.Context, f *file, o object) error {
	switch {
	case o.Error != nil:
		e := &Error{Doing: "take " + f.path, Status: o.Error.Code, Message: plain(u.hide(o.Error.Message))}
		e.way = u.way(e, request{})
		return e
	case o.Actions.Upload == nil:
		u.meter.there(f.size)
		u.state.forget(f.oid)
		return nil
	}
	var err error
	if up := *o.Actions.Upload; up.Header["chunk_size"] != nil {
		err = u.inParts(ctx, f, o)
	} else {
		err = u.whole(ctx, f, up)
	}
	if err == nil {
		err = u.verify(ctx, f, o.Actions.Verify)
	}
	if err == nil {
		u.state.forget(f.oid)
	}
	return err
}

// whole sends a file at once.
func (u *uploader) whole(ctx context.Context, f *file, up action) error {
	header := map[string]string{}
	for name, value := range up.Header {
		header[name] = fmt.Sprint(value)
	}
	return u.send(ctx, request{doing: "take " + f.path, method: http.MethodPut, url: up.Href, header: header, size: f.size, sent: u.meter.sent,
		signed: true, body: func() (io.ReadCloser, error) { return f.open(0, f.size) }}, ignore)
}

func ignore(reply *http.Response) error {
	_, err := io.Copy(io.Discard, reply.Body)
	return err
}

// verify asks the Hub to look at what was sent.
func (u *uploader) verify(ctx context.Context, f *file, v *action) error {
	if v == nil {
		return nil
	}
	r := request{doing: "verify " + f.path, method: http.MethodPost, url: u.own(v.Href)}
	r.signed = !strings.HasPrefix(r.url, u.endpoint+"/") // the token is for the Hub alone
	_, err := u.json(ctx, r, map[string]any{"oid": f.oid, "size": f.size}, nil)
	return err
}

// own is an address of the Hub as this client reaches it, which may be through a mirror.
func (c *Client) own(href string) string {
	if rest, ok := strings.CutPrefix(href, home+"/"); ok {
		return c.endpoint + "/" + rest
	}
	return href
}
