package steps

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

var (
	ratingScale = reply.Scale{Min: 1, Max: 5}
	// typeScale are the types of helpfulness and truthfulness; the last one says that none of the others applies.
	typeScale = reply.Scale{Min: 1, Max: 4}
)

// verdict is what the judge says of one text.
type verdict struct {
	types                    []int
	typeRationale, rationale string
	rating                   int
}

// schema asks for one key per text: so that no text can be left out and none rated twice.
func (t UltraFeedback) schema(texts int) *llm.Schema {
	if !t.JSON() {
		return nil
	}
	entry := `"rationale":{"type":"string"},"rating":{"type":"integer","enum":[1,2,3,4,5]}},"required":["rationale","rating"`
	if t.typed() {
		entry = `"types":{"type":"array","items":{"type":"integer","enum":[1,2,3,4]},"minItems":1,"maxItems":4},"type_rationale":{"type":"string"},` +
			entry + `,"types","type_rationale"`
	}
	entry = `{"type":"object","properties":{` + entry + `],"additionalProperties":false}`
	return numberedSchema("ratings", "text_", texts, entry)
}

// parse reads the verdicts on n texts.
func (t UltraFeedback) parse(text string, n int) (UltraFeedbackOut, error) {
	if err := empty(text); err != nil {
		return UltraFeedbackOut{}, err
	}
	var verdicts []verdict
	var err error
	if t.JSON() {
		err = reply.JSON(text, func(object []byte) error {
			verdicts, err = t.parseObject(object, n)
			return err
		})
	} else {
		verdicts, err = t.parseBlocks(text, n)
	}
	if err != nil {
		return UltraFeedbackOut{}, unusable(err)
	}
	var out UltraFeedbackOut
	for _, v := range verdicts {
		out.Ratings = append(out.Ratings, v.rating)
		if !t.typed() {
			out.Rationales = append(out.Rationales, v.rationale)
			continue
		}
		out.Types = append(out.Types, v.types)
		out.Rationales = append(out.Rationales, v.typeRationale)
		out.RationalesForRatings = append(out.RationalesForRatings, v.rationale)
	}
	return out, nil
}

func (t UltraFeedback) parseObject(object []byte, n int) ([]verdict, error) {
	members, err := reply.Object(object)
	if err != nil {
		return nil, err
	}
	entries, err := numbered(members, "text_", n)
	if err != nil {
		return nil, err
	}
	verdicts := make([]verdict, n)
	for i, raw := range entries {
		if verdicts[i], err = t.parseEntry(raw); err != nil {
			return nil, fmt.Errorf("in %q %w", fmt.Sprint("text_", i+1), err)
		}
	}
	return verdicts, nil
}

func (t UltraFeedback) parseEntry(raw []byte) (v verdict, err error) {
	entry, err := reply.Object(raw)
	if err != nil {
		return v, err
	}
	if v.rationale, err = reply.Text(entry, "rationale"); err != nil {
		return v, err
	}
	if v.rating, err = scalar(entry["rating"]); err != nil || !t.typed() {
		return v, err
	}
	if v.typeRationale, err = reply.Text(entry, "type_rationale"); err != nil {
		return v, err
	}
	v.types, err = parseTypes(unquote(entry["types"]))
	return v, err
}

// scalar reads a rating of a JSON reply.
func scalar(raw json.RawMessage) (int, error) {
	if raw == nil {
		return 0, errors.New("a rating is missing")
	}
	return ratingScale.Read(unquote(raw))
}

// unquote takes a value as text: some models put numbers and lists in quotes.
func unquote(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return string(raw)
	}
	return s
}

func (t UltraFeedback) parseBlocks(text string, n int) ([]verdict, error) {
	long, short := []string{"rationale"}, []string{"rating"}
	if t.typed() {
		long, short = []string{"rationale for types", "rationale"}, []string{"types", "rating"}
	}
	blocks, err := reply.Blocks(text, n, long, short)
	if err != nil {
		return nil, err
	}
	verdicts := make([]verdict, n)
	for i, b := range blocks {
		v := verdict{rationale: b["rationale"], typeRationale: b["rationale for types"]}
		if v.rating, err = ratingScale.Read(b["rating"]); err != nil {
			return nil, fmt.Errorf("in block [%d] %w", i+1, err)
		}
		if t.typed() {
			if v.types, err = parseTypes(b["types"]); err != nil {
				return nil, fmt.Errorf("in block [%d] %w", i+1, err)
			}
		}
		verdicts[i] = v
	}
	return verdicts, nil
}

var typeList = regexp.MustCompile(`^[\[(]?\s*\d{1,3}(?:\s*(?:,|;|&|and)\s*\d{1,3})*\s*[\])]?\.?$`)

// parseTypes reads "1, 3", "[1, 3]" or "none"; types come out in order, each once.
func parseTypes(text string) (types []int, err error) {
	text = strings.Trim(strings.ToLower(strings.TrimSpace(text)), "*_ ")
	if strings.TrimSuffix(text, ".") == "none" {
		return []int{typeScale.Max}, nil
	}
	if !typeList.MatchString(text) {
		return nil, fmt.Errorf("%q is not a list of type numbers", text)
	}
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		i, _ := strconv.Atoi(s)
		if i < typeScale.Min || i > typeScale.Max {
			return nil, fmt.Errorf("there is no type %d, only %d to %d", i, typeScale.Min, typeScale.Max)
		}
		types = append(types, i)
	}
	slices.Sort(types)
	types = slices.Compact(types)
	if len(types) > 1 && slices.Contains(types, typeScale.Max) {
		return nil, fmt.Errorf("type %d says that none of the others applies, and stands beside one", typeScale.Max)
	}
	return types, nil
}
