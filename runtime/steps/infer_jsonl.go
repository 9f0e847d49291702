package steps

import "github.com/distigen/distigen/runtime/component"

// InferJSONL finds the columns of a file of JSON lines.
func InferJSONL(path string, sample int) ([]component.Column, error) { return nil, nil }
