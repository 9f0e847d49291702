package database_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/database"
	_ "github.com/distigen/distigen/runtime/database/postgres"
	_ "github.com/distigen/distigen/runtime/database/sqlite"
	"github.com/distigen/distigen/runtime/llm"
)

// execute runs statements, each on its own.
func execute(t *testing.T, driver, dsn string, statements ...string) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func shop(t *testing.T) string {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain.db")
	execute(t, "sqlite", plain,
		`CREATE TABLE "the items" (id INTEGER, name TEXT, price, added DATETIME, done BOOLEAN, tags TEXT, raw, mixed)`,
		`INSERT INTO "the items" VALUES (1, 'a', 1.5, '2026-08-21 09:30:00', 1, '["x"]', x'ff', 1), (2, NULL, 2, '2026-08-22 00:00:00', 0, '[]', x'00', 'b'),
		 (3, 'Größe "q"', NULL, NULL, 1, 'no', x'01', 2.5)`)
	rename(t, plain, filepath.Join(dir, "a?b#c.db"))
	return dir
}

// rename moves a file: the driver takes part of an odd name for parameters.
func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func source(more database.Source) database.Source {
	more.Driver, more.Path = "sqlite", "a?b#c.db"
	if more.Query == "" {
		more.Table = `"the items"`
	}
	return more
}

func derive(s database.Source, dir string) (types string, problems []string) {
	c := component.Columns{Dir: dir}
	database.Component().Derive(s, &c)
	var all []string
	for _, a := range c.Adds {
		all = append(all, a.Column.Name+" "+a.Column.Type.String())
	}
	for _, p := range c.Problems {
		problems = append(problems, p.Summary+": "+p.Detail)
	}
	return strings.Join(all, ", "), problems
}

// read shows the rows as JSON, and what is said of others.
func read[T any](s database.Source, dir string) (out []string) {
	for fill, err := range s.Read(dir) {
		var row T
		if err == nil {
			err = fill(&row)
		}
		if err != nil {
			out = append(out, "! "+err.Error())
			continue
		}
		text, _ := json.Marshal(row)
		out = append(out, string(text))
	}
	return out
}

func names(names ...string) (columns component.Schema) {
	for _, name := range names {
		columns = append(columns, component.Typed{Column: name})
	}
	return columns
}

func TestSQLiteTypes(t *testing.T) {
	dir := shop(t)
	for name, test := range map[string]struct {
		s       database.Source
		types   string
		problem string
	}{
		"some":     {database.Source{Columns: names("price", "id", "name", "added", "done")}, "price optional(float), id int, name optional(string), added optional(string), done int", ""},
		"query":    {database.Source{Query: `SELECT id * 2 AS twice, upper(name) AS up FROM "the items" WHERE id < 2;`}, "twice int, up string", ""},
		"declared": {database.Source{Table: "nothere", Columns: component.Schema{{Column: "tags", Type: "list(string)"}}}, "tags list(string)", ""},
		"blob":     {database.Source{}, "", `column "raw" holds blobs`},
		"mixed":    {database.Source{Columns: names("mixed")}, "", `column "mixed" holds texts and numbers`},
		"unknown":  {database.Source{Columns: names("id", "nam")}, "id int", `no column "nam" to read`},
		"no table": {database.Source{Query: "SELECT * FROM nothere"}, "", "no such table: nothere"},
		"nothing":  {database.Source{Query: `SELECT id FROM "the items" WHERE id > 9`}, "id optional(string)", ""},
	} {
		types, problems := derive(source(test.s), dir)
		if said := strings.Join(problems, "; "); types != test.types && test.problem == "" || test.problem == "" && said != "" || !strings.Contains(said, test.problem) {
			t.Errorf("%s: got %s, %q; want %s, %q", name, types, problems, test.types, test.problem)
		}
	}
	for _, s := range []database.Source{{Driver: "sqlite", Path: "a"}, {Driver: "sqlite", Path: "a", Table: "t", Query: "q"}, {Driver: "sqlite", Table: "t"},
		{Driver: "postgres", Path: "a", Table: "t"}, {Driver: "sqlite", Path: "nothere.db", Table: "t"}, {Driver: "postgres", DSNEnv: "DISTIGEN_NOT_SET", Table: "t"}} {
		if _, problems := derive(s, dir); len(problems) != 1 {
			t.Errorf("%+v: %v", s, problems)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "nothere.db")); err == nil {
		t.Error("a database was made")
	}
}

