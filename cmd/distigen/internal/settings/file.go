package settings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

const form = `{"step": {"NAME": {"ARGUMENT": VALUE}}, "model": {"NAME": {"ARGUMENT": VALUE}}}`

// FromFile reads a parameters file and returns its settings as --set takes them, so that they are checked like what stands
// in the pipeline.
func FromFile(path string) (sets []string, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the parameters file cannot be read: %w", err)
	}
	var kinds map[string]map[string]map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&kinds); err != nil {
		return nil, fmt.Errorf("the parameters file %s is not JSON of the form %s: %w", path, form, err)
	}
	if d.More() {
		return nil, fmt.Errorf("the parameters file %s has something after its JSON object", path)
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if kind != "step" && kind != "model" {
			return nil, fmt.Errorf("the parameters file %s has the key %q; its keys are \"step\" and \"model\", as in %s", path, kind, form)
		}
		for _, name := range slices.Sorted(maps.Keys(kinds[kind])) {
			params := kinds[kind][name]
			for _, param := range slices.Sorted(maps.Keys(params)) {
				value, err := expression(params[param], kind == "step" && param == "model")
				if err != nil {
					return nil, fmt.Errorf("the parameters file %s, %s.%s.%s: %w", path, kind, name, param, err)
				}
				sets = append(sets, fmt.Sprintf("%s.%s.%s=%s", kind, name, param, value))
			}
		}
	}
	return sets, nil
}

// expression is a JSON value in HCL. A model is named.
func expression(value json.RawMessage, isModel bool) (string, error) {
	t, err := ctyjson.ImpliedType(value)
	if err != nil {
		return "", err
	}
	v, err := ctyjson.Unmarshal(value, t)
	if err != nil {
		return "", err
	}
	if isModel && t == cty.String && !v.IsNull() {
		return "model." + v.AsString(), nil
	}
	return string(hclwrite.TokensForValue(v).Bytes()), nil
}
