package codegen

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/runtime/component"
)

// Rows are written out in Go as long as one would want to read them; more than that travel as a file of JSON lines.
const (
	readableRows  = 40
	readableBytes = 6000
)

// defineRows is a source whose rows stand in the pipeline.
func (p *program) defineRows(s *step) error {
	var data bytes.Buffer
	for _, row := range s.Data {
		if err := writeRow(&data, s.row, row); err != nil {
			return err
		}
	}
	elements := jen.Index().Id(s.row.name)
	f := s.add("rows", func(name string) decl {
		return decl{fmt.Sprintf("%s is %s.", name, about(s)), jen.Var().Id(name).Op("=").Add(elements).Custom(
			jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, p.rowLiterals(s)...)}
	})
	if len(s.Data) > readableRows || data.Len() > readableBytes {
		path := p.paths.pickIn("data", ".jsonl", s.Name)
		p.files = append(p.files, File{path, Generated, data.Bytes()})
		f.decl = func(name string) decl {
			return decl{fmt.Sprintf("%s is %s, from %s.", name, about(s), path), jen.Var().Id(name).Op("=").
				Qual(runtimePkg, "RowsOf").Types(jen.Id(s.row.name)).Call(jen.Id(name + "File"))}
		}
		s.add("file", func(string) decl {
			return decl{"", jen.Comment("//go:embed " + path).Line().Var().Id(f.name + "File").Index().Byte()}
		})
	}
	s.stream = func() *jen.Statement { return verb("Rows", jen.Id("p"), jen.Lit(s.Addr()), jen.Id(f.name)) }
	return nil
}

func (p *program) rowLiterals(s *step) (rows []jen.Code) {
	for _, values := range s.Data {
		var fields []keyed
		for i, v := range values {
			if v != nil {
				fields = append(fields, keyed{s.row.fields[i].goName, p.literal(v, s.row.fields[i].Type, false)})
			}
		}
		rows = append(rows, fittingLit(nil, fields))
	}
	return rows
}

// writeRow writes a row as a JSON line, its columns in order.
func writeRow(out *bytes.Buffer, r *rowType, values []any) error {
	sep := byte('{')
	for i, v := range values {
		name, err := json.Marshal(r.fields[i].Name)
		if err != nil {
			return err
		}
		out.WriteByte(sep)
		sep = ','
		out.Write(name)
		out.WriteByte(':')
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			return err
		}
		out.Truncate(out.Len() - 1)
	}
	out.WriteString("}\n")
	return nil
}

// defineReader is a source that reads while the program runs.
func (p *program) defineReader(s *step) {
	settings := p.addSettings(s)
	s.stream = func() *jen.Statement {
		return jen.Qual(runtimePkg, "Read").Types(jen.Id(s.row.name)).Call(jen.Id("p"), jen.Lit(s.Addr()), settings())
	}
}

// defineInvention is a source whose rows a model makes.
func (p *program) defineInvention(s *step) {
	settings := p.addSettings(s)
	row := s.add("row", func(name string) decl {
		fields := s.withOutputs(nil, func(_ field, port component.Port) jen.Code { return jen.Id("out").Dot(port.Field) })
		return decl{fmt.Sprintf("%s makes a row of what the model has written.", name),
			method(name, []jen.Code{jen.Id("out").Add(s.outType())}, []jen.Code{jen.Id(s.row.name)}, jen.Return(structLit(jen.Id(s.row.name), fields)))}
	})
	s.stream = func() *jen.Statement {
		return verb("Invent", jen.Id("p"), jen.Lit(s.Addr()), settings(), jen.Id(row.name))
	}
}
