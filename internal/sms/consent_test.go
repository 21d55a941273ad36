package sms_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/sms"

	"pgregory.net/rapid"
)

// corpus reads the lines of a file in testdata that are neither blank nor comments.
func corpus(t testing.TB, name string) []string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	return lines
}

var stopKeywords = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}

func TestConsentKeywords(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		body     string
		optedOut bool
		want     sms.Intent
	}{
		{"START", false, sms.Start}, {"start.", true, sms.Start}, {"Unstop", true, sms.Start},
		{"YES", true, sms.Start}, {"yes!", true, sms.Start}, {"YES", false, sms.None}, {"yes please", true, sms.None},
		{"HELP", false, sms.Help}, {"help?", true, sms.Help}, {"Info", false, sms.Help}, {"help me", false, sms.None},
		{"Stop.", false, sms.Stop}, {"“STOP”", false, sms.Stop}, {"opt-out", false, sms.Stop}, {"S.T.O.P.", false, sms.Stop},
		{"ＳＴＯＰ", false, sms.Stop}, {"STOP 🛑", false, sms.Stop}, {"\u200BSTOP\uFEFF", false, sms.Stop}, {"sto\xffp", false, sms.Stop},
		{"STOP", true, sms.Stop}, {"stop all", false, sms.StopPhrase}, {"opt out", false, sms.StopPhrase}, {"sto p", false, sms.StopPhrase},
		{"", false, sms.None}, {"   ", false, sms.None}, {"?", false, sms.None}, {"🛑", false, sms.Unsure},
		{"stopping", false, sms.StopPhrase}, {"restart", false, sms.None}, {"starting", false, sms.None},
	} {
		if got := sms.Consent(tc.body, tc.optedOut); got != tc.want {
			t.Errorf("Consent(%q, %v) = %v, want %v", tc.body, tc.optedOut, got, tc.want)
		}
	}
}

func TestO2ConsentKeywordsInAnyDress(t *testing.T) {
	t.Parallel()
	noise := rapid.SampledFrom([]string{"", " ", "!", "...", "\n", "\t", "“", "”", "🙏", "-", "?", "\u00A0", "\x00"})
	rapid.Check(t, func(t *rapid.T) {
		var body strings.Builder
		body.WriteString(noise.Draw(t, "before"))
		for _, r := range rapid.SampledFrom(stopKeywords).Draw(t, "keyword") {
			letter := string(r)
			if rapid.Bool().Draw(t, "lower") {
				letter = strings.ToLower(letter)
			}
			body.WriteString(letter)
		}
		body.WriteString(noise.Draw(t, "after"))
		if got := sms.Consent(body.String(), rapid.Bool().Draw(t, "opted out")); got != sms.Stop {
			t.Fatalf("Consent(%q) = %v", body.String(), got)
		}
	})
}

// share fails the test when fewer than percent of the texts are judged right, and
// lists the others.
func share(t *testing.T, texts []string, percent float64, right func(sms.Intent) bool) {
	t.Helper()
	wrong := 0
	for _, body := range texts {
		if got := sms.Consent(body, false); !right(got) {
			wrong++
			t.Logf("%q is judged %v, read as %q", body, got, sms.NormalReply(body))
		}
	}
	got := 100 * float64(len(texts)-wrong) / float64(len(texts))
	t.Logf("%d of %d right, %.1f %%", len(texts)-wrong, len(texts), got)
	if got < percent {
		t.Errorf("%.1f %% right, want %v %%", got, percent)
	}
}

func TestO2ConsentPhrases(t *testing.T) {
	t.Parallel()
	share(t, corpus(t, "consent_stops.txt"), 98, sms.Intent.OptsOut)
}

func TestO2ConsentDecoys(t *testing.T) {
	t.Parallel()
	decoys := corpus(t, "consent_decoys.txt")
	share(t, decoys, 99, func(i sms.Intent) bool { return !i.OptsOut() })
	// A person's time is worth something too.
	share(t, decoys, 95, func(i sms.Intent) bool { return i != sms.Unsure })
}

func TestO2ConsentUnsure(t *testing.T) {
	t.Parallel()
	share(t, corpus(t, "consent_unsure.txt"), 100, func(i sms.Intent) bool { return i == sms.Unsure })
}

func TestConsentPhrasesInAnyDress(t *testing.T) {
	t.Parallel()
	stops := corpus(t, "consent_stops.txt")
	noise := rapid.SampledFrom([]string{"", " ", "!", "!!!", "...", "\n", " 🙏", "😡"})
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SampledFrom(stops).Draw(t, "plain")
		if !sms.Consent(plain, false).OptsOut() {
			return
		}
		body := noise.Draw(t, "before") + strings.ToUpper(plain) + noise.Draw(t, "after")
		if got := sms.Consent(body, false); !got.OptsOut() {
			t.Fatalf("Consent(%q) = %v", body, got)
		}
	})
}

func TestConsentIgnoresOurOwnWords(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"Liked “Hi Ada, coming on Saturday? Reply STOP to opt out”",
		"Disliked “Hi Ada, stop by on Saturday! Text STOP to unsubscribe.”",
		"Reacted 👍 to “Reply STOP to opt out”",
		"👍 to “Please reply STOP to stop texts”",
		"Le gustó “Responda STOP para cancelar”",
		"Reply STOP to opt out",
		"what happens if I text STOP?",
	} {
		if got := sms.Consent(body, false); got != sms.None {
			t.Errorf("Consent(%q) = %v", body, got)
		}
	}
}

func TestConsentReadsAnything(t *testing.T) {
	t.Parallel()
	for _, body := range []string{strings.Repeat("stop ", 1_000_000), strings.Repeat("a", 10_000_000), strings.Repeat("🛑", 100_000)} {
		sms.Consent(body, false)
		sms.YesNo(body)
	}
	rapid.Check(t, func(t *rapid.T) {
		body := anyBytes().Draw(t, "body")
		sms.Consent(body, true)
		sms.YesNo(body)
	})
}

func TestWordTablesGiveOneMeaning(t *testing.T) {
	t.Parallel()
	for _, twice := range sms.AmbiguousWords() {
		t.Errorf("%q has two rows", twice)
	}
}

func BenchmarkConsent(b *testing.B) {
	for _, bc := range []struct{ name, body string }{
		{"keyword", "STOP"},
		{"question", "what time is the tour on saturday?"},
		{"phrase", "please stop texting me"},
		{"decoy", "can you take me off the waitlist for chem"},
	} {
		b.Run(bc.name, func(b *testing.B) {
			for b.Loop() {
				sms.Consent(bc.body, false)
			}
		})
	}
}
