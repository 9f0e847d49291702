package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/runtime/simulate"
)

func newSimulate() *cobra.Command {
	var addr, faults, key string
	var anyModel bool
	cmd := &cobra.Command{
		Use: "simulate", Short: "Serve a fake Mistral API, for trying and testing", Args: cobra.NoArgs,
		Long: `Serves a simulator of Mistral's API on this machine until you press Ctrl-C. It is as strict as the real one, but for the key,
of which it takes any or none unless --key names one. Its replies are made up: deterministic functions of the request.
Programs mark data from it as simulated.

With --faults it fails on purpose. Rates from 0 to 1, together at most 1:
  400 ... 599  that status         reset      the connection is reset         hang      no reply at all
  broken       breaks midway       slow       arrives in ten pieces           badjson   no JSON
  html         a page of a proxy   nochoices  a reply without choices         filter    content_filter
  empty, null  no content          truncate   ends midway, reason length      preamble  chatter around the content
  offformat    another form        outofscale a rating outside of its scale   tie       the same rating for all
And: latency=DURATION, jitter=DURATION, retry-after=DURATION (with 429 and 503), pace=DURATION (of slow), seed=NUMBER (which
requests are hit), script=FILE (what happens to which request: a JSON object to a line, such as
{"match": "9 times 9", "do": "empty"} or {"nth": 100, "do": "reset"}).`,
		Example: `  distigen simulate
  distigen simulate --addr 127.0.0.1:8080 --faults 429=0.05,500=0.02,latency=50ms
  distigen run --set model.small.base_url=http://127.0.0.1:8091/v1 --set model.large.base_url=http://127.0.0.1:8091/v1`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := simulate.ParseFaults(faults)
			if err != nil {
				return failure{exitUsage, fmt.Errorf("--faults: %w", err)}
			}
			interrupts := make(chan os.Signal, 1)
			signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
			defer signal.Stop(interrupts)
			s, err := simulate.Start(addr, simulate.Options{Faults: f, AnyModel: anyModel, Key: key, NoKey: key == ""})
			if err != nil {
				return failure{exitUsage, err}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "The simulator answers at %s\nPress Ctrl-C to stop it.\n", s.URL)
			<-interrupts
			return fatal(s.Close())
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8091", "`ADDRESS` of this machine to listen on; port 0 takes any free one")
	cmd.Flags().StringVar(&faults, "faults", "", "failures on purpose, `SPEC`: 429=0.05,latency=50ms,script=FILE")
	cmd.Flags().StringVar(&key, "key", "", "the only API `KEY` that is taken")
	cmd.Flags().BoolVar(&anyModel, "any-model", false, "answer for models that Mistral does not have, as an OpenAI-compatible server does")
	return cmd
}
