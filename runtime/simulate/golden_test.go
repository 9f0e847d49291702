package simulate

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden replies")

// The replies to some requests, byte by byte: the same on every machine and in every release, unless it is meant.
// Run the tests with -update after a change that is meant.
func TestGolden(t *testing.T) {
	s := start(t, Options{})
	files, err := filepath.Glob("testdata/golden/*.request.json")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d requests in testdata/golden, %v", len(files), err)
	}
	for _, file := range files {
		request, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := s.call(t, "POST", "/chat/completions", string(request)).body
		golden := strings.Replace(file, ".request.", ".reply.", 1)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || string(want) != string(got) {
			t.Errorf("%s: %v\ngot  %s\nwant %s", file, err, got, want)
		}
	}
}

// Whatever comes in, there is a reply, the same one for the same request, and no panic.
func FuzzComplete(f *testing.F) {
	f.Add(chat("What is a prime?", `,"max_tokens":3,"stop":["a"],"n":2,"stream":true`))
	f.Add(judged)
	f.Add(`{"model":"sim-1","messages":[{"role":"assistant","content":null,"prefix":true}]}`)
	f.Add(`{"model":"local","seed":1,"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]}`)
	s := newSim(Options{AnyModel: true})
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 4000 {
			return
		}
		first, second := s.complete([]byte(body), &fate{}), s.complete([]byte(body), &fate{name: "ok"})
		if first.status != second.status || len(first.body) == 0 || first.tokens != second.tokens {
			t.Errorf("%d %s, and then %d %s", first.status, first.body, second.status, second.body)
		}
		conversation([]byte(body))
	})
}

// Many clients at once get the replies that one gets.
func TestConcurrency(t *testing.T) {
	s := start(t, Options{Record: true, Limits: Limits{RequestsPerMinute: 1 << 20}, Faults: faults(t, "503=0.2,script="+script(t, `{"match":"none","do":"500"}`))})
	const clients, each = 8, 40
	outcomes := make([]string, clients)
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			for i := range each {
				prompt := "Clients ask " + strings.Repeat("x", i) + strings.Repeat(" ", c) // each its own request
				r, err := s.do(t, "POST", "/chat/completions", chat(prompt, ""))
				if err != nil {
					t.Error(err)
					return
				}
				if r.status == 200 {
					outcomes[c] += *decode[completion](t, r.body).Choices[0].Message.Content
				}
			}
		})
	}
	group.Wait()
	got := s.Requests()
	if got.Count != clients*each || len(got.Log) != got.Count || got.Status[200]+got.Status[503] != got.Count || got.Faults["503"] != got.Status[503] {
		t.Errorf("count %d, status %v, faults %v", got.Count, got.Status, got.Faults)
	}
	if share := float64(got.Status[503]) / float64(got.Count); share < 0.1 || share > 0.3 {
		t.Errorf("%.2f met 503", share)
	}
	again := start(t, Options{Faults: faults(t, "503=0.2")})
	alone := ""
	for i := range each {
		if r := again.call(t, "POST", "/chat/completions", chat("Clients ask "+strings.Repeat("x", i), "")); r.status == 200 {
			alone += *decode[completion](t, r.body).Choices[0].Message.Content
		}
	}
	if alone != outcomes[0] {
		t.Error("alone it is another story")
	}
}

func BenchmarkChat(b *testing.B) {
	s := start(b, Options{})
	b.ReportAllocs()
	for b.Loop() {
		if r := s.call(b, "POST", "/chat/completions", judged); r.status != 200 {
			b.Fatalf("%d %s", r.status, r.body)
		}
	}
}

func BenchmarkComplete(b *testing.B) {
	s := newSim(Options{})
	for name, body := range map[string]string{"answer": chat("Explain why the sum of two odd numbers is even.", ""), "judge": judged} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.complete([]byte(body), &fate{})
			}
		})
	}
}
