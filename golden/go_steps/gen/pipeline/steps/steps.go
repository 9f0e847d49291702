// Package steps has the steps of the pipeline.
package steps

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/llm"
)

// Topic is a topic to ask about.
type Topic struct {
	Topic string
	Level int
}

// Topics are where the pipeline starts.
func Topics() iter.Seq[Topic] {
	return slices.Values([]Topic{{"Fractions", 1}, {"Primes", 2}, {"Logarithms", 3}})
}

// QuestionsIn is what Questions reads.
type QuestionsIn struct {
	Topic string
}

// Question is a question on a topic.
type Question struct {
	Question string
}

// Questions asks two questions on each topic.
func Questions(in QuestionsIn) ([]Question, error) {
	if in.Topic == "" {
		return nil, errors.New("there is no topic")
	}
	return []Question{{"What are " + in.Topic + "?"}, {"Who needs " + in.Topic + " in everyday life, and what would we do without them?"}}, nil
}

// QuestionIn is a question.
type QuestionIn struct {
	Question string
}

// Short says whether a question is a short one.
func Short(in QuestionIn) bool { return len(in.Question) < 60 }

// AnswerOut is an answer.
type AnswerOut struct {
	Answer string
	Tokens *int // null where the endpoint does not tell
}

// Answer asks the model.
func Answer(ctx context.Context, ask llm.Asker, in QuestionIn) (AnswerOut, error) {
	var out AnswerOut
	reply, err := ask.Ask(ctx, []llm.Message{{Role: "user", Content: in.Question}}, nil, func(text string) error {
		out.Answer = strings.TrimSpace(text)
		return nil
	})
	if reply.CompletionTokens > 0 {
		out.Tokens = &reply.CompletionTokens
	}
	return out, err
}

// TextIn is a text.
type TextIn struct {
	Text string
}

// AnsweredIn is an answer with its question.
type AnsweredIn struct {
	Question, Answer string
}

// Sensible asks the model whether an answer is one.
func Sensible(ctx context.Context, ask llm.Asker, in AnsweredIn) (bool, error) {
	reply, err := ask.Ask(ctx, []llm.Message{{Role: "user", Content: "Is this an answer to \"" + in.Question + "\"?\n\n" + in.Answer}}, nil,
		func(string) error { return nil })
	return reply.Text != "no", err
}

// FollowUp is a question that follows.
type FollowUp struct {
	FollowUp string
}

// FollowUps asks the model for more questions.
func FollowUps(ctx context.Context, ask llm.Asker, in TextIn) (out []FollowUp, err error) {
	_, err = ask.Ask(ctx, []llm.Message{{Role: "user", Content: "What would you ask next?\n\n" + in.Text}}, nil, func(text string) error {
		out = nil
		for part := range strings.SplitSeq(text, ". ") {
			out = append(out, FollowUp{strings.TrimSpace(part)})
		}
		return nil
	})
	return out, err
}

// Counted is the number of words.
type Counted struct {
	Words int `json:"words"`
}

// Count counts the words of a text.
func Count(in TextIn) Counted { return Counted{Words: len(strings.Fields(in.Text))} }

// CountedIn is what LongestFirst reads.
type CountedIn struct {
	Words int
}

// LongestFirst keeps the rows of four words or more, the longest first.
func LongestFirst(rows []CountedIn) []int {
	var kept []int
	for i, row := range rows {
		if row.Words >= 4 {
			kept = append(kept, i)
		}
	}
	slices.SortStableFunc(kept, func(a, b int) int { return rows[b].Words - rows[a].Words })
	return kept
}
