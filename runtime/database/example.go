package database

import _ "embed" // of a file that only the compiler takes

//go:embed example.db
var exampleFile string
