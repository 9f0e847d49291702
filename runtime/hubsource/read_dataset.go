// Package hubsource is the source read_dataset: rows of datasets on the Hugging Face Hub. A program links it only if it reads one.
package hubsource

import (
	"context"
	"fmt"
	"iter"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/hub"
	"github.com/distigen/distigen/runtime/parquet"
	"github.com/distigen/distigen/runtime/source"
)

// Source is a source that reads a dataset of the Hub.
type Source struct {
	RepoID   string           `param:"repo_id" required:"true" fixed:"true" doc:"The dataset: NAMESPACE/NAME."`
	Config   string           `param:"config" fixed:"true" doc:"The config. Default: the one called default, or the only one."`
	Split    string           `param:"split" default:"train" fixed:"true" doc:"The split."`
	Revision string           `param:"revision" default:"main" fixed:"true" doc:"A branch, a tag or a commit. A branch or tag is pinned to its commit at check."`
	Columns  component.Schema `param:"columns" fixed:"true" doc:"The columns to read: a list of names, or a map of names to types. Default: all that the dataset has, with the types of its schema."`
	Limit    int              `param:"limit" default:"0" min:"0" doc:"Read only so many rows; 0 reads them all."`
}

// find finds the files of the split.
func (s Source) find(ctx context.Context) (*files, error) {
	if err := hub.CheckID(s.RepoID); err != nil {
		return nil, fmt.Errorf("%q cannot be a dataset of the Hub: %w", s.RepoID, err)
	}
	cache, err := hub.DefaultCache()
	if err != nil {
		return nil, err
	}
	snapshot, err := open(ctx, s.RepoID, s.Revision, cache)
	if err != nil {
		return nil, err
	}
	remote, err := snapshot.Parquet(s.Config, s.Split)
	return &files{snapshot, remote}, err
}

// open opens a snapshot. One whose commit is known and that was read before needs neither the Hub nor a token.
func open(ctx context.Context, id, revision, cache string) (*hub.Snapshot, error) {
	c, err := hub.FromEnv()
	if err != nil {
		return nil, err
	}
	return c.Resolve(ctx, id, revision, cache)
}

func (s Source) rows() parquet.Source { return parquet.Source{Columns: s.Columns, Limit: s.Limit} }

// Read yields the rows, one at a time.
func (s Source) Read(string) iter.Seq2[func(row any) error, error] {
	return func(yield func(func(row any) error, error) bool) {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		f, err := s.find(ctx)
		if err != nil {
			yield(nil, unreadable(s.RepoID, err))
			return
		}
		for record, err := range s.rows().ReadFiles(f.ahead(ctx, s.rows())) {
			if !yield(record, err) {
				return
			}
		}
	}
}

// Check compares the schema of the first file with the columns of the rows. The others of a commit were looked at when the
// pipeline was checked, unless the types are declared.
func (s Source) Check(_ string, row reflect.Type) error {
	ctx := context.Background()
	f, err := s.find(ctx)
	if err != nil {
		return unreadable(s.RepoID, err)
	}
	return s.rows().CheckFiles([]source.File{Part(ctx, f.snapshot, f.remote[0])}, row)
}

// Component declares read_dataset.
func Component() component.Component {
	return component.Component{
		Name: "read_dataset", Was: []string{"LoadDataFromHub", "LoadHubDataset"}, Category: "source",
		Summary: "Rows read from a dataset on the Hugging Face Hub",
		Doc: `Reads a split of a dataset on the Hub, from its Parquet files. Where it has none, those are read that the Hub makes of most datasets.
The types are as in read_parquet, with the features of the Python library datasets.

The revision is pinned: at the first check the commit of the branch or tag is written into ` + "`hub.lock.json`" + ` in the pipeline's folder, and
into the generated program. Check, build and run read that commit from then on, whatever is pushed to the dataset. To move on to a newer one,
remove the entry, or the file, and check again. Commit the file with the pipeline.

A check asks for the footers of the files, of 200 at most, which have the types and how many values are null. Where they do not tell
whether a list or a struct is null or empty, the first 1,000 rows of the first file do, or all if the split has at most 8 MiB.

A run downloads a file while the one before is read, no more of them once ` + "`limit`" + ` is reached, into a cache on disk under the name of their
content: nothing is downloaded twice, a download that was broken off goes on where it was, and what came is compared with the Hub's sum.
Where ` + "`columns`" + ` and ` + "`limit`" + ` need less than half of a file, only those parts are downloaded; they are not compared with a sum. A pinned dataset that
is in the cache is read without a network. ` + "`DISTIGEN_CACHE`" + ` names another folder.

Private datasets need a token: ` + "`HF_TOKEN`" + `, or where hf auth login has put it. ` + "`HF_ENDPOINT`" + ` names another Hub.

With a map in ` + "`columns`" + ` you say the types, and the Hub is not asked before the program runs: name a commit in ` + "`revision`" + ` then, if
every run is to read the same. A schema that does not fit the columns stops the run before anything is asked. A row that does not fit is
rejected with the class ` + "`bad_row`" + `, its file and its number.`,
		Example: `pipeline "from-the-hub" {}

step "read_dataset" "questions" {
  repo_id = "acme/questions"
  split   = "train"
  columns = { instruction = "string", level = "int" }
  limit   = 100
}
`,
		Shape:  component.Source,
		Params: reflect.TypeFor[Source](),
		Derive: func(params any, c *component.Columns) { params.(Source).derive(c) },
		Settle: func(params any, c *component.Columns) any { return params.(Source).settle(c) },
	}
}

// derive finds the columns. It is the compiler that calls this.
func (s Source) derive(c *component.Columns) {
	if err := hub.CheckID(s.RepoID); err != nil {
		c.Problem("repo_id", fmt.Sprintf("invalid repo_id %q", s.RepoID), fmt.Sprintf("The Hub has no dataset of that name: %v.", err))
		return
	}
	source.Derive(c, s.Columns, "repo_id", func() ([]component.Column, error) {
		ctx := context.Background()
		s.Revision = pinOf(c.Dir, s.RepoID, s.Revision)
		f, err := s.find(ctx)
		if err != nil {
			return nil, err
		}
		pin(c.Dir, s.RepoID, s.Revision, f.snapshot.Commit)
		found := f.footers(ctx, s.Limit)
		columns, err := s.rows().InferFiles(found)
		if err == nil && len(columns) < len(s.Columns) { // one is not there: all are needed to say which are
			return parquet.Source{Limit: s.Limit}.InferFiles(found)
		}
		return columns, err
	})
}

// settle puts the commit in the place of the branch.
func (s Source) settle(c *component.Columns) Source {
	s.Revision = pinOf(c.Dir, s.RepoID, s.Revision)
	return s
}
