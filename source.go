// Package distigen carries the source of its runtime, so that a generated program in a folder of its own builds far from
// any checkout. It stands here because go:embed reaches only below the file that asks for it.
package distigen

import "embed"

// Source has go.mod, go.sum, LICENSE and the folder runtime.
//
//go:embed go.mod go.sum LICENSE runtime
var Source embed.FS
