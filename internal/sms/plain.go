package sms

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// Wide is a character that moves a whole text to UCS-2.
type Wide struct {
	Text  string // the grapheme as it stands in the body
	Count int    // how often
	Plain string // the GSM-7 look-alike; may be empty for an invisible character
	// Replaceable is false where GSM-7 has nothing like it, as for an emoji or 漢.
	Replaceable bool
}

// WideCharacters lists the characters of body that GSM-7 lacks, each once, in the
// order of first appearance. It is empty exactly when Count finds GSM-7.
func WideCharacters(body string) []Wide {
	var found []Wide
	index := make(map[string]int)
	for state := -1; body != ""; {
		var grapheme string
		grapheme, body, _, state = uniseg.FirstGraphemeClusterInString(body, state)
		if isGSM(grapheme) {
			continue
		}
		if at, ok := index[grapheme]; ok {
			found[at].Count++
			continue
		}
		plain, ok := lookAlike(grapheme)
		index[grapheme] = len(found)
		found = append(found, Wide{Text: grapheme, Count: 1, Plain: plain, Replaceable: ok})
	}
	return found
}

// Plain returns body with each character that GSM-7 lacks replaced by its look-alike
// where there is one: smart quotes, dashes, no-break spaces and tabs become the keys
// of a keyboard, accents that GSM-7 lacks are dropped, invisible characters vanish.
// Emoji and other scripts stay. The text is offered to its author, never put in
// the place of theirs unasked, since "sí" and "si" are two words.
func Plain(body string) string {
	if isGSM(body) {
		return body
	}
	var out strings.Builder
	out.Grow(len(body))
	for state := -1; body != ""; {
		var grapheme string
		grapheme, body, _, state = uniseg.FirstGraphemeClusterInString(body, state)
		if plain, ok := lookAlike(grapheme); ok {
			grapheme = plain
		}
		out.WriteString(grapheme)
	}
	return out.String()
}

func isGSM(s string) bool {
	for _, r := range s {
		if septets(r) == 0 {
			return false
		}
	}
	return true
}

// lookAlike returns the GSM-7 spelling of one grapheme, itself if it is one already.
func lookAlike(grapheme string) (string, bool) {
	grapheme = norm.NFC.String(grapheme)
	if isGSM(grapheme) {
		return grapheme, true
	}
	if r, size := utf8.DecodeRuneInString(grapheme); size == len(grapheme) {
		if plain, ok := lookAlikes[r]; ok {
			return plain, true
		}
	}
	var out strings.Builder
	for _, r := range norm.NFKD.String(grapheme) {
		switch plain, ok := lookAlikes[r]; {
		case isAccent(r):
		case ok:
			out.WriteString(plain)
		default:
			out.WriteRune(r)
		}
	}
	if !isGSM(out.String()) {
		return "", false
	}
	return out.String(), true
}

// lookAlikes are the characters that word processors, phones and web pages put in the
// place of a keyboard's. Accented, full-width and ligature letters need no entry.
var lookAlikes = lookAlikeTable([][2]string{
	{"‘’‚‛′‵ʼʻ`´", "'"},
	{"“”„‟″‶«»", `"`},
	{"‹", "<"}, {"›", ">"},
	{"‐‑‒–—―−⁃•‣●▪", "-"},
	{"\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000\t", " "},
	{"\u00AD\u200B\u200C\u200D\u200E\u200F\u2060\uFE0E\uFE0F\uFEFF\u061C", ""},
	{"\u2028\u2029\u0085\v", "\n"},
	{"…", "..."}, {"×", "x"}, {"÷", "/"}, {"⁄", "/"}, {"¢", "c"}, {"¦", "|"}, {"·", "."},
	{"©", "(c)"}, {"®", "(R)"}, {"™", "(TM)"}, {"←", "<-"}, {"→", "->"}, {"↔", "<->"},
	{"≤", "<="}, {"≥", ">="}, {"≠", "!="}, {"°º", "o"}, {"ª", "a"},
	{"ł", "l"}, {"Ł", "L"}, {"đ", "d"}, {"Đ", "D"}, {"ð", "d"}, {"Ð", "D"}, {"ı", "i"},
	{"œ", "oe"}, {"Œ", "OE"}, {"þ", "th"}, {"Þ", "Th"}, {"ẞ", "SS"}, {"ħ", "h"}, {"Ħ", "H"},
})

func lookAlikeTable(rows [][2]string) map[rune]string {
	table := make(map[rune]string)
	for _, row := range rows {
		for _, r := range row[0] {
			table[r] = row[1]
		}
	}
	return table
}
