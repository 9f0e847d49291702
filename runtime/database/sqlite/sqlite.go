// Package sqlite links the driver of SQLite, which is Go alone. A program links it if a step reads such a database.
package sqlite

import _ "modernc.org/sqlite" // the driver "sqlite"
