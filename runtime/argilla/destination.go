package argilla

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/component"
)

// Destination is what all steps take that send to a dataset of Argilla.
type Destination struct {
	Dataset    string `param:"dataset" required:"true" doc:"Name of the dataset in Argilla. It is made if it is not there."`
	Workspace  string `param:"workspace" default:"argilla" doc:"Workspace of the dataset, which must be there."`
	APIURL     string `param:"api_url" doc:"Address of the server. Without it ARGILLA_API_URL says it, and if that is not set either, the step is off."`
	APIKeyEnv  string `param:"api_key_env" default:"ARGILLA_API_KEY" env:"true" doc:"Name of the environment variable that has the API key."`
	Guidelines string `param:"guidelines" doc:"What annotators are told, in Markdown. Without it they are told what the questions mean."`
	Markdown   bool   `param:"use_markdown" doc:"Show texts as Markdown and not as they are."`
	BatchSize  int    `param:"batch_size" default:"50" min:"1" max:"500" doc:"How many records are sent together at most."`
	MaxOutage  int    `param:"max_outage" default:"60" min:"1" max:"86400" doc:"How many seconds to go on trying at the end of a run if the server is down. While rows are being made it is waited for in any case."`
}

const urlVariable = "ARGILLA_API_URL"

func (d Destination) address() string {
	if d.APIURL != "" {
		return d.APIURL
	}
	return strings.TrimSpace(os.Getenv(urlVariable))
}

// Off says why nothing is sent.
func (d Destination) Off() string {
	if d.address() == "" {
		return urlVariable + " is not set."
	}
	return ""
}

// Target names the dataset.
func (d Destination) Target() string {
	return fmt.Sprintf("the Argilla dataset %s (workspace %s)", d.Dataset, d.Workspace)
}

// Batch is how many records are sent together at most.
func (d Destination) Batch() int { return d.BatchSize }

// Patience is how long a server that is down is waited for at the end.
func (d Destination) Patience() time.Duration { return time.Duration(d.MaxOutage) * time.Second }

// wanted is the dataset as a run needs it.
func (d Destination) wanted(run component.SinkRun, shape Shape, guidelines string) Wanted {
	if d.Guidelines != "" {
		guidelines = d.Guidelines
	}
	if run.Simulated {
		shape = shape.Simulated()
		guidelines = "**SIMULATED: no model was asked, the texts are made up.**\n\n" + guidelines
	}
	return Wanted{Workspace: d.Workspace, Name: d.Dataset, Guidelines: guidelines, Shape: shape}
}

func (d Destination) client() (*Client, error) {
	return NewClient(d.address(), os.Getenv(d.APIKeyEnv), d.APIKeyEnv)
}

func (d Destination) check(ctx context.Context, w Wanted) error {
	client, err := d.client()
	if err != nil {
		return err
	}
	return client.Check(ctx, w)
}

// openDataset opens a dataset for rows of which record makes records.
func openDataset[I any](ctx context.Context, d Destination, run component.SinkRun, w Wanted, record func(I) (Record, error)) (component.Sender[I], error) {
	client, err := d.client()
	if err != nil {
		return nil, err
	}
	set, err := client.Open(ctx, w)
	if err != nil {
		return nil, err
	}
	return &rowSender[I]{set, run.Simulated, record}, nil
}

// rowSender sends rows as records.
type rowSender[I any] struct {
	set       *Dataset
	simulated bool
	record    func(I) (Record, error)
}

// Place is the dataset by the id that the server gave it, so that one made anew is another.
func (s *rowSender[I]) Place() string { return "argilla " + s.set.ID }

// Send sends rows.
func (s *rowSender[I]) Send(ctx context.Context, rows []component.SinkRow[I]) error {
	records := make([]Record, len(rows))
	for i, row := range rows {
		r, err := s.record(row.In)
		if err != nil {
			return err
		}
		if r.ID = row.ID; s.simulated {
			r = r.Simulated()
		}
		records[i] = r
	}
	return s.set.Send(ctx, records)
}
