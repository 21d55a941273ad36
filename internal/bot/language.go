package bot

import "sync"

// vocabulary lists the words by which a language is told from another.
var vocabulary = sync.OnceValue(func() map[Language]map[string]bool {
	lists := map[Language]map[string]bool{English: {}, Spanish: {}}
	for _, w := range wordsOf(commonEnglish, smallTalkEnglish) {
		lists[English][w] = true
	}
	for _, w := range wordsOf(commonSpanish, smallTalkSpanish, verbsSpanishList) {
		lists[Spanish][w] = true
	}
	for language, list := range lists {
		for short := range abbreviations()[language] {
			list[short] = true
		}
		for w := range concepts()[language].words {
			list[w] = true
		}
	}
	return lists
})

// languageOf guesses which language a text is written in: the one with more of
// its words. Where both have as many it is the usual one, and not sure.
func languageOf(words []string, usual Language) (language Language, sure bool) {
	english, spanish := 0, 0
	lists := vocabulary()
	for _, w := range words {
		if lists[English][w] {
			english++
		}
		if lists[Spanish][w] {
			spanish++
		}
	}
	switch {
	case english > spanish:
		return English, true
	case spanish > english:
		return Spanish, true
	}
	return usual, false
}
