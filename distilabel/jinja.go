package distilabel

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	jinjaTag  = regexp.MustCompile(`(?s)\{([{%#])-?\s*(.*?)\s*-?[}%#]\}`)
	jinjaName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)
	jinjaFor  = regexp.MustCompile(`^for\s+([A-Za-z_][A-Za-z0-9_]*)\s+in\s+(\S+)$`)
	jinjaIf   = regexp.MustCompile(`^(if|elif)\s+(not\s+)?(\S+)$`)
)

// fromJinja translates a template of Jinja: what is inserted, if and for. The error names what it cannot translate.
func fromJinja(text string) (string, error) {
	j := jinja{}
	var out strings.Builder
	last := 0
	for _, at := range jinjaTag.FindAllStringSubmatchIndex(text, -1) {
		out.WriteString(text[last:at[0]])
		last = at[1]
		tag, err := j.tag(text[at[2]:at[3]], text[at[4]:at[5]])
		if err != nil {
			return "", fmt.Errorf("%w in %s", err, text[at[0]:at[1]])
		}
		out.WriteString(tag)
	}
	if rest := text[last:]; strings.Contains(rest, "{{") || strings.Contains(rest, "{%") {
		return "", fmt.Errorf("a tag is not closed")
	}
	if len(j.open) > 0 {
		return "", fmt.Errorf("%s is not closed", j.open[len(j.open)-1])
	}
	out.WriteString(text[last:])
	return out.String(), nil
}

// jinja holds the blocks that are open.
type jinja struct {
	open  []string
	names []string // of the loops
}

func (j *jinja) tag(kind, inner string) (string, error) {
	if kind == "#" {
		return "", nil
	}
	if kind == "{" {
		name, ok := j.value(inner)
		if !ok {
			return "", fmt.Errorf("%s is more than a name", inner)
		}
		return "{{ " + name + " }}", nil
	}
	return j.statement(inner)
}

func (j *jinja) statement(inner string) (string, error) {
	if m := jinjaFor.FindStringSubmatch(inner); m != nil {
		list, ok := j.value(m[2])
		if !ok {
			return "", fmt.Errorf("%s is more than a name", m[2])
		}
		j.open, j.names = append(j.open, "for"), append(j.names, m[1])
		return fmt.Sprintf("{{ range $%s := %s }}", m[1], list), nil
	}
	if m := jinjaIf.FindStringSubmatch(inner); m != nil {
		cond, ok := j.value(m[3])
		if !ok {
			return "", fmt.Errorf("%s is more than a name", m[3])
		}
		if m[2] != "" {
			cond = "not " + cond
		}
		if m[1] == "elif" {
			return "{{ else if " + cond + " }}", nil
		}
		j.open = append(j.open, "if")
		return "{{ if " + cond + " }}", nil
	}
	switch {
	case inner == "else" && len(j.open) > 0:
		return "{{ else }}", nil
	case len(j.open) > 0 && inner == "end"+j.open[len(j.open)-1]:
		if inner == "endfor" {
			j.names = j.names[:len(j.names)-1]
		}
		j.open = j.open[:len(j.open)-1]
		return "{{ end }}", nil
	}
	return "", fmt.Errorf("there is no counterpart of %s", inner)
}

// value translates the name of a column or of the element of a loop.
func (j *jinja) value(name string) (string, bool) {
	if !jinjaName.MatchString(name) {
		return "", false
	}
	first, _, _ := strings.Cut(name, ".")
	for _, n := range j.names {
		if n == first {
			return "$" + name, true
		}
	}
	if len(j.names) > 0 {
		return "$." + name, true
	}
	return "." + name, true
}
