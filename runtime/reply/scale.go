package reply

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Scale is a scale of whole numbers, both ends included.
type Scale struct{ Min, Max int }

// ScaleError says that a rating is a number, but none of the scale.
type ScaleError struct{ Message string }

// Error returns the message.
func (e *ScaleError) Error() string { return e.Message }

var (
	number = regexp.MustCompile(`^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`)
	// outOf is the end of the scale, which some models add: 4/5, 4 out of 5.
	outOf = regexp.MustCompile(`^\s*(?:/|out of)\s*(\d+)`)
	// remark is a comment after the number: 4 (good), 4 - almost right. One with further digits is ambiguous.
	remark = regexp.MustCompile(`^\s*(?:[.,;:(\[–—-]\s*[^\p{N}]*)?$`)
)

// Read reads a rating. 4, 4.0, "4/5", "4 out of 5" and "4 (good)" are 4 on a scale to 5. Fractions and numbers outside
// of the scale are a *ScaleError; words, ranges and N/A are another error, and so is 1/2 where 1 and 2 are all there is: it may
// mean the one or the other.
func (s Scale) Read(text string) (int, error) {
	given := text
	text = strings.Trim(strings.TrimSpace(text), "*_`\"' ")
	m := number.FindString(text)
	rest := text[len(m):]
	if m == "" {
		return 0, fmt.Errorf("%q is not a number", clip(given))
	}
	if d := outOf.FindStringSubmatch(rest); d != nil && (s.Max > 2 || d[1] != "2") {
		if d[1] != strconv.Itoa(s.Max) {
			return 0, &ScaleError{fmt.Sprintf("%q is not on the scale from %d to %d", clip(given), s.Min, s.Max)}
		}
		rest = rest[len(d[0]):]
	}
	if !remark.MatchString(rest) {
		return 0, fmt.Errorf("%q is not a single number", clip(given))
	}
	f, err := strconv.ParseFloat(m, 64)
	if err != nil || f != math.Trunc(f) || f < float64(s.Min) || f > float64(s.Max) {
		return 0, &ScaleError{fmt.Sprintf("%s is not a whole number from %d to %d", clip(m), s.Min, s.Max)}
	}
	return int(f), nil
}
