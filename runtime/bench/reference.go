package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
)

// reference is a client in plain Go: workers that take lines of a file, ask the model about each, and write what it said.
// It retries nothing, stores nothing and checks nothing: the least that the work takes.
func reference(args []string) error {
	f := flag.NewFlagSet("reference", flag.ContinueOnError)
	url := f.String("url", "", "")
	in := f.String("in", "", "")
	out := f.String("out", "", "")
	workers := f.Int("workers", 64, "")
	if err := f.Parse(args); err != nil {
		return err
	}
	source, err := os.Open(*in)
	if err != nil {
		return err
	}
	defer source.Close()
	sink, err := os.Create(*out)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(sink)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: *workers}}
	lines := make(chan []byte)
	var mu sync.Mutex // of w and failed
	var failed error
	var all sync.WaitGroup
	for range *workers {
		all.Go(func() {
			for line := range lines {
				text, err := answer(client, *url, line)
				mu.Lock()
				w.Write(text)
				w.WriteByte('\n')
				failed = errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	scan := bufio.NewScanner(source)
	for scan.Scan() {
		lines <- bytes.Clone(scan.Bytes())
	}
	close(lines)
	all.Wait()
	return errors.Join(failed, scan.Err(), w.Flush(), sink.Close())
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type answered struct {
	Instruction string `json:"instruction"`
	Generation  string `json:"generation"`
	ModelName   string `json:"model_name"`
}

func answer(client *http.Client, url string, line []byte) ([]byte, error) {
	var row answered
	if err := json.Unmarshal(line, &row); err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]any{"model": "ministral-8b-latest", "messages": []message{{"user", row.Instruction}}})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequest(http.MethodPost, url+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer a-key")
	r.Header.Set("Content-Type", "application/json")
	res, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s: %w", res.Status, err)
	}
	var reply struct {
		Model   string `json:"model"`
		Choices []struct {
			Message message `json:"message"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(text, &reply); err != nil || len(reply.Choices) == 0 {
		return nil, fmt.Errorf("%d choices: %w", len(reply.Choices), err)
	}
	row.Generation, row.ModelName = reply.Choices[0].Message.Content, reply.Model
	return json.Marshal(row)
}
