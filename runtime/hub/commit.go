package hub

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// change is what a commit does to a repository.
type change struct {
	parent  string
	summary string
	files   []*file
	removed []string
}

// commit makes one commit of all changes. It is refused if the parent is not the last one any more, so that a commit whose reply was
// lost is never made twice.
func (r repo) commit(ctx context.Context, c change) (commit string, err error) {
	var body bytes.Buffer
	line := func(key string, value any) {
		text, _ := json.Marshal(map[string]any{"key": key, "value": value}) // strings and numbers
		body.Write(append(text, '\n'))
	}
	line("header", map[string]string{"summary": c.summary, "description": "", "parentCommit": c.parent})
	for _, f := range c.files {
		if f.large {
			line("lfsFile", map[string]any{"path": f.path, "algo": "sha256", "oid": f.oid, "size": f.size})
			continue
		}
		text, err := f.content()
		if err != nil {
			return "", err
		}
		line("file", map[string]string{"path": f.path, "content": base64.StdEncoding.EncodeToString(text), "encoding": "base64"})
	}
	for _, path := range c.removed {
		line("deletedFile", map[string]string{"path": path})
	}
	var reply struct{ CommitOID string }
	q := request{doing: "commit to " + r.String(), method: http.MethodPost, path: r.api("commit", r.revision), content: typeLines, once: true}
	q.text(body.Bytes())
	_, err = r.json(ctx, q, nil, &reply)
	return reply.CommitOID, err
}

func (f *file) content() ([]byte, error) {
	r, err := f.open(0, f.size)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// overtaken reports whether others changed the repository meanwhile.
func overtaken(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && (e.Status == http.StatusConflict || e.Status == http.StatusPreconditionFailed)
}
