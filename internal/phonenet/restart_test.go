package phonenet_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/phonenet"
)

// What a network knew, one that opens its log knows.
func TestReopen(t *testing.T) {
	t.Parallel()
	options := phonenet.Options{Seed: 7, LogPath: filepath.Join(t.TempDir(), "log"), Durable: true}
	w := newWorld(t, options)
	if err := w.Handset(ada).Describe(phonenet.Profile{Name: "Ada", Kind: phonenet.Keypad, Colour: "plum", OnDesk: true}); err != nil {
		t.Fatal(err)
	}
	if err := w.Handset("+12085550188").Describe(landline()); err != nil {
		t.Fatal(err)
	}
	w.send("StatusCallback", w.program.URL+"/status")
	w.send("To", bob)
	w.send("To", "+12085550188")
	w.send("To", "")
	if res, err := w.api.Client().Get(w.api.URL + "/2010-04-01/Accounts/" + account + ".json"); err != nil || res.Body.Close() != nil {
		t.Fatal(err)
	}
	w.turn(`{"cut_after_accept": 1}`)
	w.send("To", bob, "Body", "cut")
	w.turn(`{"cut_after_accept": 0, "too_many": 1}`)
	w.send("To", bob, "Body", "too many")
	w.turn(`{"too_many": 0}`)
	w.settle()
	if err := w.SetSpeed(office, 2.5); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Handset(bob).Send(t.Context(), office, "STOP"); err != nil {
		t.Fatal(err)
	}
	w.settle()
	w.turn(`{"lost": 0.25, "retry_after": "3s"}`)
	if err := w.SetAnswering(phonenet.Answering{On: true, Share: 0.5}); err != nil {
		t.Fatal(err)
	}
	mg, err := w.AddMessagingService(account, office)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	again := newWorld(t, options)
	if diff := cmp.Diff(w.Entries(0, 0), again.Entries(0, int(w.LogEnd()))); diff != "" {
		t.Errorf("log: %s", diff)
	}
	for _, phone := range []string{ada, bob, "+12085550188"} {
		old, new := w.Handset(phone), again.Handset(phone)
		if diff := cmp.Diff(old.Texts(), new.Texts()); diff != "" {
			t.Errorf("texts of %s: %s", phone, diff)
		}
		if old.Profile() != new.Profile() || old.Accepted() != new.Accepted() {
			t.Errorf("%s is %+v, was %+v", phone, new.Profile(), old.Profile())
		}
	}
	if !again.OptedOut(office, bob) || again.OptedOut(office, ada) {
		t.Error("opt-outs are lost")
	}
	if again.Faults() != w.Faults() || again.Answering() != w.Answering() {
		t.Error("settings are lost")
	}
	if got, err := again.AddMessagingService(account, office); err != nil || got != mg {
		t.Errorf("messaging service %s, %v; was %s", got, err, mg)
	}
	seen := map[string]bool{}
	for _, e := range w.Entries(0, 0) {
		seen[e.SID] = true
	}
	for range 10 {
		if status, created := again.send(); status != 201 || seen[created["sid"].(string)] {
			t.Errorf("send after reopening: %d %v, a new SID: %v", status, created, !seen[created["sid"].(string)])
		}
	}
}

// Texts under way go on, and the last line that a kill left half is cut off.
func TestReopenAfterKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	slow := phonenet.Faults{Travel: phonenet.Span{Min: time.Hour, Max: time.Hour}}
	w := newWorld(t, phonenet.Options{Seed: 7, LogPath: path, Durable: true, Faults: slow})
	w.send("StatusCallback", w.program.URL+"/status")
	w.send("To", bob)
	text, err := os.ReadFile(path) // what a kill at this moment leaves
	if err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(text, []byte(`"kind":"accepted"`)); got != 2 {
		t.Fatalf("%d of 2 texts are in the file when the API has answered", got)
	}
	killed := filepath.Join(t.TempDir(), "killed")
	if err := os.WriteFile(killed, append(text, `{"seq":99,"at":"2`...), 0o600); err != nil {
		t.Fatal(err)
	}
	again := newWorld(t, phonenet.Options{Seed: 7, LogPath: killed})
	again.settle()
	for _, phone := range []string{ada, bob} {
		if texts := again.Handset(phone).Texts(); len(texts) != 1 || texts[0].Status != phonenet.StatusDelivered {
			t.Errorf("texts of %s: %+v", phone, texts)
		}
	}
	if got := w.program.statuses(); got != "sent delivered" {
		t.Errorf("callbacks %q", got)
	}
	if got := again.AcceptedCounts(0); got[ada] != 1 || got[bob] != 1 {
		t.Errorf("accepted %v", got)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	checkLines(t, killed)
}

// checkLines wants whole JSON lines numbered without gaps.
func checkLines(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		var e phonenet.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Seq != uint64(i+1) {
			t.Errorf("line %d: %v, sequence %d", i+1, err, e.Seq)
		}
	}
}

func TestDamagedLogIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"not JSON\n", `{"seq":2,"kind":"opened"}` + "\n", `{"seq":1,"kind":"sung"}` + "\n"} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		n, err := phonenet.New(phonenet.Options{LogPath: path})
		if err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: %v", text, err)
		}
		if n != nil {
			n.Close()
		}
		if left, _ := os.ReadFile(path); string(left) != text {
			t.Errorf("%q: the file was changed", text)
		}
	}
}
