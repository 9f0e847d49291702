// Package postgres links the driver of PostgreSQL. A program links it if a step reads such a database.
package postgres

import _ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
