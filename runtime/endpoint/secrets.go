package endpoint

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// secrets are the keys and passwords of an endpoint.
type secrets []string

const hidden = "***"

// add adds a secret, and the forms that it has in URLs and in JSON.
func (s *secrets) add(secret string) {
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.ReplaceAll(secret, "/", `\/`)} {
		if !slices.Contains(*s, form) {
			*s = append(*s, form)
		}
	}
}

// hide takes secrets out of a message.
func (s secrets) hide(text string) string { return s.hideFrom(4, text) }

// hideFrom takes out secrets of at least so many letters. Shorter ones, such as the x and none that people give to local
// servers, are words like others.
func (s secrets) hideFrom(least int, text string) string {
	for _, secret := range s {
		if len(secret) >= least {
			text = strings.ReplaceAll(text, secret, hidden)
		}
	}
	return text
}

// hideInReply takes secrets out of what a model wrote. Data are not to suffer: lm-studio may be a key, and a topic.
func (s secrets) hideInReply(text string) string { return s.hideFrom(16, text) }

var (
	userinfo = regexp.MustCompile(`://[^/\s"]*@`)
	query    = regexp.MustCompile(`(://[^\s"?]*\?)[^\s"]+`)
)

// Public is a text without the user names, passwords and queries of its URLs, any of which may be a key.
func Public(text string) string {
	return query.ReplaceAllString(userinfo.ReplaceAllString(text, "://"), "$1"+hidden)
}

// printable is what a server or net/http says, on one line, of bounded length and without secrets.
func (s secrets) printable(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
			return -1 // before secrets are looked for, which could be in pieces
		}
		return r
	}, clip(text, 64<<10))
	text = Public(clip(s.hide(text), 4<<10))
	return strings.TrimRight(clip(strings.Join(strings.Fields(text), " "), 300), ".")
}

// clip cuts a text to so many bytes, and whole characters.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}

// sentence ends a text with a full stop if nothing ends it.
func sentence(text string) string {
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".?!") {
		return text
	}
	return text + "."
}
