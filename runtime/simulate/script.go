package simulate

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"time"
)

// rule is one line of a script.
type rule struct {
	Match      string            `json:"match"`
	Nth        ordinal           `json:"nth"`
	Try        ordinal           `json:"try"`
	Do         string            `json:"do"`
	Text       *string           `json:"text"`
	Status     int               `json:"status"`
	Body       string            `json:"body"`
	Headers    map[string]string `json:"headers"`
	RetryAfter string            `json:"retry_after"`
	Delay      string            `json:"delay"`

	match *regexp.Regexp // nil: all
	fate  fate
}

// ordinal is a number or a list of numbers, from 1. An empty one stands for all.
type ordinal []int

// UnmarshalJSON takes a number or a list.
func (o *ordinal) UnmarshalJSON(data []byte) error {
	if data[0] != '[' {
		*o = make(ordinal, 1)
		return json.Unmarshal(data, &(*o)[0])
	}
	return json.Unmarshal(data, (*[]int)(o))
}

func (o ordinal) has(n int) bool { return len(o) == 0 || slices.Contains(o, n) }

func readScript(path string) ([]rule, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the script of faults cannot be read: %w", err)
	}
	defer file.Close()
	rules, err := parseScript(file)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	return rules, nil
}

func parseScript(r io.Reader) (rules []rule, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		var rule rule
		err := d.Decode(&rule)
		if err == nil {
			if _, more := d.Token(); more != io.EOF {
				err = fmt.Errorf("there is more than one object on the line")
			}
		}
		if err == nil {
			err = rule.compile()
		}
		if err != nil {
			return nil, fmt.Errorf("%d: %w", n, err)
		}
		rules = append(rules, rule)
	}
	return rules, lines.Err()
}

// compile checks the rule and makes the fate that it stands for.
func (r *rule) compile() (err error) {
	if r.Match != "" {
		if r.match, err = regexp.Compile(r.Match); err != nil {
			return err
		}
	}
	for _, n := range slices.Concat(r.Nth, r.Try) {
		if n < 1 {
			return fmt.Errorf("nth and try count from 1, and there is %d", n)
		}
	}
	for _, d := range []struct {
		name, value string
		to          *time.Duration
	}{{"retry_after", r.RetryAfter, &r.fate.retryAfter}, {"delay", r.Delay, &r.fate.delay}} {
		if d.value != "" {
			if *d.to, err = duration(d.name, d.value); err != nil {
				return err
			}
		}
	}
	r.fate.name, r.fate.status = r.Do, statusOf(r.Do)
	switch {
	case r.Do == "ok":
		r.fate.name = ""
	case r.Do == "reply":
		if r.Text == nil {
			return fmt.Errorf("do is reply, and there is no text to reply with")
		}
		r.fate.text = r.Text
		return nil
	case r.Do == "answer":
		if r.Status < 200 || r.Status > 599 {
			return fmt.Errorf("do is answer, and status is %d. Give one from 200 to 599", r.Status)
		}
		r.fate.status, r.fate.body, r.fate.headers = r.Status, r.Body, r.Headers
		return nil
	case !isFault(r.Do):
		return unknownFault(r.Do, "ok, reply, answer")
	}
	if r.Text != nil || r.Status != 0 || r.Body != "" || r.Headers != nil {
		return fmt.Errorf("text goes with reply, status, body and headers go with answer, and do is %q", r.Do)
	}
	return nil
}
