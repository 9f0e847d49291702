package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/distigen/distigen/runtime/simulate"
)

// serve runs a simulator until it is interrupted, and then writes what it has seen.
func serve(args []string) error {
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	faults := f.String("faults", "", "")
	perSecond := f.Int("per-second", 0, "")
	file := f.String("seen", "", "")
	if err := f.Parse(args); err != nil {
		return err
	}
	spec, err := simulate.ParseFaults(*faults)
	if err != nil {
		return err
	}
	s, err := simulate.Start("127.0.0.1:0", simulate.Options{Faults: spec, Limits: simulate.Limits{RequestsPerSecond: *perSecond}})
	if err != nil {
		return err
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	fmt.Println(s.URL)
	<-interrupts
	requests := s.Requests()
	if err := s.Close(); err != nil {
		return err
	}
	text, err := json.Marshal(seen{requests.Count, requests.Status})
	if err != nil {
		return err
	}
	return os.WriteFile(*file, text, 0o666)
}
