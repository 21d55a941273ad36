package bot

import (
	"strings"
	"sync"
)

// concepts tells which ideas a word may stand for. With few variants an answer
// lacks most of the words that people may use; the ideas are fewer, and shared
// between English and Spanish.
var concepts = sync.OnceValue(func() map[Language]thesaurus {
	all := map[Language]thesaurus{English: newThesaurus(), Spanish: newThesaurus()}
	for _, line := range readSections(conceptList)[0].lines {
		english, spanish, _ := strings.Cut(line, "|")
		idea := newHash(conceptBlock).text(line).sum()
		all[English].add(english, English, idea)
		all[Spanish].add(spanish, Spanish, idea)
	}
	return all
})

// thesaurus is one language's part of the concepts.
type thesaurus struct {
	words map[string][]feature // as they are listed
	stems map[string][]feature
}

func newThesaurus() thesaurus {
	return thesaurus{words: map[string][]feature{}, stems: map[string][]feature{}}
}

func (t thesaurus) add(list string, language Language, idea feature) {
	seen := map[string]bool{}
	for _, w := range tokenize(list, unbounded) {
		t.words[w] = append(t.words[w], idea)
		if s := stem(w, language); !seen[s] {
			seen[s] = true
			t.stems[s] = append(t.stems[s], idea)
		}
	}
}

// shortestIdea is the fewest letters of a Spanish word that is an idea by
// itself: most shorter ones say nothing alone.
const shortestIdea = 4

// ideasOf lists a word's ideas, the likeliest first. A Spanish word that is on no
// list is an idea of its own by its stem, since its forms share fewer letters
// than those of an English word do; for English that was no gain.
func ideasOf(w string, language Language) []feature {
	if language != Spanish {
		if ideas := concepts()[English].stems[stem(w, language)]; len(ideas) > 0 {
			return ideas
		}
		return concepts()[Spanish].words[w]
	}
	s := stem(w, Spanish)
	for _, ideas := range [][]feature{concepts()[Spanish].words[w], concepts()[Spanish].stems[s], concepts()[English].words[w]} {
		if len(ideas) > 0 {
			return ideas
		}
	}
	if len(w) < shortestIdea {
		return nil
	}
	return []feature{newHash(conceptBlock).text(s).sum()}
}

// isListed tells whether a word stands for an idea in either language.
func isListed(w string) bool {
	for language, t := range concepts() {
		if len(t.stems[stem(w, language)]) > 0 {
			return true
		}
	}
	return false
}
