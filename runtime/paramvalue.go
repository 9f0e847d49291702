package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/prompt"
)

// parseParam reads a value by its Go type. An empty text, or null, takes back what need not be set.
func parseParam(v reflect.Value, text string) bool {
	word := strings.TrimSpace(text)
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(word == "true")
		return word == "true" || word == "false"
	case reflect.Int, reflect.Int64:
		n, ok := whole(word)
		v.SetInt(n)
		return ok
	case reflect.Float64:
		f, err := strconv.ParseFloat(word, 64)
		v.SetFloat(f)
		return err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	case reflect.Pointer:
		if word == "" || word == "null" {
			return true
		}
		v.Set(reflect.New(v.Type().Elem()))
		return parseParam(v.Elem(), text)
	case reflect.Slice:
		if word != "" && word[0] != '[' && word != "null" && v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			v.Index(0).SetString(text)
			return true
		}
		return word == "" || decodeAll(text, v.Addr().Interface())
	case reflect.Map:
		return word == "" || decodeAll(text, v.Addr().Interface())
	default:
		return false
	}
	return true
}

// whole reads a whole number, also as JSON may write it: 1e3, 5.0.
func whole(word string) (int64, bool) {
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(word, 64)
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) <= 1<<53
}

// decodeAll decodes one JSON value with nothing after it.
func decodeAll(text string, to any) bool {
	d := json.NewDecoder(strings.NewReader(text))
	if d.Decode(to) != nil {
		return false
	}
	_, err := d.Token()
	return err == io.EOF
}

// errNoEnvName does not show what stands there, since it may be a key.
var errNoEnvName = errors.New("the name of an environment variable is wanted, such as MISTRAL_API_KEY. Keys stand in none of the settings")

// checkParam says what is wanted of a value that is not allowed.
func checkParam(p component.Param, v reflect.Value) error {
	switch {
	case p.Required && v.IsZero():
		return errors.New("a value is required")
	case p.Type == reflect.TypeFor[llm.Prompt]():
		if _, err := prompt.Parse(v.String(), nil); err != nil {
			return fmt.Errorf("the template cannot be read: %w", err)
		}
	}
	if p.Env && v.String() != "" && !component.EnvName(v.String()) {
		return errNoEnvName
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	number := 0.0
	switch {
	case v.Kind() == reflect.String && len(p.Enum) > 0 && !slices.Contains(p.Enum, v.String()):
		return fmt.Errorf("there is no %s %q%s", p.Name, v.String(), didYouMean(v.String(), p.Enum))
	case v.CanInt():
		number = float64(v.Int())
	case v.CanFloat():
		number = v.Float()
	default:
		return nil
	}
	if p.Min != nil && number < *p.Min || p.Max != nil && number > *p.Max {
		return wanted(p)
	}
	return nil
}

// wanted says which values a parameter takes.
func wanted(p component.Param) error {
	t := p.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	what := ""
	switch t.Kind() {
	case reflect.Bool:
		what = "true or false"
	case reflect.Int, reflect.Int64:
		what = "a whole number"
	case reflect.Float64:
		what = "a number"
	case reflect.Slice:
		what = "a list as JSON"
		if t.Elem().Kind() == reflect.String {
			what = `a text, or a list of texts as JSON, such as ["a", "b"],`
		}
	case reflect.Map:
		what = `an object as JSON, such as {"a": "b"},`
	default:
		return fmt.Errorf("%s cannot be set at run time. Change it in the pipeline and build again", p.Name)
	}
	switch {
	case p.Min != nil && p.Max != nil:
		what += " from " + decimal(*p.Min) + " to " + decimal(*p.Max)
	case p.Min != nil:
		what += " of at least " + decimal(*p.Min)
	case p.Max != nil:
		what += " of at most " + decimal(*p.Max)
	}
	return errors.New(what + " is wanted")
}

// decimal prints a bound without an exponent.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
