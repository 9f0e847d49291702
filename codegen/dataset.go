package codegen

import (
	"reflect"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/contract"
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
	fields := []keyed{{"Files", filesOf[s.FileFormat()]().Values()}}
	if c := s.Contract(); c != nil {
		fields = append(fields, keyed{"Contract", contractOf(c)})
	}
	fields = append(fields, structFields(reflect.ValueOf(settings), nil)...)
	return fittingLit(jen.Qual(datasetPkg, "Settings"), fields)
}

// trainerFuncs are the functions that know the forms of each trainer. A program links what is said of its own trainers alone.
var trainerFuncs = map[string]string{"trl": "TRL", "axolotl": "Axolotl", "llamafactory": "LLaMAFactory"}

func contractOf(c *contract.Contract) *jen.Statement {
	trainer, form, _ := strings.Cut(c.Name, "/")
	call := jen.Qual(contractPkg, trainerFuncs[trainer]).Call(jen.Lit(form))
	if len(c.Renamed) == 0 {
		return call
	}
	return call.Dot("With").Call(jen.Map(jen.String()).String().Values(jen.DictFunc(func(d jen.Dict) {
		for input, column := range c.Renamed {
			d[jen.Lit(input)] = jen.Lit(column)
		}
	})))
}
