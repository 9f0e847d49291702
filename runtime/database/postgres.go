package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// postgres has types for columns. What has no like here is a text, and arrays come as JSON.
type postgres struct{}

// scalars are the types of PostgreSQL that are none of texts, as its driver names them.
var scalars = map[string]component.Kind{"BOOL": component.Bool, "INT2": component.Int, "INT4": component.Int, "INT8": component.Int, "OID": component.Int,
	"FLOAT4": component.Float, "FLOAT8": component.Float}

func (postgres) columns(ctx context.Context, db *database) (columns []component.Column, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+db.from+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	for _, t := range types {
		name, isArray := strings.CutPrefix(t.DatabaseTypeName(), "_")
		kind := scalars[name]
		if kind == "" {
			kind = component.String
		}
		if name == "BYTEA" {
			return nil, fmt.Errorf("column %q holds bytes (bytea). Leave it out: read the others by a query", t.Name())
		}
		c := component.Column{Name: t.Name(), Type: component.Of(kind)}
		if isArray {
			c.Type = component.ListOf(c.Type)
		}
		columns = append(columns, c)
	}
	return columns, rows.Err()
}

// typed has the database look for nulls, those in arrays included.
func (postgres) typed(ctx context.Context, db *database, columns []component.Column) error {
	var tests []string
	for _, c := range columns {
		tests = append(tests, fmt.Sprintf("coalesce(bool_or(%s IS NULL), true)", quoted(c.Name)))
		if c.Type.Kind == component.List {
			tests = append(tests, fmt.Sprintf("coalesce(bool_or(array_position(%s, NULL) IS NOT NULL), false)", quoted(c.Name)))
		} else {
			tests = append(tests, "false")
		}
	}
	found := make([]bool, len(tests))
	into := make([]any, len(tests))
	for i := range found {
		into[i] = &found[i]
	}
	if err := db.QueryRowContext(ctx, "SELECT "+strings.Join(tests, ", ")+" FROM "+db.from).Scan(into...); err != nil {
		return err
	}
	for i := range columns {
		t := &columns[i].Type
		if t.Optional = found[2*i]; found[2*i+1] {
			elem := t.Elem.OrNull()
			t.Elem = &elem
		}
	}
	return nil
}

func (postgres) selected(columns []component.Column, from string, limit int) string {
	var values []string
	for _, c := range columns {
		name := quoted(c.Name)
		switch c.Type.Kind {
		case component.String:
			values = append(values, isoText(name))
		case component.List:
			if c.Type.Elem.Kind == component.String {
				name += "::text[]"
			}
			values = append(values, "to_json("+name+")::text")
		default:
			values = append(values, name)
		}
	}
	return limited("SELECT "+strings.Join(values, ", ")+" FROM "+from, limit)
}

// isoText is a value as text: times have a T between day and hour, as JSON has them.
func isoText(name string) string {
	return fmt.Sprintf("CASE WHEN pg_typeof(%s)::oid IN (1114, 1184) THEN to_json(%[1]s)#>>'{}' ELSE %[1]s::text END", name)
}

func (postgres) record(rows *sql.Rows, columns []component.Column) (source.Object, error) {
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	record := make(source.Object, len(columns))
	for i, c := range columns {
		switch v := values[i].(type) {
		case float32:
			record[c.Name] = float64(v)
		case []byte:
			record[c.Name] = string(v)
		default:
			record[c.Name] = v
		}
		if text, ok := record[c.Name].(string); ok && c.Type.Kind == component.List && !json.Valid([]byte(text)) {
			record[c.Name] = errors.New("is no list")
		}
	}
	return record, nil
}
