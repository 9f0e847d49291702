package parquet

import _ "embed" // of a file that only the compiler takes

//go:embed example.parquet
var exampleFile string
