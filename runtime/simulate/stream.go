package simulate

import (
	"bytes"
	"encoding/json"
	"strings"
)

type chunk struct {
	ID      string        `json:"id"`
	Object  string        `json:"object"`
	Created int64         `json:"created"`
	Model   string        `json:"model"`
	Choices []chunkChoice `json:"choices"`
	Usage   *usage        `json:"usage,omitempty"`
}

type chunkChoice struct {
	Index        int     `json:"index"`
	Delta        delta   `json:"delta"`
	FinishReason *string `json:"finish_reason"`
}

type delta struct {
	Role    string  `json:"role,omitempty"`
	Content *string `json:"content"`
}

// wordsPerChunk is how much of a reply an event of the stream brings.
const wordsPerChunk = 8

// stream writes the completion as server-sent events.
func (c completion) stream() []byte {
	var b bytes.Buffer
	send := func(choices []chunkChoice, u *usage) {
		data, err := json.Marshal(chunk{c.ID, "chat.completion.chunk", c.Created, c.Model, choices, u})
		if err != nil {
			panic(err) // it is plain data
		}
		b.WriteString("data: ")
		b.Write(data)
		b.WriteString("\n\n")
	}
	var ends []chunkChoice
	for _, ch := range c.Choices {
		empty := ""
		send([]chunkChoice{{ch.Index, delta{"assistant", &empty}, nil}}, nil)
		if ch.Message.Content != nil {
			for _, part := range parts(*ch.Message.Content) {
				send([]chunkChoice{{ch.Index, delta{"", &part}, nil}}, nil)
			}
		}
		finish := ch.FinishReason
		ends = append(ends, chunkChoice{ch.Index, delta{"", &empty}, &finish})
	}
	if ends == nil {
		ends = []chunkChoice{}
	}
	send(ends, &c.Usage)
	b.WriteString("data: [DONE]\n\n")
	return b.Bytes()
}

// parts cuts a text after every few words.
func parts(text string) []string {
	var all []string
	for text != "" {
		end := 0
		for range wordsPerChunk {
			i := strings.IndexByte(text[end:], ' ')
			if i < 0 {
				end = len(text)
				break
			}
			end += i + 1
		}
		all = append(all, text[:end])
		text = text[end:]
	}
	return all
}
