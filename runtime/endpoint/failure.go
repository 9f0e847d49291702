package endpoint

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// failure is why a request got no reply.
type failure struct {
	class   llm.Class
	status  int           // of HTTP; 0 if no reply came
	message string        // a whole sentence
	remedy  string        // not empty: it would befall every request, and this is what the user can do
	again   bool          // it may succeed later
	after   time.Duration // as the server says
	wait    time.Duration // before it is sent again
	free    bool          // it does not count against the retries
	spared  bool          // it may yet be of the row alone
	got     string        // in the place of a reply
	held    bool          // the endpoint is closed for as long as it has to wait
}

// err is the failure as steps see it, after so many tries.
func (f *failure) err(tries int, last string) error {
	if f.remedy != "" {
		return &llm.FatalError{Class: f.class, Message: f.message, Remedy: f.remedy}
	}
	message := f.message
	if tries > 1 {
		message += fmt.Sprintf(" It was tried %d times.", tries)
	}
	return &llm.RowError{Class: f.class, Message: message, Reply: cmp.Or(f.got, last)}
}

// failed tells why no reply could be read. err is what go-openai says.
func (e *endpoint) failed(x *exchange, q *question, err error) *failure {
	switch {
	case x.status != 0 && !x.isGood():
		return e.refused(x, q)
	case x.broken == errTimeout:
		return &failure{class: llm.Timeout, again: true, message: fmt.Sprintf("%s did not reply within %v.", e.host, q.timeout)}
	case x.broken != nil:
		if inner := (*url.Error)(nil); errors.As(err, &inner) {
			err = inner.Err // without the URL
		}
		return &failure{class: llm.Connection, status: x.status, again: true,
			message: fmt.Sprintf("The connection to %s failed: %s.", e.host, e.secret.printable(err.Error()))}
	}
	return &failure{class: llm.BadResponse, status: x.status, again: true, got: clip(e.secret.hide(string(x.got)), keptReply),
		message: fmt.Sprintf("What %s sent is no reply of its API: %s.", e.host, e.secret.printable(err.Error()))}
}

// refused tells why a server did not serve a request, by the status and what it says.
func (e *endpoint) refused(x *exchange, q *question) *failure {
	said := readError(x.got)
	said.message = clip(e.secret.hide(said.message), 4<<10)
	f := &failure{status: x.status, after: retryAfter(x.header)}
	f.message = fmt.Sprintf("%s answered with status %d", e.host, x.status)
	if text := e.secret.printable(said.message); text != "" {
		f.message += ": " + text
	} else if text := http.StatusText(x.status); text != "" {
		f.message += " (" + text + ")"
	}
	f.message = sentence(f.message)
	switch {
	case x.status < 400:
		e.redirected(f, x, q)
		f.spared = true
	case said.isTooLong():
		f.class = llm.Refused
	case said.hasCode("content_filter", "content_policy_violation") && x.status < 500:
		f.class = llm.Filtered
	case said.knowsNoModel(x.status, q.model.Name):
		unknownModel(f, q.model)
		f.spared = true
	case x.status == http.StatusUnauthorized, x.status == http.StatusForbidden:
		e.unauthorized(f)
		f.spared = x.status == http.StatusForbidden
	case x.status == http.StatusPaymentRequired, said.hasCode("insufficient_quota", "billing_hard_limit_reached", "billing_not_active"):
		f.class, f.remedy = llm.Unauthorized, "The account has no credit left: add some, or take the key of another account."
	case x.status == http.StatusNotFound, x.status == http.StatusMethodNotAllowed:
		e.nowhere(f, q)
		f.spared = true
	case x.status == http.StatusTooManyRequests:
		f.class, f.again = llm.RateLimited, true
		if f.after == 0 {
			f.after = readLimits(x.header).wait
		}
	case x.status == http.StatusRequestTimeout:
		f.class, f.again = llm.Timeout, true
	case x.status >= 500:
		f.class, f.again = llm.ServerError, true
	default:
		f.class = llm.Refused
		if setting := said.setting(x.status, q.body); setting != "" {
			invalid(f, q, e.secret.printable(setting))
			f.spared = true
		}
	}
	return f
}
