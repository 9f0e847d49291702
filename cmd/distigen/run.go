package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/cmd/distigen/internal/launch"
	"github.com/distigen/distigen/cmd/distigen/internal/project"
	"github.com/distigen/distigen/cmd/distigen/internal/settings"
	"github.com/distigen/distigen/hclspec"
)

// runFlags are those that the program takes as they are.
type runFlags struct {
	simulate, quiet     bool
	fresh               bool
	out, params, faults string
	maxUSD, maxCalls    string
	logFormat           string
	noPush              bool
	pushSimulated       bool
	rows                string // of a plan
}

func newRun() *cobra.Command {
	return runCommand("run", "Build and run a pipeline",
		`Type-checks a pipeline, compiles its Go program in a cache folder and runs it. The results are in ./out, or where --out says:
datasets/NAME/data, rejects.jsonl with what failed and why, run.json with all figures, run.log, and report.html to look at.

Each reply is in the journal of that folder before it is used. The same command again goes on where a run was stopped, by
whatever, and pays for nothing twice. Ctrl-C once stops reading and finishes the rows under way; twice stops at once.`,
		`  distigen run --simulate                                   no key, no cost: the texts are made up
  distigen run examples/math-preference --out maths-1
  distigen run --max-usd 5
  distigen run --var limit=3 --set step.judge.temperature=0
  distigen run --simulate --simulate-faults 429=0.2,empty=0.05`)
}

func newDryRun() *cobra.Command {
	return runCommand("dry-run", "Take one source row through everything",
		`Type-checks a pipeline, compiles it, and takes one row of each source through all steps, with the real models unless
--simulate is given. The results are in ./out/dry-run; --out names another
folder than out. Its replies count in the full run.`,
		`  distigen dry-run
  distigen dry-run --simulate examples/math-preference`)
}

func newRetry() *cobra.Command {
	return runCommand("retry", "Ask anew for the rows that failed",
		`Goes on with the run in ./out, or where --out says, and asks anew for the rows whose replies have all failed. Nothing else is
paid for. Rows that failed for other reasons, such as a tie, fail again.`,
		`  distigen retry examples/math-preference
  distigen retry --out maths-1 examples/math-preference`)
}

func runCommand(name, short, long, example string) *cobra.Command {
	var from source
	var flags runFlags
	cmd := &cobra.Command{
		Use: name + " [PATH]", Short: short, Long: long, Example: example, Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return loadAndStart(cmd, name, args, &from, flags)
		},
	}
	from.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&flags.simulate, "simulate", false, "ask no real model: a simulator answers, and the data are marked as simulated")
	f.StringVar(&flags.out, "out", "", "`FOLDER` for the results")
	f.StringVar(&flags.params, "params", "", "JSON `FILE` with settings: {\"step\": {\"NAME\": {\"ARG\": VALUE}}, \"model\": {...}}")
	f.BoolVar(&flags.fresh, "fresh", false, "start over: put the journal of the folder aside and pay for all replies anew")
	f.StringVar(&flags.maxUSD, "max-usd", "", "spend no more US dollars than `AMOUNT` in the output folder, all its runs together")
	f.StringVar(&flags.maxCalls, "max-calls", "", "send no more requests than `NUMBER`, likewise")
	f.BoolVar(&flags.quiet, "quiet", false, "show no progress")
	f.StringVar(&flags.logFormat, "log-format", "", "`FORMAT` of what is told: text (default), or json for JSON lines on standard error and in run.log")
	if name != "dry-run" {
		f.BoolVar(&flags.noPush, "no-push", false, "do not push the datasets to the Hub at the end, where the pipeline has hub blocks")
		f.BoolVar(&flags.pushSimulated, "push-simulated", false, "push them also where they are simulated")
	}
	f.StringVar(&flags.faults, "simulate-faults", "", "have the simulator fail, `SPEC`: 429=0.1,offformat=0.05; see distigen simulate --help")
	return cmd
}

// loadAndStart type-checks the pipeline with the settings of --params, which --set goes before, and starts its program.
func loadAndStart(cmd *cobra.Command, name string, args []string, from *source, flags runFlags) error {
	if flags.params != "" {
		sets, err := settings.FromFile(flags.params)
		if err != nil {
			return failure{exitUsage, err}
		}
		from.sets = append(sets, from.sets...)
	}
	plan, err := from.load(cmd, args)
	if err != nil {
		return err
	}
	return start(cmd, name, args, plan, from, flags)
}

// start compiles the program, unless that is done, and runs it in the place of this process.
func start(cmd *cobra.Command, name string, args []string, plan *hclspec.Plan, from *source, flags runFlags) error {
	build, run := settings.Split(plan, from.sets)
	built := *from
	built.sets = build
	if len(run) > 0 { // what the program can change itself is not built in
		var err error
		if plan, err = built.load(cmd, args); err != nil {
			return err
		}
	}
	mentionOwn(cmd, plan.Dir)
	dir, err := launch.DefaultDir()
	if err != nil {
		return fatal(err)
	}
	cache := launch.Cache{Dir: dir, Say: func(s string) { fmt.Fprintln(cmd.ErrOrStderr(), s) }}
	program, err := project.NewCached(plan, telemetryWanted())
	if err != nil {
		return fatal(err)
	}
	shared, err := program.WriteRuntime(dir)
	if err != nil {
		return fatal(err)
	}
	binary, err := cache.Binary(plan.Name, func(dir string) error { return program.WriteProgram(dir, shared) })
	if errors.Is(err, launch.ErrInterrupted) {
		return failure{exitInterrupted, err}
	}
	if err != nil {
		return fatal(err)
	}
	code, err := launch.Run(binary, flags.args(name, plan.Dir, run))
	if err != nil {
		return fatal(err)
	}
	return failure{code: code}
}

func (f runFlags) args(command, base string, sets []string) []string {
	args := []string{command, "--base", base}
	for _, set := range sets {
		args = append(args, "--set", set)
	}
	for _, f := range []struct{ flag, value string }{{"--out", f.out}, {"--max-usd", f.maxUSD}, {"--max-calls", f.maxCalls},
		{"--log-format", f.logFormat}, {"--rows", f.rows}, {"--simulate-faults", f.faults}} {
		if f.value != "" {
			args = append(args, f.flag, f.value)
		}
	}
	if f.simulate {
		args = append(args, "--simulate")
	}
	if f.fresh {
		args = append(args, "--fresh")
	}
	if f.noPush {
		args = append(args, "--no-push")
	}
	if f.pushSimulated {
		args = append(args, "--push-simulated")
	}
	if f.quiet {
		args = append(args, "--quiet")
	}
	return args
}

// telemetryWanted reports whether the environment says where traces or metrics go. Only then does the program link what sends
// them.
func telemetryWanted() bool {
	for _, signal := range []string{"", "_TRACES", "_METRICS"} {
		if os.Getenv("OTEL_EXPORTER_OTLP"+signal+"_ENDPOINT") != "" {
			return true
		}
	}
	return false
}

// mentionOwn says so where the program was changed by hand, since run compiles the pipeline alone.
func mentionOwn(cmd *cobra.Command, pipelineDir string) {
	dir := programDir("", pipelineDir)
	if names, err := project.OwnNames(dir); err == nil && len(names) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "Note: %s has code of your own (%s), which this command does not use. To run it: cd %s && go run .\n", dir, someOf(names), dir)
	}
}

// someOf lists the first few names, and says how many there are beside.
func someOf(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// pipelineDir is the folder of a pipeline that is a file or a folder.
func pipelineDir(path string) string {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		path = filepath.Dir(path)
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
