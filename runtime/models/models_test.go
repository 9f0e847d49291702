package models

import (
	"testing"
	"time"
)

func day(t *testing.T, date string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTable(t *testing.T) {
	now := day(t, "2026-08-21")
	for _, m := range All() {
		if m.Name == "" || len(m.APINames) == 0 || m.Context < 8<<10 || m.Context > 1<<20 {
			t.Errorf("incomplete: %+v", m)
		}
		for _, date := range []string{m.Released, m.Deprecated, m.Retired} {
			if _, err := time.Parse(time.DateOnly, date); date != "" && err != nil {
				t.Errorf("%s: %v", m.Name, err)
			}
		}
		if m.Status == "Retired" && !m.IsRetired(now) {
			t.Errorf("%s is retired according to its status but not to its date %q", m.Name, m.Retired)
		}
		for _, name := range m.APINames {
			found, ok := Lookup(name)
			if !ok || found.Name != m.Name {
				t.Errorf("Lookup(%q) finds %q, %v", name, found.Name, ok)
			}
			if m.IsRetired(now) && Replacement(name, now) == "" {
				t.Errorf("%s is retired and has no living replacement", name)
			}
		}
	}
	if _, ok := Lookup("gpt-4o"); ok {
		t.Error("Lookup finds a model of another provider")
	}
}

func TestIsRetired(t *testing.T) {
	for _, c := range []struct {
		name, date string
		want       bool
	}{
		{"open-mistral-7b", "2026-08-21", true},
		{"open-mixtral-8x7b", "2026-08-21", true},
		{"open-mistral-7b", "2025-03-30", false},
		{"open-mistral-7b", "2025-03-31", true},
		{"devstral-latest", "2026-08-21", true}, // its status still says Deprecated
		{"mistral-medium-2508", "2026-08-21", false},
		{"mistral-medium-2508", "2026-09-01", true},
		{"mistral-large-latest", "2036-01-01", false},
	} {
		m, ok := Lookup(c.name)
		if got := m.IsRetired(day(t, c.date)); !ok || got != c.want {
			t.Errorf("%s on %s: retired %v, want %v", c.name, c.date, got, c.want)
		}
	}
}

func TestReplacement(t *testing.T) {
	for name, want := range map[string]string{
		"open-mistral-7b":     "ministral-8b-latest",
		"open-mixtral-8x7b":   "mistral-small-latest",
		"codestral-2405":      "codestral-latest", // bears the name of its successor
		"labs-leanstral-2603": "",                 // Leanstral 1.5, which is retired by then and has no successor
		"mistral-large-2402":  "mistral-large-latest",
		"ministral-8b-latest": "",
		"unheard-of":          "",
	} {
		if got := Replacement(name, day(t, "2026-11-01")); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := Replacement("labs-leanstral-2603", day(t, "2026-08-21")); got != "labs-leanstral-1-5" {
		t.Errorf("leanstral: got %q", got)
	}
}

func TestPrices(t *testing.T) {
	m, _ := Lookup("mistral-large-latest")
	if m.USDIn == nil || *m.USDIn != 0.5 || m.USDOut == nil || *m.USDOut != 1.5 {
		t.Errorf("prices of %s: %v, %v", m.Name, m.USDIn, m.USDOut)
	}
	if m, _ := Lookup("open-mistral-7b"); m.USDIn != nil || m.Embeds {
		t.Errorf("%s: a price for a model that has none, or it embeds", m.Name)
	}
	if m, _ := Lookup("mistral-embed"); !m.Embeds {
		t.Errorf("%s does not embed", m.Name)
	}
}
