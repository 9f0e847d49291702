package main

import (
	"net/http/httptest"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/distigen/distigen/runtime/hub/hubtest"
)

// fakehub: a Hub is there from now on, and the environment says where, with a token.
func fakehub(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: fakehub")
	}
	s, err := hubtest.New(ts.MkAbs("hub"))
	ts.Check(err)
	server := httptest.NewServer(s)
	ts.Defer(server.Close)
	ts.Setenv("HF_ENDPOINT", server.URL)
	ts.Setenv("HF_TOKEN", hubtest.WriteToken)
	hubs[ts] = s
	ts.Defer(func() { delete(hubs, ts) })
}

// hubs are those of the stories. They are told one after the other.
var hubs = map[*testscript.TestScript]*hubtest.Server{}

// pushed REPOSITORY FILE...: the Hub has a dataset with these files.
func pushed(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 1 || hubs[ts] == nil {
		ts.Fatalf("usage: pushed repository file...")
	}
	files := hubs[ts].Files(args[0], "main")
	for _, want := range args[1:] {
		if slices.Contains(files, want) == neg {
			ts.Fatalf("%s has %q", args[0], files)
		}
	}
	if len(args) == 1 && (files != nil) == neg {
		ts.Fatalf("%s has %q", args[0], files)
	}
}
