// Package hub is a small client of the Hugging Face Hub: it finds out who the token is of, makes dataset repositories, uploads
// folders to them, and reads datasets from them. A program links it only if its pipeline uses the Hub.
package hub

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// home is the address of the Hub, unless HF_ENDPOINT names another.
const home = "https://huggingface.co"

// Client talks to a Hub.
type Client struct {
	endpoint string // without a slash at its end
	token    string // may be empty
	http     *http.Client
	tries    int           // of a request, the first included
	patience time.Duration // how long the Hub may be silent
	first    time.Duration // the pause before the second try; it doubles
	parallel int           // uploads at once
	received func(int)     // is told of the bytes that come; may be nil
	offline  string        // the variable that forbids to ask the Hub; empty: none does
}

// FromEnv makes a client of what the environment says: HF_ENDPOINT, HF_TOKEN, and the token's file. A client without a token reads
// what is public.
func FromEnv() (*Client, error) {
	endpoint := strings.TrimRight(strings.TrimSpace(os.Getenv("HF_ENDPOINT")), "/")
	if endpoint == "" {
		endpoint = home
	}
	token, err := findToken()
	if err != nil {
		return nil, err
	}
	return New(endpoint, token)
}

// New makes a client of the Hub at an address.
func New(endpoint, token string) (*Client, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("HF_ENDPOINT is not the address of a Hub. It looks like %s, without a user or a query", home)
	}
	offline := ""
	for _, name := range []string{"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"} {
		if slices.Contains([]string{"1", "true", "yes", "on"}, strings.ToLower(os.Getenv(name))) {
			offline = name
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	transport.MaxIdleConnsPerHost = 16
	return &Client{endpoint: endpoint, token: token, http: &http.Client{Transport: transport}, tries: 6, patience: 2 * time.Minute,
		first: time.Second, parallel: 4, offline: offline}, nil
}

// Receiving has a function told of the bytes that come, as they come, also from several goroutines at once.
func (c *Client) Receiving(f func(bytes int)) { c.received = f }

// Endpoint is the address of the Hub.
func (c *Client) Endpoint() string { return c.endpoint }

// HasToken reports whether requests are made in somebody's name.
func (c *Client) HasToken() bool { return c.token != "" }

// User is whom the token is of.
type User struct {
	Name string
	Orgs []string
	Role string // of the token: write, read, or fineGrained
}

// Whoami asks the Hub for whom the token is of.
func (c *Client) Whoami(ctx context.Context) (User, error) {
	if c.token == "" {
		return User{}, noToken(c.endpoint)
	}
	var reply struct {
		Name string
		Orgs []struct{ Name string }
		Auth struct{ AccessToken struct{ Role string } }
	}
	if _, err := c.json(ctx, request{doing: "say whom the token is of", method: http.MethodGet, path: "/api/whoami-v2"}, nil, &reply); err != nil {
		return User{}, err
	}
	u := User{Name: reply.Name, Role: reply.Auth.AccessToken.Role}
	for _, o := range reply.Orgs {
		u.Orgs = append(u.Orgs, o.Name)
	}
	return u, nil
}
