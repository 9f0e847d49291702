package argilla

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/llm"
)

// Wanted is a dataset as it is to be.
type Wanted struct {
	Workspace  string
	Name       string
	Guidelines string
	Shape      Shape
}

// Dataset is a dataset that takes records.
type Dataset struct {
	ID        string
	client    *Client
	questions map[string]string // ids by name
}

// stored is a dataset as the server tells it.
type stored struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"` // draft or ready
}

// Check finds out whether records can be sent to a dataset, without making it.
func (c *Client) Check(ctx context.Context, w Wanted) error {
	workspace, err := c.workspace(ctx, w.Workspace)
	if err != nil {
		return err
	}
	there, err := c.find(ctx, workspace, w.Name)
	if err != nil || there == nil {
		return err
	}
	shape, err := c.shape(ctx, there.ID)
	if err != nil {
		return err
	}
	return c.compare(w, *there, shape)
}

// Open returns the dataset. It makes what of it is not there yet, also where that was begun and not finished.
func (c *Client) Open(ctx context.Context, w Wanted) (*Dataset, error) {
	workspace, err := c.workspace(ctx, w.Workspace)
	if err != nil {
		return nil, err
	}
	there, err := c.find(ctx, workspace, w.Name)
	if err == nil && there == nil {
		there, err = c.create(ctx, workspace, w)
	}
	if err != nil {
		return nil, err
	}
	shape, err := c.shape(ctx, there.ID)
	if err != nil {
		return nil, err
	}
	if err := c.compare(w, *there, shape); err != nil {
		return nil, err
	}
	// Records that come before a dataset is published spoil its index, so that this comes first.
	if there.Status != "ready" {
		if shape, err = c.complete(ctx, *there, w, shape); err != nil {
			return nil, err
		}
	}
	d := &Dataset{ID: there.ID, client: c, questions: map[string]string{}}
	for _, q := range shape.Questions {
		d.questions[q.Name] = q.ID
	}
	return d, nil
}

// workspace finds the id of a workspace.
func (c *Client) workspace(ctx context.Context, name string) (id string, err error) {
	var spaces struct {
		Items []struct{ ID, Name string }
	}
	if err := c.do(ctx, "GET", "/api/v1/me/workspaces", nil, &spaces); err != nil {
		return "", c.unfit("its workspaces cannot be listed", err)
	}
	var names []string
	for _, s := range spaces.Items {
		if s.Name == name {
			return s.ID, nil
		}
		names = append(names, s.Name)
	}
	have := "It has no workspace for the user of this key."
	if len(names) > 0 {
		have = fmt.Sprintf("The user of this key has %s.", strings.Join(names, ", "))
	}
	return "", &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("There is no workspace %q on the Argilla server at %s. %s", name, c.url, have),
		Remedy: fmt.Sprintf("Set workspace to one of these, or make it: an owner does so with the argilla SDK, rg.Workspace(name=%q).create().", name)}
}

// find returns the dataset of a name, or nil if there is none.
func (c *Client) find(ctx context.Context, workspace, name string) (*stored, error) {
	var sets struct{ Items []stored }
	path := "/api/v1/me/datasets?" + url.Values{"workspace_id": {workspace}, "name": {name}}.Encode()
	if err := c.do(ctx, "GET", path, nil, &sets); err != nil {
		return nil, c.unfit("its datasets cannot be listed", err)
	}
	for _, s := range sets.Items {
		if s.Name == name {
			return &s, nil
		}
	}
	return nil, nil
}

// create makes a dataset without fields. Where another process was faster, or an answer was lost, it is there already.
func (c *Client) create(ctx context.Context, workspace string, w Wanted) (*stored, error) {
	body := map[string]any{"name": w.Name, "workspace_id": workspace, "allow_extra_metadata": false}
	if w.Guidelines != "" {
		body["guidelines"] = w.Guidelines
	}
	made := &stored{}
	err := c.do(ctx, "POST", "/api/v1/datasets", body, made)
	if status(err) == http.StatusConflict {
		if made, err = c.find(ctx, workspace, w.Name); err == nil && made == nil {
			return nil, &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("The dataset %q is there, and the user of this key does not see it.", w.Name),
				Remedy: "Choose another name for the dataset, or take the key of a user who does."}
		}
	}
	return made, c.unfit(fmt.Sprintf("the dataset %q cannot be made", w.Name), err)
}

