package reply

import (
	"fmt"
	"regexp"
)

// placeholders are what stands for a text in the forms that the default prompts show. Small models copy it.
var placeholders = regexp.MustCompile(`^<(?:your (?:instruction|response)|evolved_(?:instruction|response)|revised solution|` +
	`reasons|instruction|question|answer|text|query|document|label|task|step)>$`)

// Filled says whether something has been written in the place of a placeholder.
func Filled(text string) error {
	if placeholders.MatchString(text) {
		return fmt.Errorf("%s only stands for the text that is wanted", text)
	}
	return nil
}
