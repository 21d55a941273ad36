package phonenet

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A log that cannot be written makes the network refuse instead of lie.
func TestLogCannotBeWritten(t *testing.T) {
	t.Parallel()
	n, err := New(Options{Seed: 7, LogPath: filepath.Join(t.TempDir(), "log"), Durable: true, Transport: quietProgram{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.AddAccount(Account{SID: testAccount, Token: "t"}); err != nil {
		t.Fatal(err)
	}
	if err := n.AddNumber(testAccount, testNumber); err != nil {
		t.Fatal(err)
	}
	if got := post(n.Handler(), map[string]string{"To": "+12085550100"}).Code; got != http.StatusCreated {
		t.Fatalf("answer %d", got)
	}
	if err := n.file.file.Close(); err != nil {
		t.Fatal(err)
	}
	if got := post(n.Handler(), map[string]string{"To": "+12085550100"}).Code; got != http.StatusInternalServerError {
		t.Errorf("answer %d without a log", got)
	}
	if err := n.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("close: %v", err)
	}
}

func TestClosedNetwork(t *testing.T) {
	t.Parallel()
	n, h := quietNetwork(t, Faults{})
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	if got := post(h, map[string]string{"To": "+12085550100"}).Code; got != http.StatusServiceUnavailable {
		t.Errorf("answer %d", got)
	}
	if err := n.Wait(t.Context(), func() bool { return false }); !errors.Is(err, ErrClosed) {
		t.Errorf("wait: %v", err)
	}
	f := newLogFile(nil, 3)
	f.finish()
	if err := f.waitWritten(4); !errors.Is(err, ErrClosed) {
		t.Errorf("wait for an entry that is never written: %v", err)
	}
}

func TestSegments(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		body string
		want int
	}{
		{"", 1}, {"hi", 1},
		{strings.Repeat("x", 160), 1}, {strings.Repeat("x", 161), 2}, {strings.Repeat("x", 306), 2}, {strings.Repeat("x", 307), 3},
		{strings.Repeat("€", 80), 1}, {strings.Repeat("€", 81), 2},
		{strings.Repeat("x", 152) + "€" + strings.Repeat("x", 152), 3}, // the pair is not split
		{strings.Repeat("ç", 70), 1}, {strings.Repeat("ç", 71), 2},
		{strings.Repeat("😀", 35), 1}, {strings.Repeat("😀", 36), 2}, {strings.Repeat("😀", 67), 3}, // 33 in each
	} {
		if got := segments(tc.body); got != tc.want {
			t.Errorf("%d characters %.4q: %d segments, want %d", len([]rune(tc.body)), tc.body, got, tc.want)
		}
	}
}

func TestE164(t *testing.T) {
	t.Parallel()
	for phone, want := range map[string]bool{
		"+12085550142": true, "+442071838750": true, "+5215512345678": true,
		"12085550142": false, "+1208555014": false, "+120855501423": false, "+11085550142": false,
		"+0123456789": false, "+1208555014x": false, "": false, "+": false, "+1234567890123456": false,
	} {
		if got := isE164(phone); got != want {
			t.Errorf("%q: %v", phone, got)
		}
	}
}

// SIDs never repeat within a source, and other seeds give others.
func TestSIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for seed := range uint64(3) {
		source := sidSource{seed: mix(seed)}
		for range 10_000 {
			sid := source.next("SM")
			if seen[sid] || len(sid) != 34 {
				t.Fatalf("%s is given twice or has a wrong length", sid)
			}
			seen[sid] = true
		}
	}
}
