package codegen

import (
	"reflect"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/dataset"
)

// filesOf are the types that write each format. The package of one is linked only where a dataset has that format.
var filesOf = map[string]func() *jen.Statement{
	"parquet": func() *jen.Statement { return jen.Qual(parquetPkg, "Files") },
	"jsonl":   func() *jen.Statement { return jen.Qual(datasetPkg, "JSONL") },
	"csv":     func() *jen.Statement { return jen.Qual(datasetPkg, "CSV") },
}

// datasetSettings prints how the rows of a dataset are written.
func datasetSettings(s hclspec.DatasetSettings) *jen.Statement {
	settings := dataset.Settings{Splits: s.Splits, ShardRows: s.ShardRows, License: s.License, Tags: s.Tags}
	if size, ok := s.ShardBytes(); ok && size != dataset.DefaultShardBytes {
		settings.ShardBytes = size
	}
	fields := []keyed{{"Files", filesOf[s.Format]().Values()}}
	fields = append(fields, structFields(reflect.ValueOf(settings), nil)...)
	return fittingLit(jen.Qual(datasetPkg, "Settings"), fields)
}
