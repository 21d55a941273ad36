package sms_test

import (
	"strings"
	"testing"

	"parley/internal/sms"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestFoldGivesTheSearchKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Marisol":           "marisol",
		"  Mary   Ann ":     "mary ann",
		"José Ñúñez":        "jose nunez",
		"Łukasz Zieliński":  "lukasz zielinski",
		"Søren Ærø":         "soren aero",
		"Strauß":            "strauss",
		"Đặng Thị":          "dang thi",
		"İbrahim Işık":      "ibrahim isik",
		"O’Dell":            "o'dell",
		"O´Dell":            "o'dell",
		"O`Dell":            "o'dell",
		"Ｋａｒｅｎ":             "karen",
		"Νίκος":             "νικοσ",
		"Фёдор":             "федор",
		"non\u00A0breaking": "non breaking",
		"zero\u200Bwidth":   "zerowidth",
		"bad\xffbyte":       "badbyte",
		"":                  "",
		" \t ":              "",
		"हिन्दी":            "हिन्दी",
	} {
		if got := sms.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldIsStableAndIgnoresComposition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyBytes().Draw(t, "s")
		once := sms.Fold(s)
		if twice := sms.Fold(once); twice != once {
			t.Fatalf("folded twice: %q, once: %q", twice, once)
		}
		s = strings.ToValidUTF8(s, "")
		if c, d := sms.Fold(norm.NFC.String(s)), sms.Fold(norm.NFD.String(s)); c != d {
			t.Fatalf("composed %q, decomposed %q", c, d)
		}
	})
}

func TestFoldOfAPrefixIsAPrefix(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-zÀ-ÿŁłŞşĞğΑ-Ωα-ω' -]{0,20}`).Draw(t, "name")
		runes := []rune(name)
		typed := string(runes[:rapid.IntRange(0, len(runes)).Draw(t, "typed")])
		if !strings.HasPrefix(sms.Fold(name), sms.Fold(typed)) {
			t.Fatalf("Fold(%q) = %q does not begin with Fold(%q) = %q", name, sms.Fold(name), typed, sms.Fold(typed))
		}
	})
}
