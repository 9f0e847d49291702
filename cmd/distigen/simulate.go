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
	var addr, faults string
	var anyModel bool
	cmd := &cobra.Command{
		Use: "simulate", Short: "Serve a fake Mistral API, for trying and testing", Args: cobra.NoArgs,
		Long: `Serves a simulator of Mistral's API on this machine until you press Ctrl-C. It is as strict as the real one, takes any key,
and its replies are made up: deterministic functions of the request. With --faults it fails on purpose: rates of HTTP
statuses and of faults such as reset, empty, truncate, offformat, outofscale, tie; latency, jitter, seed; a script.`,
		Example: `  distigen simulate
  distigen simulate --addr 127.0.0.1:8080 --faults 429=0.05,500=0.02,latency=50ms
  distigen run --set model.small.base_url=http://127.0.0.1:8091/v1`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := simulate.ParseFaults(faults)
			if err != nil {
				return failure{exitUsage, fmt.Errorf("--faults: %w", err)}
			}
			interrupts := make(chan os.Signal, 1)
			signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
			defer signal.Stop(interrupts)
			s, err := simulate.Start(addr, simulate.Options{Faults: f, AnyModel: anyModel})
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
	cmd.Flags().BoolVar(&anyModel, "any-model", false, "answer for models that Mistral does not have, as an OpenAI-compatible server does")
	return cmd
}
