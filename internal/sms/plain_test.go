package sms_test

import (
	"testing"

	"parley/internal/sms"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPlainOffersTheKeyboard(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"“It’s” – now…":           `"It's" - now...`,
		"a\u00A0b\tc":             "a b c",
		"`code`":                  "'code'",
		"garçon":                  "garcon",
		"¿Mañana está bien?":      "¿Mañana esta bien?",
		"cafe\u0301 mañana ça":    "café mañana ca",
		"zero\u200Bwidth":         "zerowidth",
		"Ｆｕｌｌ ﬁne":                "Full fine",
		"½ price":                 "1/2 price",
		"Łódź":                    "Lodz",
		"see you 🙂":               "see you 🙂",
		"“family” 👩‍👩‍👧":          `"family" 👩‍👩‍👧`,
		"漢字":                      "漢字",
		"plain é ü ñ à € { stays": "plain é ü ñ à € { stays",
	} {
		if got := sms.Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWideCharactersNameTheCulprits(t *testing.T) {
	t.Parallel()
	want := []sms.Wide{
		{Text: "’", Count: 2, Plain: "'", Replaceable: true},
		{Text: "👍🏽", Count: 1},
		{Text: "\u200B", Count: 1, Replaceable: true},
	}
	if diff := cmp.Diff(want, sms.WideCharacters("It’s Ann’s 👍🏽\u200B é")); diff != "" {
		t.Errorf("WideCharacters (-want +got):\n%s", diff)
	}
}

func TestPlainAndWideCharactersAgreeWithCount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := texts().Draw(t, "body")
		wide := sms.WideCharacters(body)
		if gsm := sms.Count(body).Encoding == sms.GSM7; gsm != (len(wide) == 0) {
			t.Fatalf("encoding GSM-7: %v, wide characters: %v", gsm, wide)
		}
		all := true
		for _, w := range wide {
			all = all && w.Replaceable
		}
		plain := sms.Plain(body)
		if gsm := sms.Count(plain).Encoding == sms.GSM7; gsm != all {
			t.Fatalf("all replaceable: %v, but Plain gave %q", all, plain)
		}
		if again := sms.Plain(plain); again != plain {
			t.Fatalf("Plain twice %q, once %q", again, plain)
		}
	})
}
