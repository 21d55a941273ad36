package sms

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the key under which s is found: lower case, without accents, one
// space between words. "  Łukasz  O’Dell" folds to "lukasz o'dell". Names are stored
// beside their key, and a search folds what was typed and looks for keys that begin
// with it. Folding twice changes nothing, and the composed and decomposed spellings
// of a name have the same key.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	space := false
	for _, r := range norm.NFKD.String(spacingAcute.Replace(strings.ToValidUTF8(s, ""))) {
		if unicode.IsSpace(r) {
			space = out.Len() > 0
			continue
		}
		if isAccent(r) || unicode.In(r, unicode.Cc, unicode.Cf) {
			continue
		}
		if space {
			out.WriteByte(' ')
			space = false
		}
		writeFolded(&out, r)
	}
	return out.String()
}

// isFolded spares plain lower-case ASCII the decomposition.
func isFolded(s string) bool {
	return isPlainLine(s) && !strings.ContainsFunc(s, func(r rune) bool { return 'A' <= r && r <= 'Z' || r == '`' })
}

// isAccent reports the marks that sit on a letter of another script's alphabet, as in
// the blocks of combining diacritical marks. The vowel signs of Indic and Thai writing
// are not accents: without them a name is another name.
func isAccent(r rune) bool {
	switch {
	case r >= 0x0300 && r <= 0x036F, r >= 0x1AB0 && r <= 0x1AFF, r >= 0x1DC0 && r <= 0x1DFF,
		r >= 0x20D0 && r <= 0x20FF, r >= 0xFE20 && r <= 0xFE2F:
		return true
	}
	return false
}

func writeFolded(out *strings.Builder, r rune) {
	r = unicode.ToLower(r)
	if plain, ok := undecomposable[r]; ok {
		out.WriteString(plain)
		return
	}
	out.WriteRune(r)
}

// spacingAcute goes before decomposition, which would make a space and an accent of it.
var spacingAcute = strings.NewReplacer("´", "'")

// undecomposable are lower-case letters that Unicode does not decompose although a
// keyboard without them types the letters on the right, and what else O'Dell is
// written with.
var undecomposable = map[rune]string{
	'ł': "l", 'ø': "o", 'đ': "d", 'ð': "d", 'ħ': "h", 'ŧ': "t", 'ı': "i", 'ŋ': "n",
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ƒ': "f", 'ə': "e",
	'ς': "σ", // so that a prefix ending in sigma finds the longer name
	'’': "'", '‘': "'", 'ʼ': "'", 'ʻ': "'", '`': "'",
}
