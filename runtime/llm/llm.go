// Package llm asks language models: one small interface over go-openai, with the limits, the retries and the classes
// of failure that all steps share.
package llm

import "context"

// Prompt is the text of a prompt template; see package prompt for its language.
type Prompt string

// Vars are the values a prompt template may use beyond what its task declares, by column name.
type Vars map[string]any

// Examples are examples of a task, as JSON lines: an object each, with what the prompt reads and what the model is to reply.
type Examples string

// TypeName is what a parameter of this type is called in the docs.
func (Examples) TypeName() string { return "list(object)" }

// Schema describes a structured reply: the JSON schema that is sent where the endpoint knows response_format.
type Schema struct {
	Name string
	JSON []byte // a JSON schema object
}

// Reply is what a model answered.
type Reply struct {
	Text             string
	Model            string // the model's name as the API reports it
	FinishReason     string
	PromptTokens     int
	CompletionTokens int
}

// Asker asks the model of one task for one row. Whatever holds for all requests (limits, retries, identity of the
// row, accounting) is behind it, so that a task is only prompts and parsing.
type Asker interface {
	// Ask sends the messages and hands the reply's text to accept. An error of accept means that the reply cannot be
	// used: the model is asked again, told what was wrong, at most MaxAttempts times in all. schema may be nil.
	Ask(ctx context.Context, messages []Message, schema *Schema, accept func(text string) error) (Reply, error)
}

// CallOf says for what an asker asks, so that a task can draw lots that follow from the row. It is zero where the asker does not
// tell, as in a test.
func CallOf(a Asker) Call {
	if c, ok := a.(interface{ Call() Call }); ok {
		return c.Call()
	}
	return Call{}
}

// Ptr returns a pointer to v, for settings where nil means "not set".
func Ptr[T any](v T) *T { return &v }

// RowError is the failure of one row, with its class. It never concerns another row.
type RowError struct {
	Class   Class
	Message string // a whole sentence, safe to print
	Reply   string // the last reply, if there was one
	File    string // of the source where the row stands, if it is known
	Line    int    // in the file, or the number of the row; from 1
	Text    string // of that line, or its beginning, where no row could be made of it
	Err     error  // the cause, may be nil
}

// Error returns the message.
func (e *RowError) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }

// FatalError stops the run at once: the same would happen to every row.
type FatalError struct {
	Class   Class
	Message string // the cause
	Remedy  string // what the user can do
	Err     error
}

// Error returns the cause and the way out.
func (e *FatalError) Error() string { return e.Message + " " + e.Remedy }

// Unwrap returns the cause.
func (e *FatalError) Unwrap() error { return e.Err }

// StopError ends the run in good order: no new rows are read, and those under way that need no further reply are finished.
type StopError struct {
	Message string // the cause
	Remedy  string // what the user can do
}

// Error returns the cause and the way out.
func (e *StopError) Error() string { return e.Message + " " + e.Remedy }

// Class is the class of a failure, as it stands in rejects.jsonl and in the summary.
type Class string

// The classes of failures. The first group concerns the content of a reply, the second the endpoint after all retries,
// the third the row itself; the fourth is fatal.
const (
	Empty         Class = "empty"             // no content
	Cut           Class = "cut"               // ended by length
	Unparseable   Class = "unparseable"       // does not have the form asked for
	OutOfScale    Class = "out_of_scale"      // a rating outside of the judge's scale
	SameTexts     Class = "same_texts"        // texts that are to differ are the same
	Filtered      Class = "content_filter"    // withheld by the provider
	RateLimited   Class = "rate_limited"      // 429 to the last
	ServerError   Class = "server_error"      // 5xx to the last
	Timeout       Class = "timeout"           // no reply in time, to the last
	Connection    Class = "connection"        // refused, reset, broken, to the last
	BadResponse   Class = "bad_response"      // not the API's JSON, to the last
	Refused       Class = "refused_request"   // a 4xx that concerns this request alone, such as a prompt over the context
	BadRow        Class = "bad_row"           // a source record that does not fit its columns
	NoRows        Class = "no_rows"           // expanded to nothing
	NoPair        Class = "no_pair"           // no chosen and rejected answer that differ
	BadValue      Class = "bad_value"         // an expression over the row has no value: division by zero, no such element
	EmptyText     Class = "empty_text"        // a text or message for a trainer has nothing in it
	SameAnswers   Class = "same_answers"      // chosen and rejected are equal
	PromptsDiffer Class = "prompts_differ"    // chosen and rejected answer different prompts
	BadTurns      Class = "bad_turns"         // user and assistant do not take turns, or another has the last word
	StepFailed    Class = "step_failed"       // a step's own error or panic
	Unauthorized  Class = "unauthorized"      // bad or missing key
	UnknownModel  Class = "unknown_model"     // unknown or retired model
	SchemaChanged Class = "schema_changed"    // a source has other columns than when the pipeline was compiled
	InvalidParams Class = "invalid_parameter" // a setting that the endpoint does not take
)
