package steps

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// Magpie has a chat model write the user's turns, too, by showing it nothing but where one begins.
type Magpie struct {
	llm.Task            `without:"prompt"`
	NTurns              int                `param:"n_turns" default:"1" min:"1" max:"50" fixed:"true" doc:"How many times the user speaks. From 2 on, the step makes a conversation."`
	EndWithUser         bool               `param:"end_with_user" fixed:"true" doc:"Leave the last turn of the user without an answer."`
	IncludeSystemPrompt bool               `param:"include_system_prompt" doc:"Begin the conversation with the system message, if there was one."`
	OnlyInstruction     bool               `param:"only_instruction" fixed:"true" doc:"Make the instruction alone, and no answer."`
	SystemPrompts       map[string]string  `param:"system_prompts" fixed:"true" doc:"Several system messages by names of your own, one of which is drawn for each reply; its name is kept in system_prompt_key."`
	SystemPromptWeights map[string]float64 `param:"system_prompt_weights" doc:"How often each of system_prompts is drawn, compared with the others: { math = 3, code = 1 }. Default: all alike."`
}

// MagpieIn is what Magpie reads.
type MagpieIn struct {
	SystemPrompt *string `col:"system_prompt" absent:"ok" doc:"System message of this row; the step's own is used where it is missing, null or empty."`
}

// MagpieOut is what Magpie adds.
type MagpieOut struct {
	Instruction     string        `col:"instruction" doc:"What the model has the user say; with one turn."`
	Response        string        `col:"response" doc:"Its answer to it; with one turn, and without only_instruction."`
	Conversation    []llm.Message `col:"conversation" doc:"The whole conversation; with several turns."`
	SystemPromptKey string        `col:"system_prompt_key" doc:"Which of system_prompts was drawn; empty where the row has a system message of its own."`
	ModelName       string        `col:"model_name" doc:"The model that wrote it."`
}

// Settings returns what the step has in common with other tasks.
func (t Magpie) Settings() llm.Task {
	t.Task.Raw = true
	return t.Task
}

// Roles are those whose turns the model's template has to have.
func (t Magpie) Roles() []string {
	roles := []string{"user"}
	if !t.OnlyInstruction {
		roles = append(roles, "assistant")
	}
	if t.SystemPrompt != "" || len(t.SystemPrompts) > 0 {
		roles = append(roles, "system")
	}
	return roles
}

// Run asks the model for one turn after the other.
func (t Magpie) Run(ctx context.Context, ask llm.Asker, in MagpieIn) (MagpieOut, error) {
	var out MagpieOut
	system := t.SystemPrompt
	if in.SystemPrompt != nil && *in.SystemPrompt != "" {
		system = *in.SystemPrompt
	} else if len(t.SystemPrompts) > 0 {
		out.SystemPromptKey = t.draw(llm.CallOf(ask))
		system = t.SystemPrompts[out.SystemPromptKey]
	}
	roles := t.Roles()
	if system != "" {
		roles = append(roles, "system")
	}
	if _, err := t.Model.ChatTemplate.Check(roles); err != nil {
		return out, &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("The chat_template of the model %s will not do: %v.", t.Model.Name, err),
			Remedy: "Correct it in the model block and build again."}
	}
	var said []llm.Message
	if system != "" {
		said = append(said, llm.Message{Role: "system", Content: system})
	}
	asked := len(said)
	for turn := range t.NTurns {
		for _, role := range []string{"user", "assistant"} {
			if role == "assistant" && (t.OnlyInstruction || t.EndWithUser && turn == t.NTurns-1) {
				continue
			}
			text, model, err := t.turn(ctx, ask, said, role)
			if err != nil {
				return out, err
			}
			said, out.ModelName = append(said, llm.Message{Role: role, Content: text}), model
		}
	}
	out.Instruction = said[asked].Content
	if len(said) > asked+1 {
		out.Response = said[asked+1].Content
	}
	if out.Conversation = said; !t.IncludeSystemPrompt {
		out.Conversation = said[asked:]
	}
	return out, nil
}

// turn has the model go on where a turn of the role begins.
func (t Magpie) turn(ctx context.Context, ask llm.Asker, said []llm.Message, role string) (text, model string, err error) {
	template := t.Model.ChatTemplate
	raw := llm.Raw{Text: template.Write(said) + template.Open(role), Stop: template.Stop()}
	r, err := llm.Complete(ctx, ask, raw, func(reply string) error {
		text = template.Said(reply)
		if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return &llm.RowError{Class: llm.Empty, Message: fmt.Sprintf("The model ended the turn of the %s before it had said anything.", role)}
		}
		return nil
	})
	return text, r.Model, err
}

// draw draws one of the system messages. It follows from the seed and the row alone, so that every run draws the same.
func (t Magpie) draw(call llm.Call) string {
	seed := 0
	if s := cmp.Or(t.Seed, t.Model.Generation.Seed); s != nil {
		seed = *s
	}
	keys := slices.Sorted(maps.Keys(t.SystemPrompts))
	sum := 0.0
	for _, key := range keys {
		sum += t.weight(key)
	}
	h := sha256.Sum256(fmt.Appendf(nil, "system prompt %d %q %d", seed, call.Row, call.Sample))
	at := float64(binary.BigEndian.Uint64(h[:])>>11) / (1 << 53) * sum
	last := ""
	for _, key := range keys {
		if w := t.weight(key); w > 0 {
			last = key
			if at -= w; at < 0 {
				break
			}
		}
	}
	return last
}

func (t Magpie) weight(key string) float64 {
	if len(t.SystemPromptWeights) == 0 {
		return 1
	}
	return t.SystemPromptWeights[key]
}

