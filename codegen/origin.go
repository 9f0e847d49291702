package codegen

import (
	"path"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
)

// originFolder has the pipeline's own text, which the program puts beside its datasets.
const originFolder = "pipeline"

// addOrigin adds the pipeline's text to the program, and returns what it tells the runtime of it; nil where there is none.
func (p *program) addOrigin(f *goFile) jen.Code {
	o := p.plan.Origin
	if len(o.Files) == 0 {
		return nil
	}
	name := p.names.pick("pipelineFiles", "pipelineTexts")
	code := jen.Null()
	for _, file := range o.Files {
		at := path.Join(originFolder, file.Path)
		p.files = append(p.files, File{at, Generated, []byte(file.Text)})
		if strings.Contains(at, " ") {
			at = strconv.Quote(at)
		}
		code.Comment("//go:embed " + at).Line()
	}
	f.add(name, decl{name + " are the pipeline itself: they go along with the datasets.\n", code.Var().Id(name).Qual("embed", "FS")})
	fields := []keyed{{"Files", jen.Id(name)}}
	for _, list := range []struct {
		field string
		texts []string
	}{{"Apart", o.Apart}, {"Args", o.Args}} {
		if len(list.texts) == 0 {
			continue
		}
		var items []jen.Code
		for _, text := range list.texts {
			items = append(items, jen.Lit(text))
		}
		fields = append(fields, keyed{list.field, jen.Index().String().Values(items...)})
	}
	return fittingLit(jen.Qual(runtimePkg, "Origin"), fields)
}
