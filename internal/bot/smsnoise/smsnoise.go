// Package smsnoise spoils clean questions the way thumbs do, so that a bot can
// be measured on text messages where only tidy sentences are at hand.
//
// It knows nothing of the bot: its abbreviations are its own list.
package smsnoise

import (
	"math/rand/v2"
	"strings"
)

// Level says how often a word is spoiled, each share from 0 to 1.
type Level struct {
	Abbreviated float64 // of the words that have an abbreviation
	Edited      float64 // of the words of three letters and more: one edit
	Vowelless   float64 // of the words of five letters and more
}

// Light is a text by a careful writer, Heavy one typed while walking.
var (
	Light = Level{Abbreviated: 0.25, Edited: 0.07, Vowelless: 0.03}
	Heavy = Level{Abbreviated: 0.5, Edited: 0.2, Vowelless: 0.1}
)

// Source spoils one text after another. The same seed spoils the same texts in
// the same way.
type Source struct {
	level  Level
	random *rand.Rand
}

// New starts a source.
func New(level Level, seed uint64) *Source {
	return &Source{level: level, random: rand.New(rand.NewPCG(seed, 0))}
}

// Spoil gives a text as it might be typed.
func (s *Source) Spoil(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		words[i] = s.spoilWord(w)
	}
	return strings.Join(words, " ")
}

func (s *Source) spoilWord(w string) string {
	letters := []rune(w)
	short, known := abbreviations[w]
	switch {
	case known && s.random.Float64() < s.level.Abbreviated:
		return short
	case len(letters) >= 5 && s.random.Float64() < s.level.Vowelless:
		return dropVowels(letters)
	case len(letters) >= 3 && s.random.Float64() < s.level.Edited:
		return s.edit(letters)
	}
	return w
}

// dropVowels keeps the first and the last letter.
func dropVowels(letters []rune) string {
	var b strings.Builder
	for i, r := range letters {
		if i == 0 || i == len(letters)-1 || !strings.ContainsRune("aeiouáéíóú", r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// edit leaves out, doubles, mistypes or swaps one letter.
func (s *Source) edit(letters []rune) string {
	i := s.random.IntN(len(letters) - 1)
	switch s.random.IntN(4) {
	case 0:
		return string(letters[:i]) + string(letters[i+1:])
	case 1:
		return string(letters[:i+1]) + string(letters[i:])
	case 2:
		return string(letters[:i]) + string(s.near(letters[i])) + string(letters[i+1:])
	default:
		return string(letters[:i]) + string(letters[i+1]) + string(letters[i]) + string(letters[i+2:])
	}
}

// near is a key beside r's on a QWERTY keyboard.
func (s *Source) near(r rune) rune {
	for _, row := range []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"} {
		if at := strings.IndexRune(row, r); at >= 0 {
			if at == 0 || at < len(row)-1 && s.random.IntN(2) == 0 {
				return rune(row[at+1])
			}
			return rune(row[at-1])
		}
	}
	return 'e'
}
