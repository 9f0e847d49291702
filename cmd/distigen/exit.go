package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// The exit codes, which docs/failures-and-exit-codes.md tells.
const (
	exitFine  = 0
	exitWrong = 1 // the pipeline is wrong, or what was generated of it is not as it was
	exitUsage = 2
	exitFatal = 4 // 3 and 5 are a program's, and passed on

	exitInterrupted = 130
)

// failure ends a command with an exit code. Without an error all is said already.
type failure struct {
	code int
	err  error
}

// Error returns the cause.
func (f failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit code %d", f.code)
	}
	return f.err.Error()
}

// Unwrap returns the cause.
func (f failure) Unwrap() error { return f.err }

// fatal is the failure of what the machine did not let happen.
func fatal(err error) error {
	if err == nil {
		return nil
	}
	return failure{exitFatal, err}
}

// exitCode prints what is still to be said, and returns the exit code. Whatever has none is cobra's complaint about the
// command line.
func exitCode(cmd *cobra.Command, err error, stderr io.Writer) int {
	var f failure
	switch {
	case err == nil:
		return exitFine
	case !errors.As(err, &f):
		fmt.Fprintf(stderr, "Error: %s\nRun %s --help for examples.\n", sentence(err.Error()), cmd.CommandPath())
		return exitUsage
	case f.err != nil:
		fmt.Fprintf(stderr, "Error: %s\n", sentence(f.err.Error()))
	}
	return f.code
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if r, n := utf8.DecodeRuneInString(s); n > 0 && unicode.IsLower(r) {
		// What is no word, such as a path, or is one of ours, such as a command, stays as it is.
		if word, _, _ := strings.Cut(s, " "); word == strings.ToLower(word) && word != "distigen" && !strings.ContainsAny(word, "/\\._-0123456789") {
			s = string(unicode.ToUpper(r)) + s[n:]
		}
	}
	if s != "" && !strings.ContainsAny(s[len(s)-1:], ".!?:)") {
		s += "."
	}
	return s
}
