package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// sqlite has types for values, and none for columns.
type sqlite struct{}

func (sqlite) columns(ctx context.Context, db *database) (columns []component.Column, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+db.from+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	for _, name := range names {
		columns = append(columns, component.Column{Name: name, Type: component.Of(component.Any)})
	}
	return columns, errors.Join(err, rows.Err())
}

// typed has the database count the values of each type.
func (sqlite) typed(ctx context.Context, db *database, columns []component.Column) error {
	types := []string{"integer", "real", "text", "blob", "null"}
	var counts []string
	for _, c := range columns {
		for _, t := range types {
			counts = append(counts, fmt.Sprintf("total(typeof(%s) = '%s')", quoted(c.Name), t))
		}
	}
	found := make([]float64, len(counts))
	into := make([]any, len(counts))
	for i := range found {
		into[i] = &found[i]
	}
	if err := db.QueryRowContext(ctx, "SELECT "+strings.Join(counts, ", ")+" FROM "+db.from).Scan(into...); err != nil {
		return err
	}
	for i := range columns {
		of := found[i*len(types):]
		typ, err := sqliteType(columns[i].Name, of[0], of[1], of[2], of[3], of[4])
		if err != nil {
			return err
		}
		columns[i].Type = typ
	}
	return nil
}

func sqliteType(name string, ints, reals, texts, blobs, nulls float64) (component.Type, error) {
	t := component.Of(component.String)
	switch {
	case blobs > 0:
		return t, fmt.Errorf("column %q holds blobs. Leave it out: name the other columns in columns", name)
	case texts > 0 && ints+reals > 0:
		return t, fmt.Errorf("column %q holds texts and numbers. Make texts of them in a query: CAST(%s AS TEXT)", name, quoted(name))
	case reals > 0:
		t = component.Of(component.Float)
	case ints > 0:
		t = component.Of(component.Int)
	}
	t.Optional = nulls > 0 || ints+reals+texts == 0
	return t, nil
}

func (sqlite) selected(columns []component.Column, from string, limit int) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = "+" + quoted(c.Name) + " AS " + quoted(c.Name) // an expression, so that the driver makes no times of texts
	}
	return limited("SELECT "+strings.Join(names, ", ")+" FROM "+from, limit)
}

func (sqlite) record(rows *sql.Rows, columns []component.Column) (source.Object, error) {
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
		case []byte:
			record[c.Name] = errors.New("is a blob")
		case time.Time:
			record[c.Name] = v.Format(time.RFC3339Nano)
		default:
			record[c.Name] = v
		}
	}
	return record, nil
}
