package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

// phones is the simulated phone network of a running demo, asked over HTTP as anybody may ask it.
type phones struct {
	t   *testing.T
	url string
}

// text is a text as a handset shows it.
type text struct {
	Other  string `json:"other"`
	Mine   bool   `json:"mine"`
	Body   string `json:"body"`
	Notice bool   `json:"notice"`
}

// call asks the network and reads its answer into a value.
func (p phones) call(method, path string, body, into any) {
	p.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, bytes.NewReader(b))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		said, err := io.ReadAll(res.Body)
		p.t.Fatalf("%s %s: %s %s %v", method, path, res.Status, said, err)
	}
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// logEnd is the number of the newest entry of the network's log.
func (p phones) logEnd() (last uint64) {
	p.t.Helper()
	var page struct{ Last uint64 }
	p.call("GET", "/log?limit=1", nil, &page)
	return page.Last
}

// accepted is how many texts to each phone the network has accepted since an entry of its log,
// whatever it answered: the judge of who was texted how often.
func (p phones) accepted(since uint64) (counts map[string]int) {
	p.t.Helper()
	p.call("GET", fmt.Sprintf("/accepted?after=%d", since), nil, &counts)
	return counts
}

// thread is what a handset shows of its texts with a number, oldest first.
func (p phones) thread(phone, number string) (thread []text) {
	p.t.Helper()
	var handset struct{ Texts []text }
	p.call("GET", "/handsets/"+phone, nil, &handset)
	for _, t := range handset.Texts {
		if t.Other == number {
			thread = append(thread, t)
		}
	}
	return thread
}

// last is the newest text that a handset has got from a number, empty if the handset's own is newer.
func (p phones) last(phone, number string) string {
	p.t.Helper()
	thread := p.thread(phone, number)
	if len(thread) == 0 || thread[len(thread)-1].Mine {
		return ""
	}
	return thread[len(thread)-1].Body
}

// send types a text on a handset.
func (p phones) send(phone, number, body string) {
	p.t.Helper()
	var sent text
	p.call("POST", "/handsets/"+phone+"/texts", map[string]string{"to": number, "body": body}, &sent)
}

// settle waits until nothing is under way any more.
func (p phones) settle() {
	p.t.Helper()
	var settled struct{ Settled bool }
	p.call("GET", "/settled?wait="+time.Minute.String(), nil, &settled)
}
