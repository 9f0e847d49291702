package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Target is where a push goes.
type Target struct {
	ID       string // NAMESPACE/NAME, or NAME in the namespace of the token
	Revision string // a branch, made if it is not there; empty: main
	Private  *bool  // nil: a new repository is private, and one that is there stays as it is
	License  string // put into the card, unless it is empty
	Message  string // of the commit
}

// Options are what else a push may have.
type Options struct {
	State string       // a file that remembers which parts of large files are sent; empty: none
	Meter *Meter       // nil: nobody looks
	Say   func(string) // is told what happens; nil: nobody listens
}

// Result is what came of a push.
type Result struct {
	ID       string `json:"repo_id"`
	Revision string `json:"revision"`
	Commit   string `json:"commit"`
	URL      string `json:"url"`
	Created  bool   `json:"created,omitempty"`
	Files    int    `json:"files"`   // in the commit
	Removed  int    `json:"removed"` // from the repository: shards of an earlier push
	Sent     int64  `json:"sent"`    // bytes of large files that were sent now
	Size     int64  `json:"size"`    // bytes of all large files
}

// Push brings datasets to a repository, in one commit. What the Hub has is not sent again.
func (c *Client) Push(ctx context.Context, to Target, sets []Set, o Options) (Result, error) {
	if o.Meter == nil {
		o.Meter = &Meter{}
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	files, err := collect(sets)
	if err != nil {
		return Result{}, err
	}
	r, created, err := c.ready(ctx, to)
	if err != nil {
		return Result{}, err
	}
	p := &push{repo: r, to: to, sets: sets, files: files, options: o,
		result: Result{ID: r.id, Revision: r.revision, Created: created, URL: c.endpoint + "/datasets/" + r.id}}
	if created {
		o.Say(fmt.Sprintf("Created the dataset %s.", r.id))
	}
	err = p.run(ctx)
	return p.result, err
}

// ready finds the repository and its branch, or makes them.
func (c *Client) ready(ctx context.Context, to Target) (r repo, created bool, err error) {
	if c.token == "" {
		return r, false, noToken(c.endpoint)
	}
	if err := CheckID(to.ID); err != nil {
		return r, false, fmt.Errorf("%q cannot be a repository: %w", to.ID, err)
	}
	r = repo{c, to.ID, cmp.Or(to.Revision, "main")}
	if !strings.Contains(to.ID, "/") {
		u, err := c.Whoami(ctx)
		if err != nil {
			return r, false, err
		}
		r.id = u.Name + "/" + to.ID
	}
	there, err := r.info(ctx, "")
	switch {
	case missing(err, "RepoNotFound", "") && !badToken(err):
		created = true
		if err := r.create(ctx, to.Private == nil || *to.Private); err != nil {
			return r, false, err
		}
	case err != nil:
		return r, false, err
	default:
		if err := r.stays(to, there); err != nil {
			return r, false, err
		}
	}
	if r.revision == "main" || strings.HasPrefix(r.revision, "refs/") {
		return r, created, nil
	}
	if _, err = r.info(ctx, r.revision); missing(err, "RevisionNotFound") {
		err = r.branch(ctx)
	}
	return r, created, err
}

// stays refuses to publish what is to be private.
func (r repo) stays(to Target, there info) error {
	if to.Private == nil || !*to.Private || there.Private {
		return nil
	}
	return fmt.Errorf("the dataset %s is public on the Hub, and private = true is asked for. Make it private in its settings there, choose another repo_id, or say private = false", r.id)
}

func badToken(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && strings.Contains(e.Message, "Invalid credentials")
}

// push is a push under way.
type push struct {
	repo
	to      Target
	sets    []Set
	files   []*file // on disk
	options Options
	result  Result
}

// run plans, uploads and commits. Whatever happens at the commit, it looks at the repository and plans anew: a commit whose reply
// was lost is found there.
func (p *push) run(ctx context.Context) error {
	state := openState(p.options.State, p.endpoint, p.id)
	uploaded := false
	for try := 1; ; try++ {
		now, err := p.info(ctx, p.revision)
		if err != nil {
			return err
		}
		there, err := p.tree(ctx, now.SHA)
		if err != nil {
			return err
		}
		card, err := p.card(ctx, now.SHA, there)
		if err != nil {
			return err
		}
		if err := p.preupload(ctx, append(p.data(), card)); err != nil {
			return err
		}
		if !uploaded {
			if err := p.upload(ctx, state, there); err != nil {
				return err
			}
			uploaded = true
		}
		c, err := p.change(ctx, now.SHA, card, there)
		if err != nil {
			return err
		}
		p.mixed(there)
		if len(c.files)+len(c.removed) == 0 {
			p.result.Commit = now.SHA
			return nil
		}
		p.result.Files, p.result.Removed = len(c.files), len(c.removed)
		p.result.Commit, err = p.commit(ctx, c)
		if err == nil || !again(err) && !overtaken(err) || try == p.tries {
			return err
		}
		p.options.Say(fmt.Sprintf("%s: trying again.", strings.TrimRight(err.Error(), ".")))
		if !sleep(ctx, jitter(p.first<<min(try-1, 5))) {
			return ctx.Err()
		}
	}
}

// data are the files without the card of the repository, which is made anew for each commit.
func (p *push) data() []*file {
	return slices.DeleteFunc(slices.Clone(p.files), func(f *file) bool { return f.path == cardName })
}

func (p *push) upload(ctx context.Context, state *state, there map[string]remote) error {
	large := slices.DeleteFunc(p.data(), func(f *file) bool { return !f.large || f.ignored })
	for _, f := range large {
		p.options.Meter.total.Add(f.size)
	}
	began := time.Now()
	u := &uploader{p.repo, state, p.options.Meter}
	err := u.all(ctx, large, there)
	p.result.Size, p.result.Sent = p.options.Meter.Total(), p.options.Meter.Sent()
	if err == nil && p.result.Sent > 0 {
		p.options.Say(fmt.Sprintf("Sent %s to %s in %.1f seconds.", Bytes(p.result.Sent), p.id, time.Since(began).Seconds()))
	}
	return err
}

// change finds what the repository lacks, and the shards in it that are no more.
func (p *push) change(ctx context.Context, parent string, card *file, there map[string]remote) (change, error) {
	c := change{parent: parent, summary: cmp.Or(p.to.Message, "Push by distigen")}
	kept := map[string]bool{}
	for _, f := range append(p.data(), card) {
		if kept[f.path] = true; f.ignored {
			continue
		}
		if f.oid == "" || !f.large {
			if err := f.name(ctx); err != nil {
				return c, err
			}
		}
		if !f.same(there) {
			c.files = append(c.files, f)
		}
	}
	for old := range there {
		if !kept[old] && p.superseded(old) {
			c.removed = append(c.removed, old)
		}
	}
	slices.Sort(c.removed)
	return c, nil
}

// mixed says so where the repository has data of several forms, of which datasets.load_dataset reads one alone.
func (p *push) mixed(there map[string]remote) {
	forms := map[string]bool{}
	for _, name := range p.others(there) {
		forms[path.Ext(name)] = true
	}
	for _, f := range p.files {
		if isData(f.path) {
			forms[path.Ext(f.path)] = true
		}
	}
	if len(forms) > 1 {
		p.options.Say(fmt.Sprintf("Note: %s has data in several formats (%s), of which datasets.load_dataset reads one. Write all in the same format, or choose a repository for each.",
			p.id, strings.Join(slices.Sorted(maps.Keys(forms)), ", ")))
	}
}

// shardName is how the files of a split are called.
var shardName = regexp.MustCompile(`^(.+)-\d{5}-of-\d{5}(-[0-9a-f]+)?\.(parquet|jsonl|csv)$`)

// superseded reports whether a file of the repository is a shard of a dataset that is pushed, which has other shards now, or a file
// of the pipeline that made it then.
func (p *push) superseded(old string) bool {
	return p.ofOldPipeline(old) || shardName.MatchString(path.Base(old)) && slices.ContainsFunc(p.files, func(f *file) bool {
		return path.Dir(f.path) == path.Dir(old) && shardName.MatchString(path.Base(f.path))
	})
}

// ofOldPipeline reports whether a file belongs to the pipeline of a dataset that is pushed with its pipeline. One that stayed would
// be taken for a part of it.
func (p *push) ofOldPipeline(old string) bool {
	return slices.ContainsFunc(p.sets, func(s Set) bool {
		has := func(name string) bool {
			return slices.ContainsFunc(p.files, func(f *file) bool { return strings.HasPrefix(f.path, s.inRepo(name)) })
		}
		return strings.HasPrefix(old, s.inRepo(pipelineFolder)) && has(pipelineFolder) && has("dataset.json")
	})
}

// pipelineFolder is where a dataset's folder has the pipeline that made it.
const pipelineFolder = "pipeline/"

// Bytes is a size as people read it.
func Bytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1e6:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1e9:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.2f GB", float64(n)/1e9)
}

// MayPush finds out, as far as it can be told without writing anything, whether a push would be refused.
func (c *Client) MayPush(ctx context.Context, to Target) error {
	if !strings.Contains(to.ID, "/") {
		return CheckID(to.ID) // it is in the namespace of the token
	}
	r := repo{c, to.ID, cmp.Or(to.Revision, "main")}
	there, err := r.info(ctx, "")
	if missing(err, "RepoNotFound", "") && !badToken(err) {
		return nil
	}
	if err == nil {
		err = r.stays(to, there)
	}
	return err
}
