package hclspec

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
)

// sameKeys refuses objects that have a key twice, of which the last one would count.
func (l *loader) sameKeys(node hclsyntax.Node) {
	hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		object, ok := n.(*hclsyntax.ObjectConsExpr)
		if !ok {
			return nil
		}
		first := map[string]hcl.Range{}
		for _, item := range object.Items {
			name, at := keyName(item.KeyExpr), item.KeyExpr.Range()
			if before, twice := first[name]; twice {
				l.bad[object.Range()] = true // which of the two is meant is not known
				l.errorAt(diag.Duplicate, at, fmt.Sprintf("key %q is there twice", name),
					"An object has one value for each key. Remove one of the two, or give it another name.",
					diag.Related{Range: before, Message: "the first one is here"})
			} else if name != "" {
				first[name] = at
			}
		}
		return nil
	})
}
