package bot

import (
	"strings"
	"sync"
)

// concepts maps a word's stem to the ideas that it may stand for. With few
// variants an answer lacks most of the words that people may use; the ideas are
// fewer, and shared between English and Spanish.
var concepts = sync.OnceValue(func() map[string][]feature {
	ideas := map[string][]feature{}
	for _, line := range readSections(conceptList)[0].lines {
		idea := newHash(conceptBlock).text(line).sum()
		seen := map[string]bool{}
		for _, w := range tokenize(line, unbounded) {
			if s := stem(w); !seen[s] {
				seen[s] = true
				ideas[s] = append(ideas[s], idea)
			}
		}
	}
	return ideas
})

// suffixes of English and Spanish words, the longest first.
var suffixes = []string{
	"amiento", "imiento", "aciones", "ciones", "ieron", "mente", "iendo", "ation", "ments", "acion", "ingly",
	"ando", "cion", "ment", "ings", "ness", "able", "ados", "idos", "adas", "idas", "aron", "ions", "aste",
	"ing", "ied", "ies", "ers", "ado", "ido", "ada", "ida", "ara", "aba", "ion", "est",
	"es", "ed", "er", "ly", "ar", "ir", "or", "os", "as", "an", "en", "al",
	"s", "e", "a", "o", "y", "i",
}

// shortestStem is what has to be left of a word when its ending is cut off.
const shortestStem = 3

// stem cuts a word's ending off, and one of two letters alike before it. It
// need not be right, only the same for a word's forms.
func stem(w string) string {
	for _, s := range suffixes {
		if len(w) >= len(s)+shortestStem && strings.HasSuffix(w, s) {
			w = w[:len(w)-len(s)]
			break
		}
	}
	if n := len(w); n > shortestStem && w[n-1] == w[n-2] {
		w = w[:n-1]
	}
	return w
}
