// Package publish pushes the datasets of a run to the Hugging Face Hub: those of a pipeline's hub blocks at the end of the run, and
// any later. A program links it only if its pipeline has such a block.
package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/hub"
)

// stateName is the file that remembers parts of large files, in the folder that is pushed.
const stateName = ".hub-upload.json"

// Repos are the hub blocks of a pipeline.
type Repos []Repo

// Repo is a hub block: where a dataset goes.
type Repo struct {
	Dataset  string
	ID       string // NAMESPACE/NAME, or NAME in the namespace of the token
	Revision string // a branch; empty: main
	Private  *bool  // nil: a new repository is private, and one that is there stays as it is
	License  string
}

// Targets says where each dataset goes.
func (all Repos) Targets() (targets []runtime.Pushed) {
	for _, r := range all {
		targets = append(targets, runtime.Pushed{Dataset: r.Dataset, Repo: r.ID, Revision: r.Revision, Private: r.Private, License: r.License})
	}
	return targets
}

// From are the targets that a run.json has.
func From(targets []runtime.Pushed) (all Repos) {
	for _, t := range targets {
		all = append(all, Repo{t.Dataset, t.Repo, t.Revision, t.Private, t.License})
	}
	return all
}

// Ready finds out whether the token may write where the datasets go.
func (all Repos) Ready(ctx context.Context) error {
	c, err := hub.FromEnv()
	if err != nil {
		return err
	}
	u, err := c.Whoami(ctx)
	if err != nil {
		return err
	}
	if u.Role == "read" {
		return fmt.Errorf("the token of the Hub (of %s) may only read. Make one with write access and set HF_TOKEN to it", u.Name)
	}
	for _, r := range all {
		namespace, _, ok := strings.Cut(r.ID, "/")
		if ok && namespace != u.Name && !slices.Contains(u.Orgs, namespace) {
			return fmt.Errorf("dataset %s goes to %s, and the token is of %s, who does not belong to %s (but to %s). Choose another repo_id or another token", r.Dataset, r.ID,
				u.Name, namespace, cmp.Or(strings.Join(u.Orgs, ", "), "no organisation"))
		}
		if err := c.MayPush(ctx, r.target()); err != nil {
			return err
		}
	}
	return nil
}

func (r Repo) target() hub.Target {
	return hub.Target{ID: r.ID, Revision: r.Revision, Private: r.Private, License: r.License}
}

// Push pushes datasets. Those that go to the same place go in one commit.
func (all Repos) Push(ctx context.Context, from runtime.PushFrom) ([]runtime.Pushed, error) {
	pushed := all.Targets()
	c, err := hub.FromEnv()
	if err != nil {
		return pushed, err
	}
	for _, r := range all {
		if !slices.Contains(from.Datasets, r.Dataset) {
			return nil, runtime.UnknownDataset(r.Dataset, from.Datasets)
		}
	}
	var failures []error
	for _, group := range all.groups() {
		dirs, names := map[string]string{}, []string{}
		for _, i := range group {
			names = append(names, all[i].Dataset)
			dirs[all[i].Dataset] = filepath.Join(from.Dir, "datasets", all[i].Dataset)
		}
		result, err := push(ctx, c, all[group[0]].target(), hub.Sets(dirs, names), filepath.Join(from.Dir, stateName), from)
		for _, i := range group {
			if p := &pushed[i]; err != nil {
				p.Error = err.Error()
			} else {
				p.Repo, p.Commit, p.URL, p.Sent = result.ID, result.Commit, result.URL, result.Sent
			}
		}
		if failures = append(failures, err); ctx.Err() != nil {
			break
		}
	}
	return pushed, errors.Join(failures...)
}

// groups are the blocks, by their number, that go to the same branch of a repository.
func (all Repos) groups() (groups [][]int) {
	at := map[[2]string]int{}
	for i, r := range all {
		key := [2]string{r.ID, r.Revision}
		n, ok := at[key]
		if !ok {
			n, at[key] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], i)
	}
	return groups
}

// Folder pushes the folder of one dataset, whatever made it. config is its config in the repository; empty: the folder is all that
// the repository has.
func Folder(ctx context.Context, dir, config string, to Repo, from runtime.PushFrom) error {
	c, err := hub.FromEnv()
	if err != nil {
		return err
	}
	set := hub.Set{Name: filepath.Base(dir), Dir: dir, Config: config}
	_, err = push(ctx, c, to.target(), []hub.Set{set}, filepath.Join(dir, stateName), from)
	return err
}

// push pushes, and shows how far it is.
func push(ctx context.Context, c *hub.Client, to hub.Target, sets []hub.Set, state string, from runtime.PushFrom) (hub.Result, error) {
	meter, ended, stopped := &hub.Meter{}, make(chan struct{}), make(chan struct{})
	texts := make(chan string)
	go func() {
		defer close(stopped)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				from.Progress(meter.Done(), meter.Total())
			case text := <-texts:
				from.Say(text)
			case <-ended:
				return
			}
		}
	}()
	result, err := c.Push(ctx, to, sets, hub.Options{State: state, Meter: meter, Say: func(text string) { texts <- text }})
	close(ended)
	<-stopped
	if err == nil {
		from.Say(told(sets, result))
	}
	return result, err
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// told says what came of a push.
func told(sets []hub.Set, r hub.Result) string {
	var names []string
	for _, s := range sets {
		names = append(names, s.Name)
	}
	what := "Dataset " + strings.Join(names, ", ")
	if len(sets) > 1 {
		what = "Datasets " + strings.Join(names, ", ")
	}
	if r.Files+r.Removed == 0 {
		return fmt.Sprintf("%s: nothing to push, %s has it all. %s", what, r.ID, r.URL)
	}
	text := fmt.Sprintf("%s pushed to %s: %s", what, r.URL, plural(r.Files, "file"))
	if r.Size > 0 {
		text += fmt.Sprintf(", %s of large ones sent", hub.Bytes(r.Sent))
	}
	if there := r.Size - r.Sent; there > 0 {
		text += fmt.Sprintf(", %s were there", hub.Bytes(there))
	}
	if r.Removed > 0 {
		text += fmt.Sprintf(", %d old shards removed", r.Removed)
	}
	return text + fmt.Sprintf(". Commit %.10s.", r.Commit)
}
