package bot

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// speller corrects words towards a vocabulary: one slip of the thumb, or vowels
// left out. Its index holds each word under itself, under itself without any
// one letter, so that two words one edit apart meet (the symmetric deletes of
// SymSpell), and under its consonants.
type speller struct {
	words []string // the most frequent first
	known map[string]struct{}
	index []spelling // sorted
}

// spelling is a way to reach a word.
type spelling struct {
	key  uint32 // hash; a candidate is compared letter by letter before it is taken
	word uint32
}

const (
	// shortestCorrected is the fewest letters of a word that is corrected:
	// shorter ones are one edit away from too many others.
	shortestCorrected = 4
	// longestCorrected keeps hostile texts cheap.
	longestCorrected = 30
	// shortestSkeleton is the fewest consonants that tell a word.
	shortestSkeleton = 3
)

func newSpeller(words []string) *speller {
	s := &speller{words: words, known: make(map[string]struct{}, len(words))}
	for n, w := range words {
		s.known[w] = struct{}{}
		if !correctable(w) {
			continue
		}
		for _, key := range spellingKeys(w) {
			s.index = append(s.index, spelling{key, uint32(n)})
		}
	}
	slices.SortFunc(s.index, compareSpellings)
	s.index = slices.Clip(slices.Compact(s.index))
	return s
}

// vocabularyOf lists the words of examples, the most frequent first.
func vocabularyOf(examples []example) []string {
	count := map[string]int{}
	for _, e := range examples {
		for _, w := range e.reading.words {
			count[w]++
		}
	}
	words := make([]string, 0, len(count))
	for w := range count {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	return words
}

// commonWords are never corrected. They are what a text is corrected to where
// the knowledge base has no such word.
var commonWords = sync.OnceValue(func() *speller {
	return newSpeller(wordsOf(commonEnglish, commonSpanish, verbsSpanishList, conceptList, smallTalkEnglish, smallTalkSpanish))
})

func compareSpellings(a, b spelling) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.word, b.word))
}

func correctable(w string) bool {
	return len(w) >= shortestCorrected && len(w) <= longestCorrected &&
		!strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) })
}

// spellingKeys are the word, the word without one letter, and its consonants.
func spellingKeys(w string) []uint32 {
	keys := []uint32{spellingKey(w)}
	for i, r := range w {
		keys = append(keys, spellingKey(w[:i]+w[i+len(string(r)):]))
	}
	if s := skeleton(w); len(s) >= shortestSkeleton {
		keys = append(keys, spellingKey("#"+s))
	}
	return keys
}

func spellingKey(s string) uint32 { return uint32(newHash(wordBlock).text(s).sum() >> 32) }

func (s *speller) knows(w string) bool {
	_, ok := s.known[w]
	return ok
}

// correct gives the word that w is most likely meant to be: the closest, and
// the most frequent of those.
func (s *speller) correct(w string) (string, bool) {
	if !correctable(w) {
		return "", false
	}
	at, most := uint32(0), 0
	for _, key := range spellingKeys(w) {
		first, _ := slices.BinarySearchFunc(s.index, spelling{key: key}, compareSpellings)
		for _, way := range s.index[first:] {
			if way.key != key {
				break
			}
			near := closeness(w, s.words[way.word])
			if near > most || near == most && way.word < at {
				at, most = way.word, near
			}
		}
	}
	if most == 0 {
		return "", false
	}
	return s.words[at], true
}
