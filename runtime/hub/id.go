package hub

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var (
	idPart   = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?$`)
	odd      = regexp.MustCompile(`[^A-Za-z0-9_./-]`)
	branches = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_./-]*[A-Za-z0-9_])?$`)
)

// CheckID says what is wrong with the name of a repository: NAMESPACE/NAME, or NAME alone in the namespace of the token.
func CheckID(id string) error {
	namespace, name, two := strings.Cut(id, "/")
	if !two {
		namespace, name = "x", id
	}
	switch {
	case id == "":
		return errors.New("it is empty. It is NAMESPACE/NAME, such as acme/maths")
	case strings.Contains(id, "://"):
		return fmt.Errorf("it is an address. Write what follows datasets/ in it: NAMESPACE/NAME")
	case strings.HasPrefix(id, "datasets/") && strings.Count(id, "/") == 2:
		return fmt.Errorf("it begins with datasets/. Leave that out: %s", strings.TrimPrefix(id, "datasets/"))
	case strings.Contains(name, "/"):
		return errors.New("it has more than one slash. It is NAMESPACE/NAME")
	case odd.MatchString(id):
		return fmt.Errorf("it has %q in it. It is made of letters without accents, digits, and hyphens, underscores and dots", odd.FindString(id))
	case strings.Contains(id, "--") || strings.Contains(id, ".."):
		return errors.New("it has -- or .. in it, which the Hub does not take")
	case strings.HasSuffix(id, ".git"):
		return errors.New("it ends with .git. Leave that out")
	case len(name) > 96 || len(namespace) > 96:
		return errors.New("it is too long. Each part has at most 96 characters")
	case !idPart.MatchString(namespace) || !idPart.MatchString(name):
		return errors.New("each part begins and ends with a letter, a digit or _. It is NAMESPACE/NAME, such as acme/maths")
	}
	return nil
}

// CheckRevision says what is wrong with the name of a branch.
func CheckRevision(name string) error {
	if !branches.MatchString(name) || strings.Contains(name, "..") || strings.Contains(name, "//") || strings.HasSuffix(name, ".lock") {
		return errors.New("it is no name of a branch. It is made of letters, digits, hyphens, underscores, dots and slashes, such as main or v2")
	}
	return nil
}
