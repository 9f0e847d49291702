package endpoint

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

const (
	defaultInFlight = 16
	defaultTimeout  = 120
	defaultOutage   = 10 * time.Minute
)

// address is what makes an endpoint.
type address struct {
	provider string
	url      string // base URL without a slash at its end; it may hold a password
	variable string // of the environment, with the key
}

// homes are the providers' own addresses.
var homes = map[string]address{
	"mistral": {"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"},
	"openai":  {"openai", "https://api.openai.com/v1", "OPENAI_API_KEY"},
}

func addressOf(m llm.Model) (address, error) {
	home, ok := homes[cmp.Or(m.Provider, "mistral")]
	if !ok {
		return address{}, &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("The model %s has the provider %q.", nameOf(m), m.Provider),
			Remedy: "There are mistral, and openai for all that is compatible with it."}
	}
	a := address{home.provider, cmp.Or(strings.TrimRight(m.BaseURL, "/"), home.url), cmp.Or(m.APIKeyEnv, home.variable)}
	u, err := url.Parse(a.url)
	remedy := ""
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		remedy = "Give the address of an API, such as http://127.0.0.1:8000/v1."
	case strings.HasSuffix(u.Path, chatPath):
		remedy = "Leave out " + chatPath + " at its end."
	default:
		return a, nil
	}
	return a, &llm.FatalError{Class: llm.InvalidParams, Remedy: remedy,
		Message: fmt.Sprintf("The base_url of the model %s is %q.", nameOf(m), Public(a.url))}
}

func nameOf(m llm.Model) string { return cmp.Or(m.Alias, m.Name) }

// own reports whether the address is the provider's own.
func (a address) own() bool { return a.url == homes[a.provider].url }

// newEndpoint makes an endpoint and reads its key. A server of the user's own may do without one, if none is named. The
// endpoint is not nil, even with an error.
func newEndpoint(a address, m llm.Model, o Options) (*endpoint, error) {
	u, _ := url.Parse(a.url) // addressOf has parsed it
	e := &endpoint{address: a, host: u.Host, simulated: o.Simulated, proofs: newProofs()}
	e.name = e.provider + " " + Public(e.url)
	e.standIn = o.StandIn
	if o.Simulated {
		e.name = "simulator"
	}
	if o.Simulated || o.StandIn != "" {
		e.key = "simulated" // a key is wanted, and any will do
		return e, nil
	}
	if u.User != nil {
		secret, ok := u.User.Password()
		if !ok {
			secret = u.User.Username() // a token alone
		}
		e.secret.add(secret)
	}
	e.key = strings.TrimSpace(os.Getenv(a.variable))
	set := "Set it: export " + a.variable + "=..."
	switch {
	case e.key == "" && a.own():
		return e, noKey(set, "The environment variable %s is not set. It holds the API key for %s.", a.variable, e.host)
	case e.key == "" && m.APIKeyEnv != "":
		return e, noKey(set+", or take api_key_env out of the model if its server wants no key.",
			"The environment variable %s, which the model %s names as that of its API key, is not set.", a.variable, nameOf(m))
	case strings.ContainsFunc(e.key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return e, noKey("Set it to the key alone.",
			"The environment variable %s holds what cannot be an API key: it has spaces, line ends or foreign letters in it.", a.variable)
	case e.key != "":
		e.secret.add(e.key)
	}
	return e, nil
}

func noKey(remedy, format string, args ...any) error {
	return &llm.FatalError{Class: llm.Unauthorized, Message: fmt.Sprintf(format, args...), Remedy: remedy}
}
