package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// piece is one part of a large file, and the mark that the store gave for it.
type piece struct {
	URL  string `json:"url"`
	ETag string `json:"etag,omitempty"` // empty: it was not sent yet
}

// multipart is an upload in parts.
type multipart struct {
	Size     int64   `json:"size"`
	Chunk    int64   `json:"chunk"`
	Complete string  `json:"complete"`
	Pieces   []piece `json:"pieces"`
}

func newMultipart(f *file, up action) (*multipart, error) {
	chunk, err := strconv.ParseInt(fmt.Sprint(up.Header["chunk_size"]), 10, 64)
	m := &multipart{Size: f.size, Chunk: chunk, Complete: up.Href}
	odd := &Error{Doing: "take " + f.path, Message: "it wants the file in parts, and does not say where all of them go", way: "Push again later."}
	if err != nil || chunk <= 0 {
		return nil, odd
	}
	for n := int64(1); (n-1)*chunk < f.size; n++ {
		href, ok := up.Header[fmt.Sprintf("%05d", n)].(string)
		if !ok {
			return nil, odd
		}
		m.Pieces = append(m.Pieces, piece{URL: href})
	}
	return m, nil
}

// span is where a part is in the file.
func (m *multipart) span(n int) (from, size int64) {
	from = int64(n) * m.Chunk
	return from, min(m.Chunk, m.Size-from)
}

// inParts sends a file in parts. Those that went through are noted, so that they stay sent when the process ends.
func (u *uploader) inParts(ctx context.Context, f *file, o object) error {
	m, err := newMultipart(f, *o.Actions.Upload)
	if err != nil {
		return err
	}
	if begun := u.state.begun(f.oid); begun != nil && begun.Size == m.Size && begun.Chunk == m.Chunk && len(begun.Pieces) == len(m.Pieces) {
		m = begun
	}
	var todo []int
	done := int64(0)
	for n, p := range m.Pieces {
		if _, size := m.span(n); p.ETag == "" {
			todo = append(todo, n)
		} else {
			done += size
		}
	}
	u.meter.there(done)
	err = inParallel(ctx, u.parallel, todo, func(ctx context.Context, n int) error {
		from, size := m.span(n)
		etag := ""
		err := u.send(ctx, request{doing: fmt.Sprintf("take part %d of %s", n+1, f.path), method: http.MethodPut, url: m.Pieces[n].URL, size: size,
			sent: u.meter.sent, signed: true, body: func() (io.ReadCloser, error) { return f.open(from, size) }},
			func(reply *http.Response) error {
				etag = reply.Header.Get("ETag")
				return ignore(reply)
			})
		if err == nil && etag == "" {
			err = &Error{Doing: "take " + f.path, Message: "a part came to no mark (ETag)", way: "Push again later."}
		}
		if err == nil {
			u.state.note(f.oid, m, n, etag)
		}
		return err
	})
	completing := err == nil
	if completing {
		err = u.complete(ctx, f, m)
	}
	if e := (*Error)(nil); (completing || done > 0) && errors.As(err, &e) {
		e.stale = e.Status/100 == 4 && !again(err)
	}
	if runOut(err) { // then what was sent is lost, and will be sent again
		u.meter.there(-done)
		for n := range todo {
			if _, size := m.span(todo[n]); m.Pieces[todo[n]].ETag != "" {
				u.meter.sent(-int(size))
			}
		}
	}
	return err
}

// complete has the parts put together.
func (u *uploader) complete(ctx context.Context, f *file, m *multipart) error {
	type sent struct {
		Number int    `json:"partNumber"`
		ETag   string `json:"etag"`
	}
	body := struct {
		OID   string `json:"oid"`
		Parts []sent `json:"parts"`
	}{OID: f.oid}
	for n, p := range m.Pieces {
		body.Parts = append(body.Parts, sent{n + 1, p.ETag})
	}
	_, err := u.json(ctx, request{doing: "put the parts of " + f.path + " together", method: http.MethodPost, url: u.own(m.Complete), accept: typeLFS,
		content: typeLFS, signed: true}, body, nil)
	return err
}
