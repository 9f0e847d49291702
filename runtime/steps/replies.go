package steps

import (
	"errors"
	"fmt"
	"strings"

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
