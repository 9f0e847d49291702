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
	Topic  string
	Level  int
	Book   *Book // null where there is none
	Terms  []Term
	Taught *[]int // the years in which it is; null where nobody knows
}

// Book is a book on a topic.
type Book struct {
	Title string
	Price Price
}

// Price is what a book costs.
type Price struct {
	Amount   int `json:"eur"`
	Discount *float64
}

// Term is a word that one has to know, with others for it.
type Term struct {
	Word string
	Like *[]string
	Uses []*Price
}

// TopicsArgs are the arguments of Topics.
type TopicsArgs struct {
	Names []string
	Level int `default:"1" min:"0"`
	Most  *int
}

// Topics are where the pipeline starts.
func Topics(args TopicsArgs) iter.Seq[Topic] {
	half := 0.5
	topics := make([]Topic, len(args.Names))
	for i, name := range args.Names {
		topics[i] = Topic{Topic: name, Level: args.Level + i}
		if i > 0 {
			topics[i].Book = &Book{Title: "On " + name, Price: Price{Amount: 10 * i, Discount: &half}}
			topics[i].Terms = []Term{{Word: name[:3]}, {Word: name[3:], Like: &[]string{"a", "b"}, Uses: []*Price{{Amount: i}, nil}}}
			topics[i].Taught = &[]int{6, 7}
		}
	}
	if args.Most != nil {
		topics = topics[:min(*args.Most, len(topics))]
	}
	return slices.Values(topics)
}

// Priced is what PriceOf reads: of a book, its price alone, in another type.
type Priced struct {
	Book   *PricedBook
	Terms  []TermWord
	Taught *[]float64
}

// PricedBook is a book of which nothing but the price matters.
type PricedBook struct {
	Price EuroPrice
}

// EuroPrice is a price as a number.
type EuroPrice struct {
	Eur float64
}

// TermWord is the word of a term.
type TermWord struct {
	Word string
	Like *[]string
}

// PriceArgs are the arguments of PriceOf.
type PriceArgs struct {
	Rate     float64           `default:"1.5"`
	Currency string            `enum:"USD,CHF"`
	Names    map[string]string `default:"{}"`
	Round    bool              `default:"false"`
}

// PriceOut is a price in another currency.
type PriceOut struct {
	Converted  *Converted
	Vocabulary []string
}

// Converted is an amount of money.
type Converted struct {
	Amount   float64
	Currency string
}

// PriceOf converts the price of a book.
func PriceOf(_ context.Context, args PriceArgs, in Priced) (PriceOut, error) {
	var out PriceOut
	for _, t := range in.Terms {
		out.Vocabulary = append(out.Vocabulary, t.Word)
	}
	if in.Book != nil {
		out.Converted = &Converted{Amount: in.Book.Price.Eur * args.Rate, Currency: args.Currency}
		if name, ok := args.Names[args.Currency]; ok {
			out.Converted.Currency = name
		}
	}
	return out, nil
}

// QuestionsIn is what Questions reads.
type QuestionsIn struct {
	Topic string
}

// Question is a question on a topic.
type Question struct {
	Question string
}

// QuestionsArgs are the arguments of Questions.
type QuestionsArgs struct {
	Long bool
}

// Questions asks two questions on each topic.
func Questions(args QuestionsArgs, in QuestionsIn) ([]Question, error) {
	if in.Topic == "" {
		return nil, errors.New("there is no topic")
	}
	if !args.Long {
		return []Question{{"What are " + in.Topic + "?"}}, nil
	}
	return []Question{{"What are " + in.Topic + "?"}, {"Who needs " + in.Topic + " in everyday life, and what would we do without them?"}}, nil
}

// QuestionIn is a question.
type QuestionIn struct {
	Question string
}

// LengthArgs bound the length of a text.
type LengthArgs struct {
	Most int `min:"1"`
}

// Short says whether a question is a short one.
func Short(args LengthArgs, in QuestionIn) bool { return len(in.Question) < args.Most }

// AnswerOut is an answer.
type AnswerOut struct {
	Answer string
	Tokens *int // null where the endpoint does not tell
	Talk   []Turn
	Length Length
}

// Turn is a message of a conversation.
type Turn struct {
	Role, Content string
}

// Length is how long an answer is.
type Length struct {
	Words int
	Lines []int
}

// AnswerArgs are the arguments of Answer.
type AnswerArgs struct {
	Style string
}

// Answer asks the model.
func Answer(ctx context.Context, ask llm.Asker, args AnswerArgs, in QuestionIn) (AnswerOut, error) {
	var out AnswerOut
	question := in.Question + " Answer " + args.Style + "."
	reply, err := ask.Ask(ctx, []llm.Message{{Role: "user", Content: question}}, nil, func(text string) error {
		out.Answer = strings.TrimSpace(text)
		out.Talk = []Turn{{"user", question}, {"assistant", out.Answer}}
		out.Length = Length{Words: len(strings.Fields(text))}
		for line := range strings.Lines(text) {
			out.Length.Lines = append(out.Length.Lines, len(line))
		}
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

// LongestArgs are the arguments of LongestFirst.
type LongestArgs struct {
	Least int
}

// LongestFirst keeps the rows of so many words or more, the longest first.
func LongestFirst(args LongestArgs, rows []CountedIn) []int {
	var kept []int
	for i, row := range rows {
		if row.Words >= args.Least {
			kept = append(kept, i)
		}
	}
	slices.SortStableFunc(kept, func(a, b int) int { return rows[b].Words - rows[a].Words })
	return kept
}
