// Command distigen compiles pipelines of synthetic data, written in HCL, to Go programs, and runs them.
package main

import "os"

func main() { os.Exit(execute(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
