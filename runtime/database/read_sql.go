package database

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/source"
)

// Source is a source that reads a database.
type Source struct {
	Driver  string           `param:"driver" required:"true" enum:"sqlite,postgres" fixed:"true" doc:"The kind of database."`
	Path    string           `param:"path" doc:"Of SQLite: the file of the database. A relative path starts in the pipeline's folder."`
	DSNEnv  string           `param:"dsn_env" default:"DATABASE_URL" env:"true" doc:"Of PostgreSQL: the environment variable that holds the URL of the database, such as postgres://user:password@host/name. It is read at check and again by the program, and stands in no file."`
	Table   string           `param:"table" doc:"The table or view to read, as one would write it in SQL. Either this or query."`
	Query   string           `param:"query" doc:"The SELECT whose rows are read, without a semicolon at its end. Say ORDER BY where the order matters."`
	Columns component.Schema `param:"columns" fixed:"true" doc:"The columns to read: a list of names, or a map of names to types. Default: all that there are, with the types that the database says."`
	Limit   int              `param:"limit" default:"0" min:"0" doc:"Read only so many rows; 0 reads them all."`
}

// Read yields the rows, as the database sends them.
func (s Source) Read(dir string) iter.Seq2[func(row any) error, error] {
	return func(yield func(func(row any) error, error) bool) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		db, err := s.open(ctx, dir)
		if err != nil {
			yield(nil, s.unreadable(err))
			return
		}
		defer db.close()
		rows, err := db.read(ctx, s.names(), s.Limit)
		if err != nil {
			yield(nil, s.unreadable(err))
			return
		}
		defer rows.close()
		defer cancel() // so that what is not wanted is not sent
		for number := 1; ; number++ {
			record, err := rows.next()
			if err != nil {
				yield(nil, s.unreadable(err))
				return
			}
			if record == nil {
				return
			}
			if !yield(s.filler(number, record), nil) {
				return
			}
		}
	}
}

func (s Source) filler(number int, record source.Object) func(row any) error {
	return func(row any) error {
		if err := source.Fill(record, reflect.ValueOf(row).Elem()); err != nil {
			return &llm.RowError{Class: llm.BadRow, Line: number, Message: fmt.Sprintf("Row %d of %s does not fit: %v.", number, s.what(), err), Err: err}
		}
		return nil
	}
}

// Count has the database count its rows.
func (s Source) Count(dir string) (rows int64, err error) {
	ctx := context.Background()
	db, err := s.open(ctx, dir)
	if err != nil {
		return 0, err
	}
	defer db.close()
	rows, err = db.count(ctx)
	if s.Limit > 0 {
		rows = min(rows, int64(s.Limit))
	}
	return rows, err
}

// Check compares the columns of the table or query with those of the rows.
func (s Source) Check(dir string, row reflect.Type) error {
	ctx := context.Background()
	db, err := s.open(ctx, dir)
	if err != nil {
		return s.unreadable(err)
	}
	defer db.close()
	now, err := db.columns(ctx)
	if err != nil {
		return s.unreadable(err)
	}
	for i, c := range now {
		if s.Driver == "sqlite" || c.Type.Kind == component.String && s.asks(c.Name) {
			now[i].Type = component.Of(component.Any) // the rows will tell
		}
	}
	return source.Changed(s.what(), row, now, len(s.Columns) == 0)
}

// asks reports whether the pipeline says the type of a column.
func (s Source) asks(name string) bool {
	return slices.ContainsFunc(s.Columns, func(t component.Typed) bool { return t.Column == name && t.Type != "" })
}

func (s Source) names() (names []string) {
	for _, c := range s.Columns {
		names = append(names, c.Column)
	}
	return names
}

// what names what is read, in messages.
func (s Source) what() string {
	if s.Table != "" {
		return "the table " + s.Table
	}
	return "the query"
}

func (s Source) unreadable(err error) error {
	return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("The database cannot be read: %v.", err),
		Remedy: "Correct the arguments of the step, or the environment variable that its dsn_env names.", Err: err}
}

// Component declares read_sql.
func Component() component.Component {
	return component.Component{
		Name: "read_sql", Category: "source",
		Summary: "Rows read from an SQL database",
		Doc: `Reads a table, or the rows of a query, of a SQLite or a PostgreSQL database. The rows come as they are needed and are never held in
memory as a whole; the database is asked for the columns and for as many rows as the step takes. SQLite's file is opened to be read only,
PostgreSQL's session is read-only. The program carries the driver of its database alone.

Without ` + "`columns`" + `, the database is asked at check which columns there are. Those of PostgreSQL have the types of the schema: whole
numbers are ints, real and double precision floats, arrays lists, and all others strings: numeric with all its digits, dates and times in
ISO form, json as its text. SQLite has types for values and not for columns: the values are looked at. A column is optional if a row has
null there. With a list of names, only those are read.

With a map in ` + "`columns`" + ` you say their types, and the database is not needed for a check: ` + "`{ question = \"string\", level = \"int\" }`" + `.
A column of json, or of texts that are JSON, may be declared as a list or an object.

The URL of a database holds a password, so it stands in no file: ` + "`dsn_env`" + ` names the environment variable that has it, at check and when
the program runs.

Before a run, the columns are compared with those of the database: one that is missing, of another type, or new where all are read, stops
the run before anything is asked. A row that does not fit is rejected with the class ` + "`bad_row`" + ` and its number.`,
		Example: `pipeline "from-a-database" {}

step "read_sql" "questions" {
  driver  = "sqlite"
  path    = "questions.db"
  table   = "questions"
  columns = { instruction = "string", level = "int" }
}
`,
		Files:  map[string]string{"questions.db": exampleFile},
		Shape:  component.Source,
		Params: reflect.TypeFor[Source](),
		Derive: func(params any, c *component.Columns) { params.(Source).derive(c) },
		Links: func(params any) []string {
			return []string{"github.com/distigen/distigen/runtime/database/" + params.(Source).Driver}
		},
	}
}

func (s Source) derive(c *component.Columns) {
	switch {
	case (s.Table == "") == (s.Query == ""):
		c.Problem("", "neither table nor query, or both", "Say table = \"NAME\" to read a table, or query = \"SELECT ...\" to read the rows of a query.")
		return
	case s.Driver == "sqlite" && s.Path == "":
		c.Problem("", "no file of a database", "Say path = \"FILE\", the file of the SQLite database.")
		return
	case s.Driver == "postgres" && s.Path != "":
		c.Problem("", "path is for SQLite", "PostgreSQL is found by the URL in the environment variable that dsn_env names. Remove path.")
		return
	}
	arg := "table"
	if s.Query != "" {
		arg = "query"
	}
	source.Derive(c, s.Columns, arg, func() ([]component.Column, error) {
		ctx := context.Background()
		db, err := s.open(ctx, c.Dir)
		if err != nil {
			return nil, err
		}
		defer db.close()
		return db.infer(ctx, s.names())
	})
}
