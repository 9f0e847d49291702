package steps

import (
	"fmt"

	"github.com/distigen/distigen/runtime/component"
)

// named is one entry of a Names argument: the column, its new name ("" in the form of a list) and the argument's path.
type named struct{ from, to, arg string }

func namedColumns(arg string, names component.Names) []named {
	all := make([]named, len(names))
	for i, n := range names {
		all[i] = named{n.From, n.To, arg + "." + n.From}
		if n.To == "" {
			all[i].arg = fmt.Sprintf("%s[%d]", arg, i)
		}
	}
	return all
}
