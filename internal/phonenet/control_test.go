package phonenet_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/phonenet"
)

// Another process can do over HTTP what a test does in Go.
func TestControl(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	const other = "AC0000000000000000000000000000000b"
	for _, tc := range []struct {
		method, path, body string
		status             int
		contains           string
	}{
		{"PUT", "/accounts/" + other, `{"token": "b", "name": "Clinic"}`, 200, other},
		{"PUT", "/accounts/AC1", `{"token": "b"}`, 400, "error"},
		{"PUT", "/accounts/" + other + "/numbers/+13035550100", `{"sms_url": "https://x.example/", "speed": 1}`, 200, "x.example"},
		{"PUT", "/accounts/" + other + "/numbers/" + office, `{}`, 400, "another account"},
		{"PUT", "/accounts/" + other + "/numbers/+13035550100", `{"speed": -1}`, 400, "error"},
		{"PUT", "/handsets/" + bob, `{"name": "Bob", "kind": "keypad"}`, 200, "Bob"},
		{"PUT", "/handsets/" + bob, `{"kind": "telegraph"}`, 400, "telegraph"},
		{"PUT", "/handsets/bob", `{"name": "Bob"}`, 400, "not a phone number"},
		{"POST", "/handsets/" + ada + "/texts", `{"to": "` + office + `", "body": "hello", "media": ["https://a.example/1.png"]}`, 200, `"status":"received"`},
		{"POST", "/handsets/" + ada + "/texts", `{"to": "` + office + `"}`, 400, "empty"},
		{"POST", "/handsets/" + ada + "/texts", `{"too": "x"}`, 400, "unknown field"},
		{"GET", "/settled?wait=10s", ``, 200, "true"},
		{"GET", "/handsets/" + ada, ``, 200, `"body":"hello"`},
		{"GET", "/handsets/nobody", ``, 400, "not a phone number"},
		{"GET", "/handsets?q=bob&limit=1", ``, 200, bob},
		{"PUT", "/answering", `{"on": true, "share": 2}`, 400, "share"},
		{"PUT", "/answering", `{"on": true}`, 200, "true"},
		{"GET", "/answering", ``, 200, `"on":true`},
		{"GET", "/log?after=x", ``, 400, "after"},
		{"GET", "/log?wait=soon", ``, 400, "wait"},
		{"GET", "/faults", ``, 200, `"lost":0`},
	} {
		status, text := w.control(tc.method, tc.path, tc.body)
		if status != tc.status || !strings.Contains(text, tc.contains) {
			t.Errorf("%s %s %s: %d %s", tc.method, tc.path, tc.body, status, text)
		}
	}
}

func TestLogOverHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	after := w.LogEnd()
	w.send()
	w.send("Body", "again")
	w.send("To", bob)
	w.settle()
	var page struct {
		Entries []phonenet.Entry
		Last    uint64
	}
	_, text := w.control(http.MethodGet, "/log?limit=2&after="+number(after), "")
	if err := json.Unmarshal([]byte(text), &page); err != nil {
		t.Fatal(err)
	}
	if len(page.Entries) != 2 || page.Entries[0].Seq != after+1 || page.Entries[0].Kind != phonenet.KindAccepted || page.Last != w.LogEnd() {
		t.Errorf("page %s", text)
	}
	if _, text = w.control(http.MethodGet, "/accepted?min=2&after="+number(after), ""); strings.TrimSpace(text) != `{"`+ada+`":2}` {
		t.Errorf("texted twice: %s", text)
	}
	if _, text = w.control(http.MethodGet, "/log?wait=1ms&after="+number(w.LogEnd()), ""); !strings.Contains(text, `"entries":[]`) {
		t.Errorf("nothing new: %s", text)
	}
}

func number(v uint64) string {
	text, _ := json.Marshal(v)
	return string(text)
}

func TestFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	begun := w.LogEnd()
	w.turn(`{"lost": 0}`)
	next, sent := begun, false
	for e := range w.Follow(ctx, begun) {
		if next++; e.Seq != next {
			t.Fatalf("entry %d follows %d", e.Seq, next-1)
		}
		if !sent { // while following
			sent = true
			w.send()
		}
		if e.Status == phonenet.StatusDelivered {
			break
		}
	}
	if ctx.Err() != nil {
		t.Error("the text never arrived")
	}
}
