// Package templates holds what distigen writes that is not Go.
package templates

import "embed"

// FS has the default prompts of the components under prompts/: NAME.md is what a task asks, and NAME.reply.md how the
// model shall reply. Under starter/ is the pipeline that distigen init writes, under step/ what distigen new step writes, under program/ the README of a program.
//
//go:embed prompts program step all:starter
var FS embed.FS
