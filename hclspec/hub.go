package hclspec

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/hub"
)

// hubBlock is the hub block of a dataset.
type hubBlock struct {
	at     hcl.Range
	attrs  hclsyntax.Attributes
	args   *arguments
	params HubSettings
}

// HubSettings are the arguments of a hub block.
type HubSettings struct {
	RepoID   string `param:"repo_id" required:"true" doc:"The repository: NAMESPACE/NAME, or NAME alone in the namespace of the token."`
	Private  *bool  `param:"private" doc:"Whether only its owners see it. Without it a new repository is private, and one that is there stays as it is."`
	Revision string `param:"revision" default:"main" doc:"The branch, which is made if it is not there."`
	License  string `param:"license" doc:"The licence, where the dataset itself does not say it."`
	Enabled  bool   `param:"enabled" default:"true" doc:"Whether the dataset is pushed at all."`
}

var hubArguments = component.ParamsOf(reflect.TypeFor[HubSettings]())

// addHub reads the hub blocks of a dataset, of which there is one at most.
func (l *loader) addHub(d *datasetBlock, blocks hclsyntax.Blocks) {
	for _, b := range blocks {
		switch {
		case b.Type != "hub":
			continue
		case d.hub != nil:
			l.errorAt(diag.Duplicate, b.TypeRange, "second hub block", fmt.Sprintf(
				"Dataset %q is pushed to one repository. Remove one of the blocks, or write another dataset block with the same from.", d.name),
				diag.Related{Range: d.hub.at, Message: "the first one is here"})
			continue
		case len(b.Labels) > 0:
			l.errorAt(diag.BadLabels, b.LabelRanges[0], "hub block with a label", "A hub block has no label. Write hub { repo_id = \"NAMESPACE/NAME\" }.")
		}
		for _, inner := range b.Body.Blocks {
			l.innerBlock("hub block", inner, map[string]string{})
		}
		d.hub = &hubBlock{at: b.TypeRange, attrs: b.Body.Attributes}
	}
}

// hubHints answer the names that other tools have for the arguments.
var hubHints = map[string]hint{
	"repo":       {arg: "repo_id", text: "Did you mean \"repo_id\"?"},
	"name":       {arg: "repo_id", text: "Did you mean \"repo_id\"? It is NAMESPACE/NAME."},
	"repository": {arg: "repo_id", text: "Did you mean \"repo_id\"?"},
	"dataset":    {arg: "repo_id", text: "Did you mean \"repo_id\"?"},
	"branch":     {arg: "revision", text: "Did you mean \"revision\"?"},
	"public":     {arg: "private", text: "Write private = false."},
	"visibility": {arg: "private", text: "Write private = true or private = false."},
	"licence":    {arg: "license", text: "Did you mean \"license\"?"},
	"token": {text: "The token is in no file. It is read when the program runs: from HF_TOKEN, or from where hf auth login has put it. " +
		"Remove it, and make a new one if this one was seen by others."},
	"config_name": {text: "The config is called like the dataset. Rename the dataset block."},
	"endpoint":    {text: "Another Hub is named by HF_ENDPOINT when the program runs."},
}

func (l *loader) evalHub(d *datasetBlock) {
	h := d.hub
	if h == nil {
		return
	}
	for _, a := range inOrder(h.attrs) {
		if a.Name == "token" || a.Name == "hf_token" {
			l.hide(a.Expr)
		}
		l.checkRefs(a.Expr, scope{where: "a hub block"})
	}
	h.args = &arguments{l: l, attrs: h.attrs, params: hubArguments, owner: fmt.Sprintf("the hub block of dataset %q", d.name), at: h.at, hints: hubHints}
	h.args.decode(reflect.ValueOf(&h.params).Elem(), nil)
	if !h.params.Enabled {
		return
	}
	if h.args.ok("repo_id") && h.args.attrs["repo_id"] != nil {
		if err := hub.CheckID(h.params.RepoID); err != nil {
			way := ""
			if h.params.RepoID == "" {
				way = " To push only where it is given, add enabled = " + l.written(h.args.rangeOf("repo_id")) + " != \"\"."
			}
			l.errorAt(diag.BadRepo, h.args.rangeOf("repo_id"), fmt.Sprintf("invalid repo_id %q", h.params.RepoID),
				fmt.Sprintf("The Hub has no place of that name: %v.%s", err, way))
		}
	}
	if h.args.ok("revision") {
		if err := hub.CheckRevision(h.params.Revision); err != nil {
			l.errorAt(diag.BadRepo, h.args.rangeOf("revision"), fmt.Sprintf("invalid revision %q", h.params.Revision), sentenceStart(err.Error())+".")
		}
	}
	l.checkLicense(h.args, h.params.License)
	l.settleLicense(d)
	l.checkSameRepo(d)
}

// checkSameRepo refuses two datasets of one repository that want it to be different.
func (l *loader) checkSameRepo(d *datasetBlock) {
	for o := range l.datasets.all {
		if o == d {
			return
		}
		if o.hub == nil || o.hub.args == nil || !o.hub.params.Enabled || o.hub.params.RepoID != d.hub.params.RepoID || o.hub.params.Revision != d.hub.params.Revision {
			continue
		}
		for _, p := range []struct {
			name       string
			same       bool
			ours, them any
		}{
			{"private", reflect.DeepEqual(o.hub.params.Private, d.hub.params.Private), d.hub.params.Private, o.hub.params.Private},
			{"license", o.hub.params.License == d.hub.params.License, d.hub.params.License, o.hub.params.License},
		} {
			if !p.same {
				l.errorAt(diag.Contradiction, d.sayingAt(p.name), fmt.Sprintf("two values of %q for one repository", p.name), fmt.Sprintf(
					"The datasets %q and %q go to %s together. Say the same of it for both, or choose two repositories.", o.name, d.name, d.hub.params.RepoID),
					diag.Related{Range: o.sayingAt(p.name), Message: "the other one is here"})
			}
		}
	}
}

// plan is the block as the plan has it; nil where nothing is pushed.
func (h *hubBlock) plan() *HubSettings {
	if h == nil || !h.params.Enabled {
		return nil
	}
	return &h.params
}

// hubOff is the enabled of a block that is off by what it depends on, as the pipeline has it; empty where it is on, and where it is
// off for good.
func (l *loader) hubOff(h *hubBlock) string {
	if h == nil || h.params.Enabled || h.attrs["enabled"] == nil {
		return ""
	}
	expr := h.attrs["enabled"].Expr
	at, source := expr.Range(), l.report.Sources[expr.Range().Filename]
	if _, literal := expr.(*hclsyntax.LiteralValueExpr); literal || at.End.Byte > len(source) {
		return ""
	}
	return strings.Join(strings.Fields(string(source[at.Start.Byte:at.End.Byte])), " ")
}

// MarshalJSON prints the settings by their names in HCL.
func (s HubSettings) MarshalJSON() ([]byte, error) { return marshal(settings{s}) }
