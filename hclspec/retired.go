package hclspec

import (
	"fmt"
	"time"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/models"
)

// soon is how long before its retirement a model is warned of.
const soon = 90 * 24 * time.Hour

// checkRetired warns of models that the provider has retired or will soon, and of names that it probably never had.
func (l *loader) checkRetired(m *modelBlock) {
	now := l.opts.Now
	if m.model.Provider != "mistral" || m.model.BaseURL != "" || m.model.Name == "" || now.IsZero() || !m.args.ok("provider") || !m.args.ok("base_url") {
		return
	}
	name, at := m.model.Name, m.args.rangeOf("name")
	known, ok := models.Lookup(name)
	if !ok {
		l.checkModelName(m)
		return
	}
	instead := ""
	if r := models.Replacement(name, now); r != "" {
		instead = fmt.Sprintf(" Its replacement is %q.", r)
	}
	switch {
	case known.IsRetired(now):
		l.warnAt(diag.Retired, at, fmt.Sprintf("model %q is retired", name), fmt.Sprintf(
			"The provider retired it on %s, and its API refuses it.%s", known.Retired, instead))
	case known.IsRetired(now.Add(soon)):
		l.warnAt(diag.SoonRetired, at, fmt.Sprintf("model %q is retired soon", name), fmt.Sprintf(
			"The provider retires it on %s.%s", known.Retired, instead))
	}
}

func (l *loader) checkModelName(m *modelBlock) {
	var names []string
	for _, k := range models.All() {
		if !k.IsRetired(l.opts.Now) {
			names = append(names, k.APINames...)
		}
	}
	if near := diag.Nearest(m.model.Name, names); near != "" {
		l.warnAt(diag.ModelName, m.args.rangeOf("name"), fmt.Sprintf("model name %q is not known", m.model.Name), fmt.Sprintf(
			"The provider had no model of that name when this distigen was made. Did you mean %q?", near))
	}
}
