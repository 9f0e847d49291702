package reference

import (
	"fmt"
	"slices"
	"strings"

	"github.com/distigen/distigen/distilabel"
	"github.com/distigen/distigen/runtime/component"
)

// gallery is the page that compares distilabel's gallery with the components.
func gallery(all []component.Component) string {
	var b strings.Builder
	b.WriteString(note + `# distilabel's gallery

Every step, task and model class of distilabel 1.1.1 and 1.5.3, and what takes its place. [distigen import](import.md) goes by the same table; [Coming from
distilabel](from-distilabel.md) says what differs in detail.

`)
	classes := distilabel.Gallery(all)
	counterpart := func(c distilabel.Class) bool { return c.Component != "" || c.Block == "hub" }
	model := func(c distilabel.Class) bool { return c.Block == "model" }
	section := func(title, head string, of func(distilabel.Class) bool, row func(distilabel.Class) string) {
		fmt.Fprintf(&b, "## %s\n\n%s\n", title, head)
		for _, c := range classes {
			if of(c) {
				b.WriteString(row(c))
			}
		}
		b.WriteString("\n")
	}
	section("Steps and tasks", "| distilabel | distigen | what it makes |\n| --- | --- | --- |", counterpart, func(c distilabel.Class) string {
		if c.Block == "hub" {
			return fmt.Sprintf("| %s | [the block hub](hub.md) of a dataset | A dataset on the Hugging Face Hub |\n", c.Name)
		}
		at := slices.IndexFunc(all, func(d component.Component) bool { return d.Name == c.Component })
		return fmt.Sprintf("| %s | [%s](components/%s.md) | %s |\n", c.Name, c.Component, c.Component, cell(all[at].Summary))
	})
	section("Models", "A class of models is a [model block](components/model.md): `provider`, and `base_url` where it is not the provider's own.\n\n"+
		"| distilabel | provider | base_url | to know |\n| --- | --- | --- | --- |", model, func(c distilabel.Class) string {
		return fmt.Sprintf("| %s | `%s` | %s | %s |\n", c.Name, c.Provider, c.BaseURL, cell(c.Note))
	})
	section("Left out", "Those that need local weights, images or a library of Python, and what to do instead.\n\n| distilabel | why, and what there is |\n| --- | --- |",
		func(c distilabel.Class) bool { return !counterpart(c) && !model(c) },
		func(c distilabel.Class) string { return fmt.Sprintf("| %s | %s |\n", c.Name, cell(c.Note)) })
	b.WriteString("Base classes, such as Step, Task, GlobalStep or LLM, are what [steps in Go](go-steps.md) and [tasks in HCL](prompt-tasks.md) are here.\n")
	return b.String()
}