func (t Magpie) outputs() (names []string) {
	switch {
	case t.NTurns > 1:
		names = []string{"conversation"}
	case t.OnlyInstruction:
		names = []string{"instruction"}
	default:
		names = []string{"instruction", "response"}
	}
	if len(t.SystemPrompts) > 0 {
		names = append(names, "system_prompt_key")
	}
	return append(names, "model_name")
}

// check finds settings that do not go together.
func (t Magpie) check(c *component.Columns) {
	switch {
	case t.OnlyInstruction && t.NTurns > 1:
		c.Problem("only_instruction", "only_instruction with several turns", fmt.Sprintf("An instruction is the first turn, and n_turns is %d. Remove one of the two.", t.NTurns))
	case t.EndWithUser && t.NTurns == 1:
		c.Problem("end_with_user", "end_with_user with one turn", "The user speaks once, so that there would be no answer at all. Set n_turns to 2 or more, or only_instruction = true.")
	}
	if t.SystemPrompt != "" && len(t.SystemPrompts) > 0 {
		c.Problem("system_prompts", "system_prompt and system_prompts", "One of these is drawn for each reply, so that the other would never be sent. Remove one of the two.")
	}
	sum, right := 0.0, true
	for _, key := range slices.Sorted(maps.Keys(t.SystemPromptWeights)) {
		w := t.SystemPromptWeights[key]
		sum += w
		if _, ok := t.SystemPrompts[key]; !ok {
			right = false
			c.Problem("system_prompt_weights."+key, fmt.Sprintf("no system prompt %q", key), fmt.Sprintf("system_prompts has no %q, so that it cannot be drawn. Correct the name.", key))
		} else if w < 0 {
			right = false
			c.Problem("system_prompt_weights."+key, "negative weight", "A weight says how often a system message is drawn, compared with the others: 0 or more.")
		}
	}
	if len(t.SystemPromptWeights) > 0 && right && sum == 0 {
		c.Problem("system_prompt_weights", "nothing to draw", "All weights are 0. Give one of system_prompts more than that.")
	}
	for _, key := range slices.Sorted(maps.Keys(t.SystemPrompts)) {
		if strings.TrimSpace(t.SystemPrompts[key]) == "" {
			c.Problem("system_prompts."+key, "empty system prompt", "There is nothing in it. Write the system message, or remove it.")
		}
	}
}

const magpieDoc = `

The model block names the template of its chats, ` + "`chat_template = { preset = \"llama3\" }`" + `, or writes it out:

    chat_template = {
      system    = "<|im_start|>system\n{text}<|im_end|>\n"
      user      = "<|im_start|>user\n{text}<|im_end|>\n"
      assistant = "<|im_start|>assistant\n{text}<|im_end|>\n"
    }

All requests are raw completions, ` + "`POST /completions`" + ` below ` + "`base_url`" + `, which vLLM, llama.cpp and others serve beside the chats, and the
APIs of Mistral and OpenAI do not for models that chat: for these it is a mistake that ` + "`distigen check`" + ` tells. A beginning-of-text sign is
left to the server. Each request gets ` + "`max_new_tokens`" + `, or 1024 where that is not set. Where there is a ` + "`seed`" + `, each row gets one of its own that
follows from it, since the text to go on with is the same for all.

With one turn it makes ` + "`instruction`" + ` and ` + "`response`" + `, or with ` + "`only_instruction`" + ` the first alone. With more turns it makes ` + "`conversation`" + `. A
turn ends at the template's marks, and what comes after them is cut off. A turn without a word is asked for again; after
` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class ` + "`empty`" + `, or ` + "`cut`" + ` where it was too long.

A system message steers what the user asks about. A row may bring its own in the column ` + "`system_prompt`" + `; otherwise it is the step's
` + "`system_prompt`" + `, or one of ` + "`system_prompts`" + `, drawn by the row, the ` + "`seed`" + ` and ` + "`system_prompt_weights`" + `, the same one in every run.`

func magpie() component.Component {
	return component.Component{
		Name: "magpie", Was: []string{"Magpie"}, Category: "generation",
		Summary: "Instructions that a chat model makes up itself, with its answers",
		Doc: `Shows a model that was trained to chat the beginning of a user's turn, as its chat template writes it, and nothing else. The model goes on with
what users have said in its training: an instruction. The beginning of its own turn then gets the answer. A row is read for nothing
but its system message, so that any rows will do; several instructions to a row come of ` + "`num_generations`" + `.` + magpieDoc,
		Paper: "Xu et al. 2024, Magpie: Alignment Data Synthesis from Scratch by Prompting Aligned LLMs with Nothing, https://arxiv.org/abs/2406.08464",
		Example: `pipeline "conversations" {}

model "llama" {
  provider      = "openai"
  base_url      = "http://127.0.0.1:8000/v1"
  name          = "meta-llama/Llama-3.1-8B-Instruct"
  chat_template = { preset = "llama3" }
  generation    = { temperature = 1, max_new_tokens = 512 }
}

step "rows" "subjects" {
  rows = [{ system_prompt = "You teach algebra." }, { system_prompt = "You teach statistics." }]
}

step "magpie" "chat" {
  from            = step.subjects
  model           = model.llama
  num_generations = 2
}
`,
		Shape: component.Map, Task: true,
		Params:  reflect.TypeFor[Magpie](),
		In:      reflect.TypeFor[MagpieIn](),
		Out:     reflect.TypeFor[MagpieOut](),
		Outputs: func(params any) []string { return params.(Magpie).outputs() },
		Derive:  func(params any, c *component.Columns) { params.(Magpie).check(c) },
	}
}
