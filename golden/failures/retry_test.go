package failures

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"
)

// Retry asks for what was rejected and for nothing else, and then the dataset is as if nothing had failed.
func TestRetry(t *testing.T) {
	c := calmRun(t)
	bad := func() []*fault {
		return []*fault{
			{request: request{"ask", "Fractions"}, answer: simulated(t, `{"do": "offformat"}`, "")},
			{request: request{"answer", "Percentages"}, answer: simulated(t, `{"do": "500"}`, "")},
			{request: request{"judge", "Matrices"}, answer: simulated(t, `{"do": "outofscale"}`, "")},
			{request: request{"answer", "Primes"}, answer: simulated(t, `{"do": "empty"}`, "")},
		}
	}
	failing := map[request]int{{"ask", "Fractions"}: 3, {"answer", "Percentages"}: 2, {"judge", "Matrices"}: 3, {"answer", "Primes"}: 3}
	untouched := map[request]int{{"ask", "Percentages"}: 1, {"ask", "Matrices"}: 1, {"answer", "Matrices"}: 1, {"ask", "Primes"}: 1,
		{"ask", "Angles"}: 1, {"answer", "Angles"}: 1, {"judge", "Angles"}: 1}
	mended := map[request]int{{"ask", "Fractions"}: 1, {"answer", "Fractions"}: 1, {"judge", "Fractions"}: 1, {"answer", "Percentages"}: 1,
		{"judge", "Percentages"}: 1, {"judge", "Matrices"}: 1, {"answer", "Primes"}: 1, {"judge", "Primes"}: 1}
	first := maps.Clone(untouched)
	maps.Copy(first, failing)

	s := serve(t)
	out := filepath.Join(t.TempDir(), "out")
	for _, step := range []struct {
		command string
		faults  []*fault
		asked   map[request]int
		rejects int
	}{
		{"run", bad(), first, 4},
		{"retry", bad(), failing, 4},
		{"retry", nil, mended, 0},
		{"retry", bad(), nil, 0},
		{"run", bad(), nil, 0},
	} {
		s.breaks(step.faults...)
		o := s.run(t, step.command, out)
		if asked := s.requests(); !maps.Equal(asked, step.asked) {
			t.Errorf("%s asks%s, and not%s", step.command, told(asked), told(step.asked))
		}
		if n := len(o.rejects(t)); n != step.rejects || (o.code == 0) != (n == 0) {
			t.Errorf("after %s, there are %d rejects, and the exit code is %d\n%s", step.command, n, o.code, o.stderr)
		}
		if step.rejects == 0 && !slices.Equal(o.lines(t), c.lines) {
			t.Errorf("after %s, the dataset is not that of an undisturbed run", step.command)
		}
	}
}
