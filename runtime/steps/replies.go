package steps

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// unusable says why a reply cannot be used, with its class. The model is told the sentence when it is asked again.
func unusable(err error) error {
	if err == nil {
		return nil
	}
	class := llm.Unparseable
	var scale *reply.ScaleError
	if errors.As(err, &scale) {
		class = llm.OutOfScale
	}
	var same *sameError
	if errors.As(err, &same) {
		class = llm.SameTexts
	}
	return &llm.RowError{Class: class, Message: fmt.Sprintf("The reply cannot be used: %v.", err), Err: err}
}

// empty is the error of a reply without content.
func empty(text string) error {
	if strings.TrimSpace(text) != "" {
		return nil
	}
	return &llm.RowError{Class: llm.Empty, Message: "The reply is empty."}
}

// refuses says why a text that was asked for is none: a model has put a refusal, or nothing, in its place.
func refuses(name, text string) error {
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return fmt.Errorf("its %s says nothing: %q", name, text)
	}
	if word := plain(text); word == "n/a" || word == "null" {
		return fmt.Errorf("its %s is %q", name, text)
	}
	if m := refused.FindString(text); m != "" {
		return fmt.Errorf("its %s begins with %q", name, m)
	}
	return nil
}
