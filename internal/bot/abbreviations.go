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
