package bot

import (
	"strings"
	"sync"
)

// abbreviations maps what people type on a phone to the words they mean, for
// each language that has a list.
var abbreviations = sync.OnceValue(func() map[Language]map[string][]string {
	return map[Language]map[string][]string{
		English: readAbbreviations(abbreviationsEnglish),
		Spanish: readAbbreviations(abbreviationsSpanish),
	}
})

func readAbbreviations(list string) map[string][]string {
	meaning := map[string][]string{}
	for _, line := range readSections(list)[0].lines {
		short, long, _ := strings.Cut(line, "=")
		for _, word := range tokenize(short, unbounded) {
			meaning[word] = strings.Fields(long)
		}
	}
	return meaning
}

// expand replaces the abbreviations of a language.
func expand(words []string, language Language) []string {
	meaning := abbreviations()[language]
	out := make([]string, 0, len(words)+2)
	for _, w := range words {
		if long, ok := meaning[w]; ok {
			out = append(out, long...)
		} else {
			out = append(out, w)
		}
	}
	return out
}

// vocabulary lists the words by which a language is told from another.
var vocabulary = sync.OnceValue(func() map[Language]map[string]bool {
	lists := map[Language]map[string]bool{English: {}, Spanish: {}}
	for _, w := range wordsOf(commonEnglish, smallTalkEnglish) {
		lists[English][w] = true
	}
	for _, w := range wordsOf(commonSpanish, smallTalkSpanish) {
		lists[Spanish][w] = true
	}
	for language, list := range lists {
		for short := range abbreviations()[language] {
			list[short] = true
		}
	}
	return lists
})

// languageOf guesses which language's abbreviations a text is written with: the
// one with more of its words, and the usual one where both have as many.
func languageOf(words []string, usual Language) Language {
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
		return English
	case spanish > english:
		return Spanish
	}
	return usual
}
