package sms_test

import (
	"strings"
	"testing"

	"parley/internal/sms"

	"pgregory.net/rapid"
)

func TestYesNoCorpus(t *testing.T) {
	t.Parallel()
	lines := corpus(t, "yesno.txt")
	if len(lines) < 300 {
		t.Fatalf("the corpus has %d replies", len(lines))
	}
	for _, line := range lines {
		want, body, _ := strings.Cut(line, "\t")
		body = strings.ReplaceAll(body, `\n`, "\n")
		if got := sms.YesNo(body); got.String() != want {
			t.Errorf("YesNo(%q) = %v, want %s", body, got, want)
		}
	}
}

func TestYesNoIgnoresCaseAndPunctuation(t *testing.T) {
	t.Parallel()
	lines := corpus(t, "yesno.txt")
	rapid.Check(t, func(t *rapid.T) {
		want, body, _ := strings.Cut(rapid.SampledFrom(lines).Draw(t, "line"), "\t")
		if strings.ContainsAny(body, `\“`) {
			return
		}
		noise := rapid.SampledFrom([]string{"", " ", "!", "...", " 🙂", "\n", "!!"})
		body = noise.Draw(t, "before") + strings.ToUpper(body) + noise.Draw(t, "after")
		if got := sms.YesNo(body); got.String() != want {
			t.Fatalf("YesNo(%q) = %v, want %s", body, got, want)
		}
	})
}

func TestYesNoQuestionsAreOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SampledFrom([]string{"yes", "no", "si", "ok", "nope"}).Draw(t, "answer") + rapid.StringMatching(`[ a-z]{0,20}`).Draw(t, "more") + "?"
		if got := sms.YesNo(body); got != sms.Other {
			t.Fatalf("YesNo(%q) = %v", body, got)
		}
	})
}
