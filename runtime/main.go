package runtime

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	goruntime "runtime"
	"syscall"

	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/llm"
)

// The exit codes of a generated program.
const (
	exitFine        = 0
	exitUsage       = 2
	exitRejects     = 3
	exitFatal       = 4
	exitUnsent      = 5
	exitInterrupted = 130
)

// Main runs the command line of a generated program and returns its exit code.
func Main(p Program, args []string) int {
	_, caller, _, _ := goruntime.Caller(1)
	interrupts := make(chan os.Signal, 2)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	c := command{program: p, source: filepath.Dir(caller), stdout: os.Stdout, stderr: os.Stderr, interrupts: interrupts,
		endpoints: endpoints, simulator: simulator, letGo: func() { signal.Stop(interrupts) }}
	return c.main(args)
}

// command is a command line at work, with what tests put in its place.
type command struct {
	program        Program
	source         string // folder of the program's source
	stdout, stderr io.Writer
	interrupts     <-chan os.Signal
	json           bool   // errors are told as JSON
	letGo          func() // gives interrupts back to the system, so that a third one kills
	endpoints      func(models []llm.Model, simulated bool, st *stats) (asks, error)
	simulator      func(models []llm.Model, faults string) (url string, stop func(), err error)
}

func (c command) main(args []string) int {
	o, err := parse(args)
	switch {
	case errors.Is(err, errHelp):
		fmt.Fprint(c.stdout, help(c.program, filepath.Base(os.Args[0])))
		return exitFine
	case err != nil:
		return c.fail(exitUsage, fmt.Errorf("%w. Run with -h for help", err))
	case o.command == "version":
		fmt.Fprintf(c.stdout, "%s (pipeline %s), distigen runtime %s, %s\n", c.program.Name, c.program.Hash, V1, goruntime.Version())
		return exitFine
	}
	c.json = o.json()
	switch o.command {
	case "push":
		return c.pushLater(o)
	case "plan":
		return c.plan(o)
	}
	return c.run(o)
}

// fail prints errors, and returns the exit code.
func (c command) fail(code int, errs ...error) int {
	for _, err := range errs {
		text := printable(endpoint.Public(sentence(err.Error())))
		if c.json {
			slog.New(slog.NewJSONHandler(c.stderr, nil)).Error(text)
			continue
		}
		fmt.Fprintln(c.stderr, "Error: "+text)
	}
	return code
}

// base is the folder where relative paths start: the pipeline's, which is known from the program's. A program that was
// moved away from its source is taken to be run in its own folder.
func (c command) base(o options) string {
	if o.base != "" {
		return o.base
	}
	if dir := filepath.Join(c.source, c.program.Dir); filepath.IsAbs(dir) {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
	}
	return c.program.Dir
}
