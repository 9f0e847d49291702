package reply

import (
	"errors"
	"testing"
)

func TestScale(t *testing.T) {
	s := Scale{1, 5}
	for text, want := range map[string]int{
		"4": 4, " 1 ": 1, "5.0": 5, "4e0": 4, "4/5": 4, "4 / 5": 4, "3 out of 5": 3, "**2**": 2, "2.": 2, "+3": 3,
		"4 (good)": 4, "4 - almost right": 4, "4: fine": 4, "4, because of the slip": 4, `"5"`: 5, "4/5 (good)": 4,
	} {
		if got, err := s.Read(text); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	for text, scale := range map[string]bool{
		"0": true, "6": true, "10": true, "-3": true, "4.5": true, "8/10": true, "4/4": true, "1e9": true, "1e999": true, "99999999999999999999": true,
		"": false, "four": false, "N/A": false, "None": false, "null": false, "4 or 5": false, "4-5": false, "3 to 4": false,
		"4 (maybe 5)": false, "Rating: 4": false, "true": false, "[4]": false, "4 stars": false, "4/": false, "4%": false,
		"٤": false, "４": false, "4 (or ５)": false, "4.½": false, "⁴": false,
	} {
		got, err := s.Read(text)
		var e *ScaleError
		if err == nil || errors.As(err, &e) != scale {
			t.Errorf("%q: got %d, %v; off the scale: %v", text, got, err, scale)
		}
	}
}

// Of two, 1/2 may be the first of them or either.
func TestScaleOfTwo(t *testing.T) {
	for _, text := range []string{"1/2", "2 / 2", "1 out of 2"} {
		var e *ScaleError
		if got, err := (Scale{1, 2}).Read(text); err == nil || errors.As(err, &e) {
			t.Errorf("%q: got %d, %v", text, got, err)
		}
	}
}

func FuzzScale(f *testing.F) {
	for _, s := range []string{"4/5", "4.0", "5 (x)", "1e1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := (Scale{1, 5}).Read(text); err == nil && (r < 1 || r > 5) {
			t.Errorf("%q: %d", text, r)
		}
	})
}
