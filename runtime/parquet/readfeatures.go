package parquet

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// features reads what the Python library datasets says of the columns in the footer: the names of class labels, and what is no
// data of ours.
func features(f *parquet.File) (labels, media map[string]string) {
	labels, media = map[string]string{}, map[string]string{}
	text, ok := f.Lookup("huggingface")
	if !ok {
		return labels, media
	}
	var footer struct {
		Info struct {
			Features map[string]json.RawMessage `json:"features"`
		} `json:"info"`
	}
	if json.Unmarshal([]byte(text), &footer) != nil {
		return labels, media // the schema says enough
	}
	for name, raw := range footer.Info.Features {
		var feature struct {
			Type  string   `json:"_type"`
			Names []string `json:"names"`
		}
		if json.Unmarshal(raw, &feature) != nil {
			continue // of a list
		}
		switch feature.Type {
		case "ClassLabel":
			labels[name] = classes(feature.Names)
		case "Image", "Audio", "Video", "Pdf", "Nifti":
			media[name] = fmt.Sprintf("is of the kind %s, which is no data of a dataset here", strings.ToLower(feature.Type))
		}
	}
	return labels, media
}

// classes says what the numbers of a class label mean.
func classes(names []string) string {
	const most = 20
	var parts []string
	for i, name := range names[:min(most, len(names))] {
		parts = append(parts, fmt.Sprintf("%d %s", i, name))
	}
	if len(names) > most {
		parts = append(parts, "and so on")
	}
	return "The class: " + strings.Join(parts, ", ") + "."
}
