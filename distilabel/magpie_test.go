package distilabel

import (
	"fmt"
	"strings"
	"testing"
)

// What Magpie was set to: system messages of which one is drawn, and how the model writes a turn of the user.
func TestMagpie(t *testing.T) {
	for settings, c := range map[string]struct {
		template string
		want     []string // lines of the pipeline, without spaces
		said     string
	}{
		`"n_turns": 2, "end_with_user": true, "system_prompt": "You teach."`: {`"llama3"`, []string{`n_turns=2`, `end_with_user=true`, `system_prompt="Youteach."`, `chat_template={preset="llama3"}`}, ""},
		`"system_prompt": ["You teach.", "You code."]`:                       {`"<|im_start|>user\n"`, []string{`system_prompts={"prompt_1"="Youteach.","prompt_2"="Youcode."}`, `chat_template={preset="chatml"}`}, ""},
		`"system_prompt": {"math": "You teach."}, "only_instruction": true`:  {`"qwen2"`, []string{`system_prompts={"math"="Youteach."}`, `only_instruction=true`, `chat_template={preset="qwen2"}`}, ""},
		`"system_prompt": {"math": ["You teach.", 0.3], "code": ["You code.", 0.7]}`: {`"<s>[INST]"`,
			[]string{`system_prompts={"math"="Youteach.","code"="Youcode."}`, `system_prompt_weights={"math"=0.3,"code"=0.7}`, `chat_template={preset="mistral"}`}, ""},
		`"system_prompt": null`: {`"User: "`, nil, "the chat template is to be filled in"},
	} {
		for _, class := range []string{"Magpie", "MagpieGenerator"} {
			rows, load, from := "", `{"name": "load", "step": {"type_info": {"module": "distilabel.steps.generators.data", "name": "LoadDataFromDicts"}}},`, `{"from": "load", "to": ["a"]}`
			if class == "MagpieGenerator" {
				rows, load, from = `"num_rows": 7, "batch_size": 50,`, "", ""
			}
			text := fmt.Sprintf(`{"pipeline": {"name": "p", "steps": [%s{"name": "a", "step": {%s %s, "llm": {"model": "m-1", "base_url": "http://localhost:8000/v1", "use_magpie_template": true,
"magpie_pre_query_template": %s, "type_info": {"module": "distilabel.models.llms.vllm", "name": "ClientvLLM"}}, "type_info": {"module": "distilabel.steps.tasks.magpie", "name": %q}}}],
"connections": [%s]}}`, load, rows, settings, c.template, class, from)
			p, report := Import("p.json", []byte(text), "")
			if p == nil {
				t.Fatal(shown(report))
			}
			want := c.want
			if rows != "" {
				want = append(want[:len(want):len(want)], "num_rows=7")
			}
			all := strings.ReplaceAll(string(p.Files[0].Data), " ", "")
			for _, line := range want {
				if !strings.Contains(all, line+"\n") {
					t.Errorf("%s, %s: %s is not in\n%s", class, settings, line, p.Files[0].Data)
				}
			}
			if said := shown(report); strings.Contains(said, "not carried over") || strings.Contains(said, "check will say") != (c.said != "") || !strings.Contains(said, c.said) {
				t.Errorf("%s, %s: %s", class, settings, said)
			}
		}
	}
}
