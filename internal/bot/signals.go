package bot

import (
	"strings"
	"sync"
)

// Signals are what a text says about the person who wrote it, whatever it asks.
type Signals struct {
	// Person is set where a person is asked for: "can someone call me".
	Person bool
	// Crisis is set where somebody may be in danger. Such a text goes to a
	// person at once and the bot keeps silent. It is set rather once too often.
	Crisis bool
	// Anger is set where the writer has had enough: of the bot, or of us.
	Anger bool
}

// ReadSignals looks for phrases in English and Spanish. It needs no model: they
// mean the same in every organization.
func ReadSignals(text string) Signals {
	plain := tokenize(text, maxRunes)
	var s Signals
	for _, words := range [][]string{plain, expand(plain, English), expand(plain, Spanish)} {
		s.Person = s.Person || signals().person.in(words)
		s.Crisis = s.Crisis || signals().crisis.in(words)
		s.Anger = s.Anger || signals().anger.in(words)
	}
	return s
}

// signals are the phrases of the word list.
var signals = sync.OnceValue(func() (all struct{ person, crisis, anger phrases }) {
	for _, s := range readSections(signalList)[1:] {
		switch p := readPhrases(s.lines); s.name {
		case "person":
			all.person = p
		case "crisis":
			all.crisis = p
		case "anger":
			all.anger = p
		}
	}
	return all
})

// phrases are sequences of words to look for.
type phrases struct {
	anywhere map[string]bool
	whole    map[string]bool // only where they are all of a text
	harmless map[string]bool // these hide a phrase that they hold or overlap
	longest  int             // in words
}

func readPhrases(lines []string) phrases {
	p := phrases{anywhere: map[string]bool{}, whole: map[string]bool{}, harmless: map[string]bool{}}
	for _, line := range lines {
		words := tokenize(line, unbounded)
		kind := p.anywhere
		switch line[0] {
		case '=':
			kind = p.whole
		case '-':
			kind = p.harmless
		}
		kind[strings.Join(words, " ")] = true
		kind[strings.Join(expand(words, English), " ")] = true
		p.longest = max(p.longest, len(words)+2)
	}
	return p
}

// in tells whether a text has a phrase that no harmless one hides.
func (p phrases) in(words []string) bool {
	if p.whole[strings.Join(words, " ")] {
		return true
	}
	hidden := make([]bool, len(words))
	p.each(words, p.harmless, func(from, to int) bool {
		for i := from; i < to; i++ {
			hidden[i] = true
		}
		return false
	})
	return p.each(words, p.anywhere, func(from, to int) bool {
		for _, h := range hidden[from:to] {
			if h {
				return false
			}
		}
		return true
	})
}

// each calls visit for every place where one of the phrases stands, until it
// says that this is enough.
func (p phrases) each(words []string, of map[string]bool, visit func(from, to int) bool) bool {
	for from := range words {
		for to := from + 1; to <= min(from+p.longest, len(words)); to++ {
			if of[strings.Join(words[from:to], " ")] && visit(from, to) {
				return true
			}
		}
	}
	return false
}
