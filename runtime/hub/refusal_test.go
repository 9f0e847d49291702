package hub

import (
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/hub/hubtest"
)

// Each refusal comes with the way out, and never with the token.
func TestRefusals(t *testing.T) {
	yes := true
	for name, c := range map[string]struct {
		fault hubtest.Fault
		token string
		to    Target
		want  string
	}{
		"no token":           {token: "-", want: "there is no token for the Hub. Make one with write access at"},
		"wrong token":        {token: "hf_wrong", want: "(401, request Root=1-000000000000000000000001): Invalid credentials in Authorization header. The token is not valid"},
		"read token":         {token: hubtest.ReadToken, want: "you don't have the rights"},
		"other namespace":    {to: Target{ID: "stranger/maths"}, want: "The token may not do that. It needs write access to this namespace"},
		"no such pull":       {to: Target{Revision: "refs/pr/9"}, want: "There is no such revision. Name a branch, or leave revision out"},
		"odd repository":     {to: Target{ID: "a b"}, want: `"a b" cannot be a repository: it has " " in it`},
		"room used up":       {fault: hubtest.Fault{Path: "/commit/", Status: 402}, want: "The room of the account is used up"},
		"conflict":           {fault: hubtest.Fault{Path: "/commit/", Status: 409, Times: 99}, want: "Something else is changing the repository"},
		"always overtaken":   {fault: hubtest.Fault{Path: "/commit/", Status: 412, Times: 99}, want: "Somebody else has committed meanwhile. Push again"},
		"too large a commit": {fault: hubtest.Fault{Path: "/commit/", Status: 413}, want: "That is too large for the Hub. Write smaller shards"},
		"too large a file":   {fault: hubtest.Fault{Path: "/_lfs/put/", Status: 413}, want: "The file is too large. Write smaller shards"},
		"limited":            {fault: hubtest.Fault{Path: "/preupload", Status: 429, Times: 99}, want: "The limit of requests is reached. Wait some minutes and push again"},
		"trouble":            {fault: hubtest.Fault{Path: "/batch", Status: 502, Times: 99}, want: "The Hub has trouble of its own. Push again later"},
		"never gets through": {fault: hubtest.Fault{Path: "/_lfs/put/", Break: 100, Times: 99}, want: "the connection broke"},
		"never leave":        {fault: hubtest.Fault{Path: "/_lfs/put/", Status: 403, Times: 99}, want: "The leave to upload has run out"},
		"bad card":           {fault: hubtest.Fault{Path: "/validate-yaml", Status: 400, Body: `{"errors":[{"message":"\"license\" must be one of"}]}`}, want: `"license" must be one of. If it is the card`},
		"no Hub":             {fault: hubtest.Fault{Path: "/api/datasets", Status: 200, Body: "<html>"}, want: "its reply is no JSON of the expected form. Is http://"},
		"echo":               {fault: hubtest.Fault{Path: "/tree/", Status: 400, Body: "{\"error\":\"no \\u001b[31m token " + hubtest.WriteToken + "\\n here\"}"}, want: "no [31m token *** here"},
		"public":             {to: Target{ID: "tester/public", Private: &yes}, want: "the dataset tester/public is public on the Hub, and private = true is asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t).write(shards(1, 600))
			no := false
			if name == "public" {
				l.mustPush(Target{ID: "tester/public", Private: &no})
			}
			if c.token != "" {
				l.client.token = strings.TrimPrefix(c.token, "-")
			}
			if err := l.Inject(hubtest.Fault{Path: "^$"}); err != nil || c.fault.Path != "" && l.Inject(c.fault) != nil {
				t.Fatal(err)
			}
			_, err := l.push(c.to)
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(c.want)) {
				t.Fatalf("the error is %v\nwant %s", err, c.want)
			}
			for _, secret := range []string{"hf_write", "hf_wrong", "hf_read"} {
				if strings.Contains(err.Error()+strings.Join(l.said, ""), secret) {
					t.Errorf("the token is in %v, %q", err, l.said)
				}
			}
		})
	}
}
