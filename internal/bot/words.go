package bot

import (
	_ "embed"
	"strings"
)

// The word lists. A language without lists works all the same, only without
// their help.
var (
	//go:embed words/smalltalk_en.txt
	smallTalkEnglish string
	//go:embed words/smalltalk_es.txt
	smallTalkSpanish string
	//go:embed words/abbreviations_en.txt
	abbreviationsEnglish string
	//go:embed words/abbreviations_es.txt
	abbreviationsSpanish string
	//go:embed words/common_en.txt
	commonEnglish string
	//go:embed words/common_es.txt
	commonSpanish string
	//go:embed words/verbs_es.txt
	verbsSpanishList string
	//go:embed words/concepts.txt
	conceptList string
	//go:embed words/signals.txt
	signalList string
)

// section is a part of a word list: a heading in brackets and its lines.
type section struct {
	name  string
	lines []string
}

// readSections reads a word list. Blank lines and those that start with "#" are
// remarks; lines before the first heading are a section without a name.
func readSections(list string) []section {
	sections := []section{{}}
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			sections = append(sections, section{name: strings.Trim(line, "[]")})
		default:
			last := &sections[len(sections)-1]
			last.lines = append(last.lines, line)
		}
	}
	return sections
}

// wordsOf lists the words of all lines of word lists, in their order and each
// once.
func wordsOf(lists ...string) []string {
	var words []string
	seen := map[string]bool{}
	for _, list := range lists {
		for _, section := range readSections(list) {
			for _, w := range tokenize(strings.Join(section.lines, "\n"), unbounded) {
				if !seen[w] {
					seen[w] = true
					words = append(words, w)
				}
			}
		}
	}
	return words
}
