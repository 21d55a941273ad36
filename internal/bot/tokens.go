package bot

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRunes is how much of a text is read. A text message ends there: Twilio
// takes no body of more than 1,600 characters.
const maxRunes = 1600

// maxRepeat is how often one letter may follow itself: "soooo" is read "soo",
// while "cool" and "book" stay as they are.
const maxRepeat = 2

// unbounded is for texts of our own.
const unbounded = math.MaxInt

// tokenize splits the first few runes of a text into lower-case words without
// diacritics, apostrophes or punctuation. A number is a word; so is each emoji.
func tokenize(text string, runes int) []string {
	var t tokenizer
	for _, r := range norm.NFKD.String(clip(text, runes)) {
		if runes--; runes < 0 {
			break
		}
		t.add(unicode.ToLower(r))
	}
	t.end()
	return t.words
}

// clip bounds the work that normalising a hostile text can cause.
func clip(text string, runes int) string {
	if len(text)/utf8.UTFMax > runes {
		text = text[:runes*utf8.UTFMax]
	}
	return strings.ToValidUTF8(text, " ")
}

type tokenizer struct {
	words []string
	word  []rune
}

func (t *tokenizer) add(r rune) {
	switch {
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		if !t.repeats(r) {
			t.word = append(t.word, r)
		}
	case isApostrophe(r) || unicode.Is(unicode.Mn, r):
		// "what's" and "whats" are one word, and so are "qué" and "que".
	case unicode.Is(unicode.So, r):
		t.end()
		t.words = append(t.words, string(r))
	default:
		t.end()
	}
}

func (t *tokenizer) repeats(r rune) bool {
	if !unicode.IsLetter(r) || len(t.word) < maxRepeat {
		return false
	}
	for _, before := range t.word[len(t.word)-maxRepeat:] {
		if before != r {
			return false
		}
	}
	return true
}

func (t *tokenizer) end() {
	if len(t.word) > 0 {
		t.words = append(t.words, string(t.word))
		t.word = t.word[:0]
	}
}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == '‘' || r == '`' || r == '´' || r == 'ʼ'
}
