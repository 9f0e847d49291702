package hclspec

import (
	"cmp"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// order is the order in which the keys of objects are written out in an expression. Evaluation forgets it.
type order map[string]int

func keyOrder(expr hclsyntax.Expression) order {
	o := order{}
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if object, ok := n.(*hclsyntax.ObjectConsExpr); ok {
			for _, item := range object.Items {
				if name := keyName(item.KeyExpr); name != "" {
					if _, seen := o[name]; !seen {
						o[name] = len(o)
					}
				}
			}
		}
		return nil
	})
	return o
}

// compare puts keys that are not written out last, by name.
func (o order) compare(a, b string) int {
	i, ok := o[a]
	if !ok {
		i = len(o)
	}
	j, ok := o[b]
	if !ok {
		j = len(o)
	}
	return cmp.Or(cmp.Compare(i, j), cmp.Compare(a, b))
}
