package steps

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// solutions is the form of a reply that solves a problem several times, step by step: a JSON object with solution_1 to solution_n,
// or blocks of lines "Step 3: ...", each with its final answer.
type solutions struct {
	n    int // how many there are to be
	done int // steps that were given: the numbers go on after them
}

func (s solutions) schema(t llm.Task) *llm.Schema {
	if !t.JSON() {
		return nil
	}
	return numberedSchema("solutions", "solution_", s.n, `{"type":"object","properties":{"steps":{"type":"array","items":{"type":"string"},"minItems":1},`+
		`"final_answer":{"type":"string"}},"required":["steps","final_answer"],"additionalProperties":false}`)
}

// numbers are those of the solutions, for the prompt.
func (s solutions) numbers() []int {
	numbers := make([]int, s.n)
	for i := range numbers {
		numbers[i] = i + 1
	}
	return numbers
}

// parse reads the solutions: for each the lines "Step 1: ...", the last of which ends with the answer.
func (s solutions) parse(t llm.Task, text string) (all [][]string, err error) {
	if err := empty(text); err != nil {
		return nil, err
	}
	if t.JSON() {
		err = reply.JSON(text, func(object []byte) error {
			all, err = s.parseObject(object)
			return err
		})
	} else {
		all, err = s.parseText(text)
	}
	return all, unusable(err)
}

func (s solutions) parseObject(object []byte) ([][]string, error) {
	members, err := reply.Object(object)
	if err != nil {
		return nil, err
	}
	entries, err := numbered(members, "solution_", s.n)
	if err != nil {
		return nil, err
	}
	all := make([][]string, s.n)
	for i, raw := range entries {
		if all[i], err = s.entry(raw); err != nil {
			return nil, fmt.Errorf("in %q %w", fmt.Sprint("solution_", i+1), err)
		}
	}
	return all, nil
}

func (s solutions) entry(raw []byte) ([]string, error) {
	members, err := reply.Object(raw)
	if err != nil {
		return nil, err
	}
	var steps []string
	if json.Unmarshal(members["steps"], &steps) != nil {
		return nil, errors.New(`"steps" is not a list of texts`)
	}
	if err := s.inOrder(steps); err != nil {
		return nil, err
	}
	var answer any
	switch raw, ok := members["final_answer"]; {
	case !ok:
		return nil, errors.New(`the key "final_answer" is missing`)
	case json.Unmarshal(raw, &answer) != nil:
		return nil, errors.New(`"final_answer" cannot be read`)
	}
	switch answer.(type) {
	case string, float64:
		return s.steps(steps, unquote(members["final_answer"]))
	}
	return nil, fmt.Errorf("the final answer is %s, and a text or a number was asked for", shortened(string(members["final_answer"])))
}

// inOrder checks the numbers of steps, where a model has written them: from 1 on, or from those that were given.
func (s solutions) inOrder(steps []string) error {
	first := -1
	for i, text := range steps {
		if _, rest, more := strings.Cut(text, "\n"); more && stepLine.MatchString(rest) {
			return fmt.Errorf("element %d of \"steps\" holds several steps", i+1)
		}
		m := stepHead.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		number, _ := strconv.Atoi(m[1])
		if first < 0 {
			if first = number - i; first != 1 && first != s.done+1 {
				return fmt.Errorf("step %d stands where step %d is to be", number, s.done+1+i)
			}
		}
		if number != first+i {
			return fmt.Errorf("step %d stands where step %d is to be", number, first+i)
		}
	}
	return nil
}

var (
	solutionHead = regexp.MustCompile(`(?i)^[\s#*]*(?:solution\s*)?\[?\s*(\d{1,3})\s*\][\s:*]*$`)
	stepHead     = regexp.MustCompile(`(?i)^[\s#*>-]*step\s+(\d{1,3})[\s*]*[:.)][\s*]*`)
	stepLine     = regexp.MustCompile(`(?im)^[\s#*>-]*step\s+\d{1,3}[\s*]*[:.)]`)
	answerHead   = regexp.MustCompile(`(?i)^[\s#*>-]*(?:the\s+)?(?:final\s+)?answer(?:\s+is)?[\s*]*:[\s*]*`)
)