type item struct {
	ID    int      `json:"id"`
	Price *float64 `json:"price"`
	Done  bool     `json:"done"`
	Added *string  `json:"added"`
	Tags  []string `json:"tags"`
}

func TestSQLiteRows(t *testing.T) {
	dir := shop(t)
	s := source(database.Source{Columns: names("tags", "id", "price", "done", "added")})
	want := []string{
		`{"id":1,"price":1.5,"done":true,"added":"2026-08-21 09:30:00","tags":["x"]}`,
		`{"id":2,"price":2,"done":false,"added":"2026-08-22 00:00:00","tags":[]}`,
		`! Row 3 of the table "the items" does not fit: column "tags" is "no" where a list is wanted.`,
	}
	if got := read[item](s, dir); !reflect.DeepEqual(got, want) {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
	if n, err := s.Count(dir); n != 3 || err != nil {
		t.Errorf("counted %d, %v", n, err)
	}
	s.Limit = 1
	if got := read[item](s, dir); !reflect.DeepEqual(got, want[:1]) {
		t.Errorf("with a limit: %q", got)
	}
	if err := s.Check(dir, reflect.TypeFor[item]()); err != nil {
		t.Error(err)
	}
	odd, plain := filepath.Join(dir, "a?b#c.db"), filepath.Join(dir, "plain.db")
	rename(t, odd, plain)
	execute(t, "sqlite", plain, `ALTER TABLE "the items" RENAME COLUMN price TO cost`)
	rename(t, plain, odd)
	var fatal *llm.FatalError
	if err := s.Check(dir, reflect.TypeFor[item]()); !errors.As(err, &fatal) || fatal.Class != llm.SchemaChanged || !strings.Contains(err.Error(), `"price" is not there`) {
		t.Errorf("a column has another name: %v", err)
	}
	// The query cannot change the database.
	changing := source(database.Source{Query: `SELECT 1 AS id) AS q; DROP TABLE "the items"; SELECT * FROM (SELECT 1 AS id`})
	if got := read[item](changing, dir); len(got) != 1 || !strings.Contains(got[0], "readonly") {
		t.Errorf("got %q", got)
	}
}

// A real server is where .ci/conformance/sources/run has started one.
func TestPostgres(t *testing.T) {
	dsn := os.Getenv("DISTIGEN_POSTGRES_URL")
	if dsn == "" {
		t.Skip("DISTIGEN_POSTGRES_URL names no server")
	}
	table := fmt.Sprintf("items_%d", os.Getpid())
	execute(t, "pgx", dsn, `CREATE TABLE `+table+` (id bigint, small smallint, name varchar(20), price numeric(12,4), r real, d double precision, ok bool,
		at timestamptz, plain timestamp, day date, tags text[], counts int[], codes varchar(3)[], doc jsonb, u uuid, raw bytea)`,
		`INSERT INTO `+table+` VALUES (1, 2, 'Größe', 12.5000, 0.5, 1e300, true, '2026-08-21T09:30:00.25Z', '2026-08-21 09:30:00', '2026-08-21', '{a,"b c"}', '{1,2}', '{x}', '{"role": "user", "content": "hi"}', '00000000-0000-0000-0000-000000000005', '\xff'),
		 (2, 3, 'b', 1, 1, 2, false, '2026-08-21T09:30:00Z', '2026-08-21 09:30:00', '2026-08-21', '{}', '{3}', '{NULL}', '{"role": "user", "content": "ho"}', '00000000-0000-0000-0000-000000000006', NULL)`)
	defer execute(t, "pgx", dsn, "DROP TABLE "+table)
	all := `SELECT id, small, name, price, r, d, ok, at AT TIME ZONE 'UTC' AS at, plain, day, tags, counts, codes, doc, u FROM ` + table + ` ORDER BY id`
	s := database.Source{Driver: "postgres", DSNEnv: "DISTIGEN_POSTGRES_URL", Query: all}
	types, problems := derive(s, "")
	if want := "id int, small int, name string, price string, r float, d float, ok bool, at string, plain string, day string, tags list(string), counts list(int), " +
		"codes list(optional(string)), doc string, u string"; types != want || problems != nil {
		t.Errorf("got %s, %q; want %s", types, problems, want)
	}
	if _, problems := derive(database.Source{Driver: "postgres", DSNEnv: "DISTIGEN_POSTGRES_URL", Table: table}, ""); len(problems) != 1 || !strings.Contains(problems[0], `"raw" holds bytes`) {
		t.Errorf("bytes: %q", problems)
	}
	type row struct {
		ID     int         `json:"id"`
		Small  int         `json:"small"`
		Name   string      `json:"name"`
		Price  string      `json:"price"`
		R      float64     `json:"r"`
		D      float64     `json:"d"`
		OK     bool        `json:"ok"`
		At     string      `json:"at"`
		Plain  string      `json:"plain"`
		Day    string      `json:"day"`
		Tags   []string    `json:"tags"`
		Counts []int       `json:"counts"`
		Codes  []*string   `json:"codes"`
		Doc    llm.Message `json:"doc"`
		U      string      `json:"u"`
	}
	got := read[row](s, "")
	want := []string{`{"id":1,"small":2,"name":"Größe","price":"12.5000","r":0.5,"d":1e+300,"ok":true,"at":"2026-08-21T09:30:00.25","plain":"2026-08-21T09:30:00","day":"2026-08-21",` +
		`"tags":["a","b c"],"counts":[1,2],"codes":["x"],"doc":{"role":"user","content":"hi"},"u":"00000000-0000-0000-0000-000000000005"}`}
	if len(got) != 2 || got[0] != want[0] || !strings.Contains(got[1], `"tags":[],"counts":[3],"codes":[null]`) {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
	s.Limit, s.Columns = 1, names("u", "id")
	type few struct {
		ID int    `json:"id"`
		U  string `json:"u"`
	}
	if got := read[few](s, ""); len(got) != 1 || got[0] != `{"id":1,"u":"00000000-0000-0000-0000-000000000005"}` {
		t.Errorf("with a limit: %q", got)
	}
	if n, err := s.Count(""); n != 1 || err != nil {
		t.Errorf("counted %d, %v", n, err)
	}
	type other struct {
		ID string `json:"id"`
		X  int    `json:"x"`
	}
	s.Columns = names("id", "x")
	if err := s.Check("", reflect.TypeFor[other]()); err == nil || !strings.Contains(err.Error(), `"id" is of type int, and string is wanted; "x" is not there`) {
		t.Errorf("got %v", err)
	}
	changing := database.Source{Driver: "postgres", DSNEnv: "DISTIGEN_POSTGRES_URL", Query: "SELECT id FROM " + table + "; DROP TABLE " + table + "; SELECT (1"}
	if got := read[few](changing, ""); len(got) != 1 || !strings.HasPrefix(got[0], "! The database cannot be read") {
		t.Errorf("got %q", got)
	}
	// An INSERT in the query itself is no query to the server, and one that hides in a function is refused since the session is read-only.
	adds := "add_" + table
	execute(t, "pgx", dsn, "CREATE FUNCTION "+adds+"() RETURNS bigint LANGUAGE sql AS 'INSERT INTO "+table+" (id) VALUES (3) RETURNING id'")
	defer execute(t, "pgx", dsn, "DROP FUNCTION "+adds)
	for query, want := range map[string]string{
		"INSERT INTO " + table + " (id) VALUES (3) RETURNING id, u":                             "syntax error",
		"WITH n AS (INSERT INTO " + table + " (id) VALUES (3) RETURNING id, u) SELECT * FROM n": "must be at the top level",
		"SELECT " + adds + "() AS id, 'x' AS u":                                                 "cannot execute INSERT in a read-only transaction (SQLSTATE 25006)",
	} {
		if got := read[few](database.Source{Driver: "postgres", DSNEnv: "DISTIGEN_POSTGRES_URL", Query: query}, ""); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: got %q, want %s", query, got, want)
		}
	}
	if n, err := (database.Source{Driver: "postgres", DSNEnv: "DISTIGEN_POSTGRES_URL", Table: table}).Count(""); n != 2 || err != nil {
		t.Errorf("the table has %d rows, %v", n, err)
	}
	t.Setenv("DISTIGEN_WRONG_URL", "postgres://someone:s3cretword@127.0.0.1:1/db?connect_timeout=1")
	if _, problems := derive(database.Source{Driver: "postgres", DSNEnv: "DISTIGEN_WRONG_URL", Table: "t"}, ""); len(problems) != 1 || strings.Contains(problems[0], "s3cretword") {
		t.Errorf("no server: %q", problems)
	}
}