// shape asks what a dataset is like.
func (c *Client) shape(ctx context.Context, id string) (Shape, error) {
	var fields struct{ Items []Field }
	var questions struct{ Items []Question }
	var metadata struct{ Items []Metadata }
	err := c.do(ctx, "GET", "/api/v1/datasets/"+id+"/fields", nil, &fields)
	if err == nil {
		err = c.do(ctx, "GET", "/api/v1/datasets/"+id+"/questions", nil, &questions)
	}
	if err == nil {
		err = c.do(ctx, "GET", "/api/v1/me/datasets/"+id+"/metadata-properties", nil, &metadata)
	}
	return Shape{fields.Items, questions.Items, metadata.Items}, c.unfit("the settings of the dataset cannot be read", err)
}

// compare refuses a dataset that is there and is another one.
func (c *Client) compare(w Wanted, there stored, shape Shape) error {
	draft := there.Status != "ready"
	other := fmt.Sprintf("Set dataset to another name, or delete %q in Argilla if it is no longer needed.", w.Name)
	switch simulated := shape.isSimulated(); {
	case simulated && !w.Shape.isSimulated():
		return &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("The dataset %q in the workspace %q of %s holds simulated records, which are not mixed with real ones.",
			w.Name, w.Workspace, c.url), Remedy: other}
	case !simulated && w.Shape.isSimulated() && !draft: // to a draft, what is missing is added
		return &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("The dataset %q in the workspace %q of %s is one for real records, and those of this run are simulated.",
			w.Name, w.Workspace, c.url), Remedy: "Set dataset to another name for this run, or unset ARGILLA_API_URL to send nothing."}
	}
	differ := w.Shape.differences(shape, draft)
	if len(differ) == 0 {
		return nil
	}
	return &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("The dataset %q in the workspace %q of %s is of another shape: %s.",
		w.Name, w.Workspace, c.url, strings.Join(differ, "; ")), Remedy: other}
}

// complete makes what a dataset lacks, publishes it, and returns what it is like then. Where another process was faster, its
// dataset counts.
func (c *Client) complete(ctx context.Context, there stored, w Wanted, have Shape) (Shape, error) {
	failed := c.add(ctx, there.ID, w.Shape, have)
	if failed == nil {
		failed = c.unfit("the dataset cannot be published", c.do(ctx, "PUT", "/api/v1/datasets/"+there.ID+"/publish", nil, nil))
	}
	if failed != nil {
		var now stored
		if isLater(failed) || ctx.Err() != nil || c.do(ctx, "GET", "/api/v1/datasets/"+there.ID, nil, &now) != nil || now.Status != "ready" {
			return have, failed
		}
	}
	shape, err := c.shape(ctx, there.ID)
	if err == nil {
		there.Status = "ready"
		err = c.compare(w, there, shape)
	}
	return shape, err
}

// add makes what a dataset lacks.
func (c *Client) add(ctx context.Context, id string, want, have Shape) error {
	has := func(kind, name string) bool {
		return slices.ContainsFunc(have.traits(), func(t trait) bool { return t.kind == kind && t.name == name })
	}
	add := func(kind, name, path string, body any) error {
		if has(kind, name) {
			return nil
		}
		err := c.do(ctx, "POST", "/api/v1/datasets/"+id+"/"+path, body, nil)
		if status(err) == http.StatusConflict { // an answer was lost, or another process was faster
			err = nil
		}
		return c.unfit(fmt.Sprintf("the %s %s of the dataset cannot be made", kind, name), err)
	}
	for _, f := range want.Fields {
		if err := add("field", f.Name, "fields", f); err != nil {
			return err
		}
	}
	for _, q := range want.Questions {
		if err := add("question", q.Name, "questions", q); err != nil {
			return err
		}
	}
	for _, m := range want.Metadata {
		if err := add("metadata property", m.Name, "metadata-properties", m); err != nil {
			return err
		}
	}
	return nil
}

// unfit is a refusal that no second try mends.
func (c *Client) unfit(what string, err error) error {
	if status(err) == 0 || isLater(err) || isFatal(err) {
		return err
	}
	remedy := "Check that it is a server of Argilla 2."
	if status(err) == http.StatusNotFound {
		remedy = "Check the address, and that the server is of Argilla 2; if the dataset was deleted meanwhile, run again."
	}
	return &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("Argilla: %s: %v.", what, err), Remedy: remedy, Err: err}
}