func (s solutions) parseText(text string) ([][]string, error) {
	all := make([][]string, s.n)
	at, last := 0, s.done // the solution and the step that are open
	if s.n > 1 {
		at = -1
	}
	var steps []string
	for line := range strings.Lines(reply.Plain(text)) {
		line = strings.TrimSpace(line)
		switch {
		case solutionHead.MatchString(line):
			number, _ := strconv.Atoi(solutionHead.FindStringSubmatch(line)[1])
			if number < 1 || number > s.n || all[number-1] != nil || len(steps) > 0 {
				return nil, fmt.Errorf("its line %q stands where no solution begins", line)
			}
			at, last = number-1, s.done
		case at < 0 || line == "":
		case stepHead.MatchString(line):
			number, _ := strconv.Atoi(stepHead.FindStringSubmatch(line)[1])
			if number != last+1 {
				return nil, fmt.Errorf("step %d follows on step %d", number, last)
			}
			steps, last = append(steps, line), number
		case answerHead.MatchString(line):
			if all[at] != nil {
				return nil, fmt.Errorf("solution %d has two answers", at+1)
			}
			solution, err := s.steps(steps, answerHead.ReplaceAllString(line, ""))
			if err != nil {
				return nil, fmt.Errorf("in solution %d %w", at+1, err)
			}
			all[at], steps = solution, nil
		case len(steps) > 0:
			steps[len(steps)-1] += " " + line
		}
	}
	if len(steps) > 0 && at >= 0 && all[at] != nil {
		return nil, fmt.Errorf("solution %d goes on after its answer", at+1)
	}
	for i, solution := range all {
		if solution == nil {
			return nil, fmt.Errorf("solution %d is missing, or has no line that begins with \"Final answer:\"", i+1)
		}
	}
	return all, nil
}

// steps numbers the steps, and has the last of them end with the answer.
func (s solutions) steps(said []string, answer string) ([]string, error) {
	answer = strings.TrimSuffix(strings.Trim(strings.TrimSpace(answer), "*_` "), ".")
	if _, after, ok := cutAnswer(answer); ok {
		answer = after
	}
	switch {
	case len(said) == 0:
		return nil, errors.New("there is no step")
	case answer == "" || nothing[strings.ToLower(answer)] || reply.Filled(answer) != nil:
		return nil, fmt.Errorf("the final answer is %q", answer)
	}
	var steps []string
	for i, text := range said {
		text = strings.TrimSpace(stepHead.ReplaceAllString(text, ""))
		if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return nil, fmt.Errorf("step %d is empty", s.done+i+1)
		}
		if err := reply.Filled(text); err != nil {
			return nil, fmt.Errorf("in step %d %w", s.done+i+1, err)
		}
		if i == len(said)-1 {
			var err error
			if text, err = endWith(text, answer); err != nil {
				return nil, err
			}
		}
		steps = append(steps, fmt.Sprintf("Step %d: %s", s.done+i+1, strings.Join(strings.Fields(text), " ")))
	}
	return steps, nil
}

// endWith has a step end with the answer. One that it ends with already is cut, if it is the same.
func endWith(text, answer string) (string, error) {
	before, own, ok := cutAnswer(text)
	a, b := bare(own), bare(answer)
	switch {
	case !ok:
	case own == "" || sameAnswer(own, answer) || strings.HasPrefix(a, b+" "): // 10 apples
		text = before
	case isNumber(a) && isNumber(b):
		return "", fmt.Errorf("the last step ends with the answer %s, and the final answer is %s", shortened(own), shortened(answer))
	}
	return strings.TrimSpace(text + " " + answerIs + answer), nil
}

func isNumber(text string) bool {
	_, ok := new(big.Rat).SetString(text)
	return ok && len(text) < 40
}

// answerIs stands before the answer in the last step of a solution, as trainers of reward models expect it.
const answerIs = "The answer is: "

var answerMark = regexp.MustCompile(`(?i)(?:\bthe\s+)?\b(?:final\s+)?answer\s*(?:is\b\s*:?|:)\s*`)

// cutAnswer parts a text at its last "The answer is:".
func cutAnswer(text string) (before, answer string, ok bool) {
	marks := answerMark.FindAllStringIndex(text, -1)
	if len(marks) == 0 {
		return text, "", false
	}
	at := marks[len(marks)-1]
	return strings.TrimSpace(text[:at[0]]), strings.TrimSpace(text[at[1]:]), true
}

// answerOf is the answer with which a solution ends.
func answerOf(steps []string) (string, bool) {
	if len(steps) == 0 {
		return "", false
	}
	_, answer, ok := cutAnswer(steps[len(steps)-1])
	return answer, ok && answer != ""
}

// sameAnswer reports whether two answers are equal, as numbers where they are numbers: 1,000 and $1000.00, 1/2 and 0.5.
func sameAnswer(a, b string) bool {
	a, b = bare(a), bare(b)
	x, ok1 := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	if ok1 && ok2 && len(a) < 40 && len(b) < 40 {
		return x.Cmp(y) == 0
	}
	return a == b
}

var thousands = regexp.MustCompile(`(\d),(\d{3})`)

// bare is an answer without the marks around it, in small letters.
func bare(answer string) string {
	answer = strings.ToLower(strings.Trim(strings.Join(strings.Fields(answer), " "), "$€£%*_`\"'.!\\()[] "))
	for thousands.MatchString(answer) {
		answer = thousands.ReplaceAllString(answer, "$1$2")
	}
	return answer
}
