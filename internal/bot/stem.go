package bot

import "strings"

// suffixes of English and Spanish words, the longest first. They serve for
// every language but Spanish.
var suffixes = []string{
	"amiento", "imiento", "aciones", "ciones", "ieron", "mente", "iendo", "ation", "ments", "acion", "ingly",
	"ando", "cion", "ment", "ings", "ness", "able", "ados", "idos", "adas", "idas", "aron", "ions", "aste",
	"ing", "ied", "ies", "ers", "ado", "ido", "ada", "ida", "ara", "aba", "ion", "est",
	"es", "ed", "er", "ly", "ar", "ir", "or", "os", "as", "an", "en", "al",
	"s", "e", "a", "o", "y", "i",
}

// shortestStem is what has to be left of a word when its ending is cut off.
const shortestStem = 3

// stem cuts a word's ending off. It need not be right, only the same for a
// word's forms.
func stem(w string, language Language) string {
	if language == Spanish {
		return stemSpanish(w)
	}
	w = cutSuffix(w, suffixes)
	if n := len(w); n > shortestStem && w[n-1] == w[n-2] {
		w = w[:n-1]
	}
	return w
}

// cutSuffix cuts off the first of the suffixes that leaves enough of a word.
func cutSuffix(w string, suffixes []string) string {
	for _, s := range suffixes {
		if len(w) >= len(s)+shortestStem && strings.HasSuffix(w, s) {
			return w[:len(w)-len(s)]
		}
	}
	return w
}
