package llm

// Call says for what a model is asked: the identity of a request, apart from its text.
type Call struct {
	Step     string
	Row      string // id of the row, stable from run to run
	Sample   int    // which of the replies sampled for the row, from 0
	Twin     int    // which of the steps that ask the very same, from 0, so that each gets a reply of its own
	Priority Priority
}

// Priority is the order in which requests that wait for the same endpoint are sent.
type Priority struct {
	Step int   // later steps are higher and go first, so that rows under way finish before new ones begin
	Row  int64 // among requests of a step, earlier rows go first
}
