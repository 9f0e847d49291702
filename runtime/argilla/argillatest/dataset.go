package argillatest

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

func (s *Server) byID(id string) *Dataset {
	for _, d := range s.datasets {
		if d.ID == id {
			return d
		}
	}
	refuse(http.StatusNotFound, "Dataset with id `%s` not found", id)
	return nil
}

func (d *Dataset) view() map[string]any {
	status := "draft"
	if d.Ready {
		status = "ready"
	}
	return map[string]any{"id": d.ID, "name": d.Name, "status": status, "guidelines": d.Guidelines, "workspace_id": d.Workspace}
}

func (s *Server) create(body map[string]any) *Dataset {
	d := &Dataset{ID: fmt.Sprintf("dataset-%d", len(s.requests)), Name: text(body, "name"), Workspace: text(body, "workspace_id")}
	d.Guidelines, _ = body["guidelines"].(string)
	if g, given := body["guidelines"]; given && g == "" {
		refuse(http.StatusUnprocessableEntity, "guidelines are empty")
	}
	if !strings.HasPrefix(d.Workspace, "workspace-") {
		refuse(http.StatusUnprocessableEntity, "Workspace with id `%s` not found", d.Workspace)
	}
	for _, other := range s.datasets {
		if other.Name == d.Name && other.Workspace == d.Workspace {
			refuse(http.StatusConflict, "Dataset with name `%s` already exists for workspace with id `%s`", d.Name, d.Workspace)
		}
	}
	s.datasets = append(s.datasets, d)
	return d
}

func text(body map[string]any, key string) string {
	t, ok := body[key].(string)
	if !ok || t == "" {
		refuse(http.StatusUnprocessableEntity, "%s is no text, or empty", key)
	}
	return t
}

// add adds a field, a question or a metadata property.
func (d *Dataset) add(to *[]map[string]any, kind string, body map[string]any) map[string]any {
	name := text(body, "name")
	text(body, "title")
	settings, ok := body["settings"].(map[string]any)
	if !ok || text(settings, "type") == "" {
		refuse(http.StatusUnprocessableEntity, "settings have no type")
	}
	if d.Ready {
		refuse(http.StatusUnprocessableEntity, "%s cannot be created for a published dataset", kind)
	}
	if find(*to, name) != nil {
		refuse(http.StatusConflict, "%s with name `%s` already exists for dataset with id `%s`", kind, name, d.ID)
	}
	if options, _ := settings["options"].([]any); settings["type"] == "rating" && (len(options) < 2 || len(options) > 11) {
		refuse(http.StatusUnprocessableEntity, "a rating has 2 to 11 options")
	}
	body["id"] = fmt.Sprintf("%s-%s", d.ID, name)
	*to = append(*to, body)
	return body
}

func find(items []map[string]any, name string) map[string]any {
	for _, i := range items {
		if i["name"] == name {
			return i
		}
	}
	return nil
}

func (d *Dataset) publish() map[string]any {
	required := func(m map[string]any) bool { return m["required"] == true }
	switch {
	case d.Ready:
		refuse(http.StatusUnprocessableEntity, "Dataset is already published")
	case !slices.ContainsFunc(d.Fields, required):
		refuse(http.StatusUnprocessableEntity, "Dataset cannot be published without required fields")
	case !slices.ContainsFunc(d.Questions, required):
		refuse(http.StatusUnprocessableEntity, "Dataset cannot be published without required questions")
	}
	d.Ready = true
	return d.view()
}

// upsert takes all records or none.
func (d *Dataset) upsert(body map[string]any) map[string]any {
	if !d.Ready {
		refuse(http.StatusUnprocessableEntity, "records before the dataset is published would break its index")
	}
	items, _ := body["items"].([]any)
	if len(items) < 1 || len(items) > 500 {
		refuse(http.StatusUnprocessableEntity, "1 to 500 items are taken at a time, and these are %d", len(items))
	}
	var records []*Record
	seen := map[string]bool{}
	for i, item := range items {
		r := d.record(i, item.(map[string]any))
		if seen[r.ExternalID] {
			refuse(http.StatusUnprocessableEntity, "external_id %s is there twice", r.ExternalID)
		}
		seen[r.ExternalID] = true
		records = append(records, r)
	}
	for _, r := range records {
		d.put(r)
	}
	return map[string]any{"items": []any{}}
}

func (d *Dataset) put(r *Record) {
	for _, there := range d.Records {
		if there.ExternalID == r.ExternalID {
			there.Fields, there.Metadata = r.Fields, r.Metadata
			for question, s := range r.Suggestions {
				there.Suggestions[question] = s
			}
			there.Sent++
			return
		}
	}
	r.Sent = 1
	d.Records = append(d.Records, r)
}

var agentName = regexp.MustCompile(`^[a-zA-Z0-9-_:./\s]*[a-zA-Z0-9][a-zA-Z0-9-_:./\s]*$`)

func (d *Dataset) record(position int, item map[string]any) *Record {
	wrong := func(format string, args ...any) {
		refuse(http.StatusUnprocessableEntity, "Record at position %d is not valid because %s", position, fmt.Sprintf(format, args...))
	}
	r := &Record{ExternalID: text(item, "external_id"), Suggestions: map[string]map[string]any{}}
	r.Fields, _ = item["fields"].(map[string]any)
	r.Metadata, _ = item["metadata"].(map[string]any)
	for _, f := range d.Fields {
		if _, ok := r.Fields[f["name"].(string)].(string); !ok && f["required"] == true {
			wrong("missing required value for field: '%s'", f["name"])
		}
	}
	for name := range r.Fields {
		if find(d.Fields, name) == nil {
			wrong("found fields values for non configured fields: ['%s']", name)
		}
	}
	for name := range r.Metadata {
		if find(d.Metadata, name) == nil {
			wrong("metadata property '%s' does not exist", name)
		}
	}
	suggestions, _ := item["suggestions"].([]any)
	for _, one := range suggestions {
		s := one.(map[string]any)
		n := slices.IndexFunc(d.Questions, func(q map[string]any) bool { return q["id"] == s["question_id"] })
		if n < 0 {
			wrong("question_id=%v does not exist", s["question_id"])
		}
		if why := fits(d.Questions[n], s["value"]); why != "" {
			wrong("%s", why)
		}
		if a, given := s["agent"].(string); given && (!agentName.MatchString(a) || len(a) > 200) {
			refuse(http.StatusUnprocessableEntity, "agent does not match")
		}
		r.Suggestions[d.Questions[n]["name"].(string)] = s
	}
	return r
}

// fits says why a value is no answer to a question.
func fits(question map[string]any, value any) string {
	settings := question["settings"].(map[string]any)
	switch settings["type"] {
	case "rating":
		n, ok := value.(float64)
		if !ok || n != math.Trunc(n) {
			return "the value of a rating is a whole number"
		}
		for _, o := range settings["options"].([]any) {
			if o.(map[string]any)["value"] == n {
				return ""
			}
		}
		return fmt.Sprintf("%v is not a valid rating", value)
	case "text":
		if _, ok := value.(string); !ok {
			return "the value of a text is a text"
		}
	}
	return ""
}
