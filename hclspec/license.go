package hclspec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/hclspec/diag"
)

var licenseForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.+-]*$`)

// usualLicenses are some of the Hub's names, to offer the nearest.
var usualLicenses = []string{"apache-2.0", "mit", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc0-1.0", "odc-by", "odbl", "pddl",
	"bsd-3-clause", "gpl-3.0", "agpl-3.0", "lgpl-3.0", "mpl-2.0", "cdla-permissive-2.0", "openrail", "unlicense", "other", "unknown"}

func (l *loader) checkLicense(args *arguments, license string) {
	if !args.ok("license") || license == "" || licenseForm.MatchString(license) {
		return
	}
	more := diag.DidYouMean(license, usualLicenses)
	if more == "" {
		more = fmt.Sprintf(" Usual ones are %s.", list(usualLicenses))
	}
	l.errorAt(diag.BadRepo, args.rangeOf("license"), fmt.Sprintf("invalid license %q", license),
		fmt.Sprintf("The Hub has names for licences, of small letters, digits, dots and hyphens.%s", more))
}

// settleLicense has a dataset and its hub block say the same licence: where one says none, it is that of the other.
func (l *loader) settleLicense(d *datasetBlock) {
	own, pushed := &d.params.License, &d.hub.params.License
	switch {
	case *own == "":
		*own = *pushed
	case *pushed == "":
		*pushed = *own
	case *own != *pushed && d.args.ok("license") && d.hub.args.ok("license"):
		l.errorAt(diag.Contradiction, d.hub.args.rangeOf("license"), "two licences of one dataset", fmt.Sprintf(
			"Dataset %q is under %s, and its hub block says %s. Remove the licence from the hub block: the one of the dataset is pushed.", d.name, *own, *pushed),
			diag.Related{Range: d.args.rangeOf("license"), Message: "the dataset's is here"})
	}
}

// sayingAt is where a dataset says what holds for the whole repository: in its hub block, or of itself.
func (d *datasetBlock) sayingAt(name string) hcl.Range {
	if d.hub.attrs[name] == nil && d.args.attrs[name] != nil {
		return d.args.rangeOf(name)
	}
	return d.hub.args.rangeOf(name)
}

// longestTag is more than any tag that people search for.
const longestTag = 100

func (l *loader) checkTags(d *datasetBlock) {
	if !d.args.ok("tags") {
		return
	}
	for i, tag := range d.params.Tags {
		at := d.args.rangeOf(fmt.Sprintf("tags[%d]", i))
		switch {
		case tag == "" || tag != strings.TrimSpace(tag) || len(tag) > longestTag || strings.ContainsFunc(tag, unicode.IsControl):
			l.errorAt(diag.Unusable, at, fmt.Sprintf("invalid tag %q", tag), fmt.Sprintf(
				"A tag is a word or a few, of one line, with no space around it and at most %d bytes, such as \"math\" or \"preference\".", longestTag))
		case slices.Contains(d.params.Tags[:i], tag):
			l.errorAt(diag.Unusable, at, fmt.Sprintf("tag %q is there twice", tag), "The card has each tag once. Remove one of them.")
		}
	}
}
