package steps

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// evolution has a model rewrite a text several times, each time in one of several ways.
type evolution struct {
	task      llm.Task
	kind      string   // what is rewritten: instruction or response
	rounds    int      // how often it is rewritten
	mutations []string // the ways, by name
	values    map[string]any
	vars      llm.Vars
}

// run rewrites a text. The versions begin with the text itself; model is the one that wrote the last of them.
func (e evolution) run(ctx context.Context, ask llm.Asker, text string) (versions []string, model string, err error) {
	versions = []string{text}
	for range e.rounds {
		next, by, err := e.rewrite(ctx, ask, versions)
		if err != nil {
			return nil, "", err
		}
		versions, model = append(versions, next), by
	}
	return versions, model, nil
}

// rewrite asks for the version that comes after the last one.
func (e evolution) rewrite(ctx context.Context, ask llm.Asker, versions []string) (next, model string, err error) {
	e.values[e.kind] = versions[len(versions)-1]
	e.values["mutation"] = e.mutation(llm.CallOf(ask), versions)
	messages, err := e.task.Messages(e.task.SystemPrompt, e.values, e.vars)
	if err != nil {
		return "", "", err
	}
	r, err := ask.Ask(ctx, messages, e.schema(), func(text string) error {
		next, err = e.parse(text, versions)
		return err
	})
	return next, r.Model, err
}

// mutation draws the way in which the next version comes about. Further rounds leave those before them as they are.
func (e evolution) mutation(call llm.Call, versions []string) string {
	if len(e.mutations) == 0 {
		return ""
	}
	return e.mutations[lot(e.task, call, fmt.Sprintf("%d %q", len(versions), versions[0]))%uint64(len(e.mutations))]
}

func (e evolution) key() string { return "evolved_" + e.kind }

func (e evolution) schema() *llm.Schema {
	if !e.task.JSON() {
		return nil
	}
	return &llm.Schema{Name: e.key(), JSON: fmt.Appendf(nil,
		`{"type":"object","properties":{%q:{"type":"string"}},"required":[%[1]q],"additionalProperties":false}`, e.key())}
}

// parse reads the next version. One that says nothing new, or talks of its task, is an error: it is no version.
func (e evolution) parse(text string, versions []string) (next string, err error) {
	if err := empty(text); err != nil {
		return "", err
	}
	if e.task.JSON() {
		err = reply.JSON(text, func(object []byte) error {
			members, err := reply.Object(object)
			if err == nil {
				next, err = reply.Text(members, e.key())
			}
			return err
		})
	} else {
		next = reply.Plain(text)
	}
	if err != nil {
		return "", unusable(err)
	}
	next = strings.TrimSpace(heading.ReplaceAllString(next, ""))
	err = differs(next, e.kind, versions)
	if words := copied(next, e.task, versions[len(versions)-1]); err == nil && words != "" {
		err = fmt.Errorf("its %s has copied %q from the task", e.kind, words)
	}
	return next, unusable(err)
}

var (
	// heading is what some models write above the text that they were asked for.
	heading = regexp.MustCompile(`(?i)^[#*\s]*(?:the )?(?:evolved|rewritten|revised|improved|new)[ _](?:instruction|prompt|response|answer)\s*(?:[*#]*:[*#]*|[*#]+\s*\n)\s*`)
	// refused is how a reply begins that is no text of its own.
	refused = regexp.MustCompile(`(?i)^(?:i['’]?m (?:very )?sorry|sorry[,.]|i (?:am sorry|apologi[sz]e|(?:can(?:no|['’])t|can not|am unable to|am not able to|won['’]t) ` +
		`(?:be )?(?:rewrit|evolv|chang|mak|fulfil|help|assist|compl|improv|do|provid|creat|generat))|as an ai\b|(?:the|this) (?:instruction|response|prompt) can ?(?:not|['’]t) be (?:rewritten|evolved|made|improved|changed))`)
	// leaks are words of the task, of which a version must not talk. What its reader may well be told, such as "your first answer", is none.
	leaks = regexp.MustCompile(`(?i)\b(?:given[ _](?:prompt|instruction)|(?:rewritten|evolved)[ _](?:prompt|instruction|response|answer)|` +
		`original (?:prompt|instruction|response|answer|solution)|student['’]s (?:answer|solution))\b|</?(?:instruction|response)>|#(?:the )?(?:given|rewritten|created)`)
)

// differs says why a text is no new version of those before.
func differs(next, kind string, versions []string) error {
	if !strings.ContainsFunc(next, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return fmt.Errorf("there is no %s in it", kind)
	}
	if err := reply.Filled(next); err != nil {
		return err
	}
	for _, v := range versions {
		if plain(v) == plain(next) {
			return fmt.Errorf("its %s is the same as before, and another was asked for", kind)
		}
	}
	last := versions[len(versions)-1]
	if m := refused.FindString(next); m != "" && !refused.MatchString(last) {
		return fmt.Errorf("it begins with %q instead of the %s that was asked for", m, kind)
	}
	for _, m := range leaks.FindAllString(next, -1) {
		if !strings.Contains(strings.ToLower(last), strings.ToLower(m)) {
			return fmt.Errorf("it says %q, and whoever reads the %s knows of no other", m, kind)
		}
	}
	return nil
}

// plain is what a text says, whatever its case, its spaces and the marks around it.
func plain(text string) string {
	return strings.Trim(strings.Join(strings.Fields(strings.ToLower(text)), " "), "\"'“”.!? ")
}

// many is so many words in a row that two texts do not share them by chance.
const many = 8

var action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// copied finds words of the task's own prompts in a text, unless they were in the one that it comes from: small models repeat what they
// were told instead of doing it.
func copied(text string, t llm.Task, from string) string {
	words := wordsOf(text)
	told := action.ReplaceAllString(string(t.Prompt)+"\n"+string(t.ReplyFormat), " | ")
	there, before := " "+strings.Join(wordsOf(told), " ")+" ", " "+strings.Join(wordsOf(from), " ")+" "
	for len(words) >= many {
		if run := " " + strings.Join(words[:many], " ") + " "; strings.Contains(there, run) && !strings.Contains(before, run) {
			return strings.TrimSpace(run)
		}
		words = words[1:]
	}
	return ""
}

// wordsOf are the words of a text in small letters; a bar stays, so that words around an action do not meet.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '|' })
}

// answersTo asks the model for an answer to each instruction, without the prompt that made them.
func answersTo(ctx context.Context, ask llm.Asker, system string, instructions []string) (answers []string, err error) {
	for _, instruction := range instructions {
		messages := []llm.Message{{Role: "user", Content: instruction}}
		if system != "" {
			messages = append([]llm.Message{{Role: "system", Content: system}}, messages...)
		}
		r, err := ask.Ask(ctx, messages, nil, empty)
		if err != nil {
			return nil, err
		}
		answers = append(answers, r.Text)
	}
	return answers, nil
}

// checkMutations reports names that the default prompt does not know. A prompt of the user's may have its own.
func checkMutations(t llm.Task, mutations, known []string, c *component.Columns) {
	if t.Prompt != "" {
		return
	}
	for i, name := range mutations {
		if !slices.Contains(known, name) {
			c.Problem(fmt.Sprintf("mutations[%d]", i), "unknown mutation", fmt.Sprintf("The default prompt knows no mutation %q, only %s. "+
				"Take one of these, or write a prompt that reads {{ .mutation }} and says what each name means.", name, strings.Join(known, ", ")))
		}
	}
}
