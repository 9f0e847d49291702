package runtime

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// options are what the command line says.
type options struct {
	command  string
	simulate bool
	faults   string
	out      string
	base     string
	quiet    bool
	format   string // of logs
	dry      bool
	fresh    bool // do not go on with what the journal has
	retry    bool // ask for failed rows anew
	maxUSD   float64
	maxCalls int
	rows     int // of each source that a plan looks at; 0 is all
	settings *settings

	noPush        bool // to the Hub
	pushSimulated bool
}

// errHelp asks for the help text.
var errHelp = errors.New("help")

// parse reads the arguments. Its errors are the user's to mend.
func parse(args []string) (options, error) {
	o := options{command: "run", out: "out", rows: planRows, settings: &settings{}}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.command, args = args[0], args[1:]
	}
	commands := []string{"run", "plan", "dry-run", "resume", "retry", "push", "help", "version"}
	switch o.command {
	case "run", "plan", "resume", "push":
	case "dry-run":
		o.dry = true
	case "retry":
		o.retry = true
	case "help":
		return o, errHelp
	case "version":
	default:
		return o, fmt.Errorf("there is no command %s%s", o.command, didYouMean(o.command, commands))
	}
	var params string
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.BoolVar(&o.simulate, "simulate", false, "")
	f.StringVar(&o.faults, "simulate-faults", "", "")
	f.StringVar(&o.out, "out", o.out, "")
	f.StringVar(&o.base, "base", "", "")
	f.StringVar(&params, "params", "", "")
	f.BoolVar(&o.fresh, "fresh", false, "")
	f.BoolVar(&o.quiet, "quiet", false, "")
	f.StringVar(&o.format, "log-format", "text", "")
	f.BoolVar(&o.noPush, "no-push", false, "")
	f.BoolVar(&o.pushSimulated, "push-simulated", false, "")
	f.Func("set", "", o.settings.set)
	f.IntVar(&o.rows, "rows", planRows, "")
	f.Func("max-usd", "", o.capUSD)
	f.Func("max-calls", "", o.capCalls)
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return o, errHelp
	case err != nil:
		return o, err
	case f.NArg() > 0:
		return o, fmt.Errorf("the argument %q is one too many", f.Arg(0))
	case o.faults != "" && !o.simulate:
		return o, errors.New("--simulate-faults is for the simulator: add --simulate")
	case o.fresh && (o.retry || o.command == "resume"):
		return o, fmt.Errorf("--fresh starts over, and %s goes on with an earlier run. Choose one", o.command)
	case o.noPush && (o.pushSimulated || o.command == "push"):
		return o, errors.New("--no-push forbids to push. Leave it out")
	case o.format != "text" && o.format != "json":
		return o, fmt.Errorf("--log-format is text or json, and not %q", o.format)
	case o.rows < 0:
		return o, fmt.Errorf("--rows %d is no number of rows; 0 is all", o.rows)
	case o.rows != planRows && o.command != "plan":
		return o, errors.New("--rows is for plan. Leave it out")
	case o.out == "" && o.command != "version":
		return o, errors.New("--out needs a folder")
	}
	if params != "" {
		return o, o.settings.file(params)
	}
	return o, nil
}

func (o options) json() bool { return o.format == "json" }

func (o options) logHandler(to io.Writer) slog.Handler {
	if o.json() {
		return slog.NewJSONHandler(to, nil)
	}
	return slog.NewTextHandler(to, nil)
}

// help is the help text of a program.
func help(p Program, name string) string {
	about := p.Name
	if p.Description != "" {
		about += ": " + p.Description
	}
	return strings.NewReplacer("ABOUT", about, "PROGRAM", name).Replace(`ABOUT

Usage:
  PROGRAM [run] [flags]    run the pipeline; the results go to ./out. If it was stopped, go on where it was
  PROGRAM plan [flags]     tell what a run would ask and cost, before anything is paid; what the journal in ./out has is not paid again
  PROGRAM dry-run [flags]  take one source row through everything; the results go to ./out/dry-run
  PROGRAM resume [flags]   go on with the run in ./out, which must be there
  PROGRAM retry [flags]    go on with the run in ./out, and ask anew for the rows that failed
  PROGRAM push [flags]     push the datasets of the finished run in ./out to the Hub, where the pipeline has hub blocks
  PROGRAM help             print this text
  PROGRAM version          print the versions

Flags:
  --simulate         ask no real model: a simulator inside the program answers, and the data are marked as simulated
  --out DIR          folder for the results, and for the journal of replies by which a run goes on
  --fresh            start over: put the journal aside and pay for all replies anew
  --set WHAT=VALUE   change a setting for this run, as often as you like:
                     step.NAME.PARAMETER, step.NAME[INSTANCE].PARAMETER or model.NAME.PARAMETER
  --params FILE      change settings by a JSON file: {"step": {"NAME": {"PARAMETER": VALUE}}, "model": {...}}
  --rows NUMBER      look at so many rows of each source for a plan (200), 0 for all
  --max-usd AMOUNT   spend no more US dollars than that in the output folder, all its runs together
  --max-calls NUMBER send no more requests than that, likewise
  --no-push          do not push the datasets to the Hub at the end
  --push-simulated   push them also where they are simulated
  --base DIR         folder where the relative paths of the pipeline start
  --quiet            show no progress
  --log-format json  progress, notices, errors and the record of the run as JSON lines on standard error, run.log likewise
  --simulate-faults SPEC
                     have the simulator fail, to see what the pipeline makes of it

Examples:
  PROGRAM --simulate                              try it, without a key and without cost
  PROGRAM dry-run                                 see one row with the real models
  PROGRAM retry                                   ask again what failed
  PROGRAM run --out math-1 --set step.judge.temperature=0
  PROGRAM run --max-usd 5
  PROGRAM run --set model.small.name=ministral-3b-latest
  PROGRAM run --simulate --simulate-faults 429=0.2

The results: datasets/NAME/data, rejects.jsonl with what failed and why, run.json with all figures, run.log, and report.html to look at.
Each reply is in the journal before it is used. The same command again goes on where a run was stopped, by whatever, and pays
for nothing twice. Ctrl-C once stops reading and finishes the rows under way; twice stops at once.

Exit codes: 0 all rows are in the datasets, 2 wrong usage, 3 some rows were rejected, 4 a fatal error, 5 all rows are in the datasets
and some are not where a step was to send them (run again), 130 interrupted.
`)
}
