// Package database reads SQL databases through database/sql. The drivers are in packages of their own, so that a program links
// that of its database alone.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// database is an open database, and what is read of it.
type database struct {
	*sql.DB
	from    string // the table or the query, as it stands after FROM
	dialect dialect
}

// dialect is what databases do each in its own way.
type dialect interface {
	// columns are those of what is read, with types where the columns have any. None is optional.
	columns(ctx context.Context, db *database) ([]component.Column, error)
	// typed finds the types and the nulls of columns.
	typed(ctx context.Context, db *database, columns []component.Column) error
	// selected is a SELECT of columns, in the form that rows reads.
	selected(columns []component.Column, from string, limit int) string
	// record reads a row.
	record(rows *sql.Rows, columns []component.Column) (source.Object, error)
}

func (s Source) open(ctx context.Context, dir string) (*database, error) {
	d := &database{from: s.Table}
	if s.Query != "" {
		d.from = "(" + strings.TrimRight(s.Query, "; \t\r\n") + "\n) AS q"
	}
	var err error
	if s.Driver == "sqlite" {
		d.dialect = sqlite{}
		d.DB, err = s.openSQLite(dir)
	} else {
		d.dialect = postgres{}
		d.DB, err = s.openPostgres(ctx)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (s Source) openSQLite(dir string) (*sql.DB, error) {
	path := s.Path
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("there is no file %s", s.Path) // the driver would make it
	}
	path, err := filepath.Abs(path) // the first part of another one would be taken for a host
	if err != nil {
		return nil, err
	}
	file := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(path), "/"), RawQuery: "mode=ro&_pragma=query_only(1)"}
	return sql.Open("sqlite", file.String())
}

func (s Source) openPostgres(ctx context.Context) (*sql.DB, error) {
	dsn := os.Getenv(s.DSNEnv)
	if dsn == "" {
		return nil, fmt.Errorf("the environment variable %s, which is to hold the URL of the database, is not set", s.DSNEnv)
	}
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, fmt.Errorf("the URL in %s is not one of PostgreSQL", s.DSNEnv) // the error may show it
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"); err != nil {
		db.Close()
		return nil, withoutSecrets(err, s.DSNEnv)
	}
	return db, nil
}

// withoutSecrets is an error of the driver that shows nothing of a URL.
func withoutSecrets(err error, env string) error {
	text := err.Error()
	dsn := os.Getenv(env)
	if u, parsed := url.Parse(dsn); parsed == nil && u.User != nil {
		if password, ok := u.User.Password(); ok && password != "" {
			text = strings.ReplaceAll(text, password, "...")
		}
	}
	return errors.New(strings.ReplaceAll(text, dsn, "..."))
}

func (d *database) close() { d.Close() }

func (d *database) count(ctx context.Context) (rows int64, err error) {
	err = d.QueryRowContext(ctx, "SELECT count(*) FROM "+d.from).Scan(&rows)
	return rows, err
}

func (d *database) columns(ctx context.Context) ([]component.Column, error) {
	return d.dialect.columns(ctx, d)
}

// infer finds the columns that are asked for, or all, with their types.
func (d *database) infer(ctx context.Context, names []string) ([]component.Column, error) {
	columns, err := d.chosen(ctx, names)
	if err != nil {
		return nil, err
	}
	return columns, d.dialect.typed(ctx, d, columns)
}

// chosen are the columns of that names, or all, in the order of the names.
func (d *database) chosen(ctx context.Context, names []string) ([]component.Column, error) {
	all, err := d.columns(ctx)
	if err != nil || len(names) == 0 {
		return all, err
	}
	byName := map[string]component.Column{}
	for _, c := range all {
		byName[c.Name] = c
	}
	var chosen []component.Column
	for _, name := range names {
		if c, ok := byName[name]; ok {
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 {
		return all, nil // the mistake will be told with all of them
	}
	return chosen, nil
}

// records are the rows of a SELECT.
type records struct {
	rows    *sql.Rows
	columns []component.Column
	dialect dialect
}

func (d *database) read(ctx context.Context, names []string, limit int) (*records, error) {
	columns, err := d.chosen(ctx, names)
	if err != nil {
		return nil, err
	}
	rows, err := d.QueryContext(ctx, d.dialect.selected(columns, d.from, limit))
	if err != nil {
		return nil, err
	}
	return &records{rows, columns, d.dialect}, nil
}

func (r *records) close() { r.rows.Close() }

// next is nil after the last row.
func (r *records) next() (source.Object, error) {
	if !r.rows.Next() {
		return nil, r.rows.Err()
	}
	return r.dialect.record(r.rows, r.columns)
}

// quoted is a name as SQL has it.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func limited(query string, limit int) string {
	if limit == 0 {
		return query
	}
	return fmt.Sprintf("%s LIMIT %d", query, limit)
}
