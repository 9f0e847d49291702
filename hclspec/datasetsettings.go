package hclspec

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// DatasetSettings are the arguments of a dataset block that say how its rows are written, and what its card says of them.
type DatasetSettings struct {
	Format    string             `param:"format" default:"parquet" doc:"The format of the files, parquet, jsonl or csv, or of the trainer that the dataset is for, such as trl/dpo."`
	Files     string             `param:"files" enum:"parquet,jsonl" doc:"The format of the files of a dataset for a trainer; parquet without it."`
	Columns   map[string]string  `param:"columns" doc:"Where the rows have the columns that the trainer reads: { prompt = \"instruction\" }."`
	Splits    map[string]float64 `param:"splits" doc:"The share of each split, such as { train = 0.9, test = 0.1 }. Which one a row is in follows from the row alone. All rows are in train without it."`
	ShardRows int                `param:"shard_rows" min:"1" max:"2147483647" doc:"How many rows a file has at most."`
	ShardSize string             `param:"shard_size" default:"256MB" doc:"How large a file is at most, measured as JSON: 500KB, 64MB, 2GB."`
	License   string             `param:"license" doc:"The licence of the data, by the Hub's name for it, such as apache-2.0 or cc-by-4.0."`
	Tags      []string           `param:"tags" doc:"Tags of the card, by which people find the dataset on the Hub."`
}

// MarshalJSON prints the settings by their names in HCL.
func (s DatasetSettings) MarshalJSON() ([]byte, error) { return marshal(settings{s}) }

var datasetArguments = component.ParamsOf(reflect.TypeFor[DatasetSettings]())

// usualSettings are those of a dataset without a block.
func usualSettings() (s DatasetSettings) {
	component.SetDefaults(reflect.ValueOf(&s).Elem())
	return s
}

// evalSettings reads the arguments of a dataset block.
func (l *loader) evalSettings(d *datasetBlock) {
	attrs := maps.Clone(d.attrs)
	delete(attrs, "from")
	for _, a := range inOrder(attrs) {
		if slices.Contains(paramNames(datasetArguments), a.Name) {
			l.checkRefs(a.Expr, scope{where: "a dataset's settings"})
		}
	}
	d.args = &arguments{l: l, attrs: attrs, params: datasetArguments, meta: []string{"from"}, owner: fmt.Sprintf("dataset %q", d.name), at: d.at}
	d.args.decode(reflect.ValueOf(&d.params).Elem(), nil)
	l.checkSplits(d)
	l.checkLicense(d.args, d.params.License)
	l.checkTags(d)
	l.checkFormatName(d)
	if _, ok := d.params.ShardBytes(); d.args.ok("shard_size") && !ok {
		l.errorAt(diag.Unusable, d.args.rangeOf("shard_size"), "shard_size is no size",
			fmt.Sprintf("A size is a number with KB, MB or GB behind it, such as \"64MB\", and 1KB at least. This is %q.", d.params.ShardSize))
	}
}

var (
	sizes     = map[string]float64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
	splitName = regexp.MustCompile(`^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$`)
)

// ShardBytes is ShardSize in bytes.
func (s DatasetSettings) ShardBytes() (n int64, ok bool) {
	text := strings.ToUpper(strings.ReplaceAll(s.ShardSize, " ", ""))
	if len(text) < 3 {
		return 0, false
	}
	number, err := strconv.ParseFloat(text[:len(text)-2], 64)
	bytes := number * sizes[text[len(text)-2:]]
	return int64(bytes), err == nil && bytes >= 1<<10 && bytes < 1<<60
}

// checkSplits refuses splits that not every row would have a place in.
func (l *loader) checkSplits(d *datasetBlock) {
	if !d.args.ok("splits") || d.args.attrs["splits"] == nil {
		return
	}
	sum := 0.0
	for _, name := range slices.Sorted(maps.Keys(d.params.Splits)) {
		share := d.params.Splits[name]
		sum += share
		switch {
		case !splitName.MatchString(name) || name == "all" || len(name) > 100:
			l.errorAt(diag.BadSplits, d.args.keyRange("splits."+name), fmt.Sprintf("invalid name of a split %q", name),
				"The name of a split is made of letters, digits and underscores, and \"all\" stands for all of them. The usual ones are train, validation and test.")
		case share <= 0:
			l.errorAt(diag.BadSplits, d.args.rangeOf("splits."+name), fmt.Sprintf("share of split %q out of range", name),
				fmt.Sprintf("A share is above 0, and this is %v. To have no such split, leave it out.", share))
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		l.errorAt(diag.BadSplits, d.args.rangeOf("splits"), "shares of the splits do not add up to 1",
			fmt.Sprintf("Every row is in one split, so the shares are parts of 1: { train = 0.9, test = 0.1 }. These add up to %s.", strconv.FormatFloat(sum, 'g', 10, 64)))
	}
}

// checkFormat refuses columns that the format of a dataset has no place for. at is where the dataset is said.
func (l *loader) checkFormat(name string, s DatasetSettings, from *instance, at hcl.Range) {
	if from == nil || from.opaque || s.Contract() != nil {
		return
	}
	fits, what, way := func(t component.Type) bool { return !hollow(t) }, "objects without fields, which readers of Parquet refuse", "give the objects a field"
	switch s.Format {
	case "csv":
		fits, what, way = flat, "what is neither text, number nor bool, and a CSV file has nothing else", "choose parquet or jsonl"
		if part := flatPart(from.row); part != "" {
			way += fmt.Sprintf(". What is wanted of them are columns that a step derive makes, such as %s", part)
		}
	case "jsonl":
		return
	}
	var names []string
	var related []diag.Related
	for _, c := range from.row {
		if !fits(c.Type) {
			names = append(names, fmt.Sprintf("%s (%s)", c.Name, c.Type))
			related = append(related, diag.Related{Range: c.origin.at, Message: fmt.Sprintf("the column %q is made here", c.Name)})
		}
	}
	if len(names) > 0 {
		l.errorAt(diag.NoPlaceFor, at, fmt.Sprintf("%s without a place in %s", count(len(names), "column"), s.Format), fmt.Sprintf(
			"Dataset %q has %s: %s. Take such columns out with keep_columns, or %s.", name, what, list(names), way), related[0])
	}
}

// flatPart is an expression for a part of an object that has a place in a CSV file.
func flatPart(row []*column) string {
	for _, c := range row {
		if c.Type.Kind != component.Object || c.Type.Optional || !hclsyntax.ValidIdentifier(c.Name) {
			continue
		}
		for _, field := range c.Type.Fields {
			if hclsyntax.ValidIdentifier(field.Name) && flat(field.Type) {
				return fmt.Sprintf("%s = row.%s.%[1]s", field.Name, c.Name)
			}
		}
	}
	return ""
}

func flat(t component.Type) bool {
	return slices.Contains([]component.Kind{component.String, component.Bool, component.Int, component.Float}, t.Kind)
}

// hollow reports whether there is an object without fields in a type.
func hollow(t component.Type) bool {
	switch t.Kind {
	case component.List:
		return hollow(*t.Elem)
	case component.Object:
		return len(t.Fields) == 0 || slices.ContainsFunc(t.Fields, func(f component.Field) bool { return hollow(f.Type) })
	}
	return false
}
