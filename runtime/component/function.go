package component

import (
	"context"
	"reflect"
	"strings"
	"unicode"
)

// Function is a function of the user's that the calls of a model may name.
type Function struct {
	Name string `json:"name"`           // that the calls have for it
	Func string `json:"func,omitempty"` // as the pipeline names it, ./tools.GCD; empty in a program
	// Call runs it with a JSON object of arguments, and returns its result as JSON. It is nil in a plan.
	Call func(ctx context.Context, arguments []byte) (string, error) `json:"-"`
}

// Functions is a parameter that names functions of the user's: a map of the names that calls have for them to functions. In a program
// they are the functions themselves.
type Functions []Function

// TypeName is what a parameter of this type is called in the docs.
func (Functions) TypeName() string { return "map(string)" }

// FieldName is the column that a field of a struct of the user's is, or the argument: what its tag col or json says, or its name
// in snake_case.
func FieldName(field string, tag reflect.StructTag) string {
	if name := tag.Get("col"); name != "" {
		return name
	}
	if name, _, _ := strings.Cut(tag.Get("json"), ","); name != "" && name != "-" {
		return name
	}
	var out strings.Builder
	runes := []rune(field)
	for i, r := range runes {
		starts := unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if starts {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
