package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// score has a judge score the texts of a row from 1 to most.
func score(ctx context.Context, ask llm.Asker, t llm.Task, values map[string]any, vars llm.Vars, texts, most int) (scores []int, model string, err error) {
	if texts == 0 {
		return nil, "", &llm.RowError{Class: llm.BadRow, Message: "The row has no text to score: its list is empty."}
	}
	messages, err := t.Messages(t.SystemPrompt, values, vars)
	if err != nil {
		return nil, "", err
	}
	scale := reply.Scale{Min: 1, Max: most}
	var schema *llm.Schema
	if t.JSON() {
		schema = scoreSchema(texts, scale)
	}
	r, err := ask.Ask(ctx, messages, schema, func(text string) error {
		scores, err = parseScores(text, t.JSON(), texts, scale)
		return err
	})
	return scores, r.Model, err
}

// scoreSchema asks for one score per text, each under a key with the text's number: so that no text can be left out and none
// scored twice.
func scoreSchema(texts int, scale reply.Scale) *llm.Schema {
	values := make([]string, 0, scale.Max-scale.Min+1)
	for v := scale.Min; v <= scale.Max; v++ {
		values = append(values, fmt.Sprint(v))
	}
	return numberedSchema("scores", "score_", texts, `{"type":"integer","enum":[`+strings.Join(values, ",")+`]}`)
}

// parseScores reads the scores of n texts: a JSON object with score_1 to score_n, or lines such as "[1] Score: 4".
func parseScores(text string, asJSON bool, n int, scale reply.Scale) (scores []int, err error) {
	if err := empty(text); err != nil {
		return nil, err
	}
	if asJSON {
		err = reply.JSON(text, func(object []byte) error {
			scores, err = scoresOfObject(object, n, scale)
			return err
		})
	} else {
		scores, err = scoresOfBlocks(text, n, scale)
	}
	if err != nil {
		return nil, unusable(err)
	}
	return scores, nil
}

func scoresOfObject(object []byte, n int, scale reply.Scale) ([]int, error) {
	members, err := reply.Object(object)
	if err != nil {
		return nil, err
	}
	entries, err := numbered(members, "score_", n)
	if err != nil {
		return nil, err
	}
	scores := make([]int, n)
	for i, raw := range entries {
		if scores[i], err = scale.Read(unquote(raw)); err != nil {
			return nil, fmt.Errorf("in %q %w", fmt.Sprint("score_", i+1), err)
		}
	}
	return scores, nil
}

func scoresOfBlocks(text string, n int, scale reply.Scale) ([]int, error) {
	blocks, err := reply.Blocks(text, n, nil, []string{"score"})
	if err != nil {
		return nil, err
	}
	scores := make([]int, n)
	for i, b := range blocks {
		if scores[i], err = scale.Read(b["score"]); err != nil {
			return nil, fmt.Errorf("in line [%d] %w", i+1, err)
		}
	}
	return scores, nil
}

// numberedSchema is the schema of an object with an entry for each text, its key the prefix with the text's number.
func numberedSchema(name, prefix string, texts int, entry string) *llm.Schema {
	keys, properties := make([]string, texts), make([]string, texts)
	for i := range texts {
		keys[i] = fmt.Sprintf(`"%s%d"`, prefix, i+1)
		properties[i] = keys[i] + ":" + entry
	}
	return &llm.Schema{Name: name, JSON: fmt.Appendf(nil, `{"type":"object","properties":{%s},"required":[%s],"additionalProperties":false}`,
		strings.Join(properties, ","), strings.Join(keys, ","))}
}

// numbered takes the entries of n texts out of an object, in the order of their numbers. One that is missing is an error,
// and so is one of a text that is not there.
func numbered(members map[string]json.RawMessage, prefix string, n int) ([]json.RawMessage, error) {
	entries := make([]json.RawMessage, n)
	for i := range entries {
		key := fmt.Sprint(prefix, i+1)
		raw, ok := members[key]
		if !ok {
			return nil, fmt.Errorf("the key %q is missing", key)
		}
		entries[i] = raw
		delete(members, key)
	}
	for key := range members {
		if strings.HasPrefix(key, prefix) {
			return nil, fmt.Errorf("it rates %q, and there are %d texts", key, n)
		}
	}
	return entries, nil
}
