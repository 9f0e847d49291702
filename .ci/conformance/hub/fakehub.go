// Fakehub is the fake Hub of the tests as a server of its own, for clients that are no Go programs.
//
//	go run ./.ci/conformance/hub --root DIR --port 7860 --multipart-over BYTES --chunk BYTES
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/distigen/distigen/runtime/hub/hubtest"
)

func main() {
	root := flag.String("root", "", "folder for large files")
	port := flag.Int("port", 0, "port on the loopback address; 0 takes a free one")
	over := flag.Int64("multipart-over", 5_000_000_000, "files above go in parts")
	chunk := flag.Int64("chunk", 20_000_000, "of that size")
	flag.Parse()
	s, err := hubtest.New(*root)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	s.MultipartOver, s.Chunk = *over, *chunk
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("fakehub http://%s root %s\n", l.Addr(), *root)
	fmt.Fprintln(os.Stderr, http.Serve(l, s))
}
