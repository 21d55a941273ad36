package sms

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// pattern is a regular expression that is tried on those texts alone that hold one of its pieces. Most
// replies hold no piece of most patterns, and to look for pieces is far cheaper than to match.
type pattern struct {
	re     *regexp.Regexp
	pieces []piece // each match holds at least one of them; none: nothing is known of matches
}

// piece is a string with its pairs.
type piece struct {
	text  string
	pairs pairs
}

// pairs are the pairs of bytes that follow each other in a string, each as one of 64 bits: what holds a
// string has its pairs.
type pairs uint64

func pairsOf(text string) (p pairs) {
	for i := 1; i < len(text); i++ {
		p |= 1 << ((uint(text[i-1])*31 + uint(text[i])) % 64)
	}
	return p
}

// compile panics if expr is not a regular expression.
func compile(expr string) pattern {
	p := pattern{re: regexp.MustCompile(expr)}
	parsed, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		panic(err)
	}
	for _, text := range matchesOf(parsed.Simplify()).pieces() {
		p.pieces = append(p.pieces, piece{text, pairsOf(text)})
	}
	return p
}

func (p pattern) mayMatch(text string) bool {
	missing := ^pairsOf(text)
	for i := range p.pieces {
		if p.pieces[i].pairs&missing == 0 && strings.Contains(text, p.pieces[i].text) {
			return true
		}
	}
	return len(p.pieces) == 0
}

// The methods are those of regexp.Regexp.

func (p pattern) MatchString(text string) bool { return p.mayMatch(text) && p.re.MatchString(text) }

func (p pattern) FindStringIndex(text string) []int {
	if !p.mayMatch(text) {
		return nil
	}
	return p.re.FindStringIndex(text)
}

func (p pattern) ReplaceAllString(text, with string) string {
	if !p.mayMatch(text) {
		return text
	}
	return p.re.ReplaceAllString(text, with)
}

// matches is what is known of the strings that an expression matches.
type matches struct {
	all  []string // every one of them; nil if they are too many
	some []string // if not all are known: each holds one of these; nil if that is not known either
}

// mostStrings bounds how many strings are told one by one.
const mostStrings = 64

// pieces are strings of which each match holds one; nil if none are known.
func (m matches) pieces() []string {
	pieces := m.some
	if m.all != nil {
		pieces = m.all
	}
	if slices.Contains(pieces, "") {
		return nil
	}
	return pieces
}

// matchesOf expects a simplified expression; of what it does not know it claims nothing.
func matchesOf(re *syntax.Regexp) matches {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return matches{all: []string{string(re.Rune)}}
		}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return matches{all: []string{""}}
	case syntax.OpCharClass:
		return matchesOfClass(re.Rune)
	case syntax.OpCapture:
		return matchesOf(re.Sub[0])
	case syntax.OpQuest:
		if m := matchesOf(re.Sub[0]); m.all != nil {
			return matches{all: append(slices.Clone(m.all), "")}
		}
	case syntax.OpPlus:
		return matches{some: matchesOf(re.Sub[0]).pieces()}
	case syntax.OpAlternate:
		return matchesOfAny(re.Sub)
	case syntax.OpConcat:
		return matchesOfChain(re.Sub)
	}
	return matches{}
}

func matchesOfClass(ranges []rune) matches {
	var all []string
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if all = append(all, string(r)); len(all) > mostStrings/8 {
				return matches{}
			}
		}
	}
	return matches{all: all}
}

func matchesOfAny(alternatives []*syntax.Regexp) matches {
	var all, pieces []string
	whole, known := true, true
	for _, a := range alternatives {
		m := matchesOf(a)
		own := m.pieces()
		all, pieces = append(all, m.all...), append(pieces, own...)
		whole, known = whole && m.all != nil, known && own != nil
	}
	switch {
	case whole && len(all) <= mostStrings:
		return matches{all: all}
	case known:
		return matches{some: pieces}
	}
	return matches{}
}

// matchesOfChain joins what follows each other as long as the strings are few, and keeps the pieces
// that are likely in the fewest texts.
func matchesOfChain(links []*syntax.Regexp) matches {
	var best []string
	joined := []string{""}
	whole := true
	keep := func(pieces []string) {
		if pieces != nil && (best == nil || shortest(pieces) > shortest(best)) {
			best = pieces
		}
	}
	for _, link := range links {
		m := matchesOf(link)
		if m.all != nil && len(joined)*len(m.all) <= mostStrings {
			joined = eachWithEach(joined, m.all)
			continue
		}
		keep(matches{all: joined}.pieces())
		keep(m.pieces())
		joined, whole = []string{""}, false
	}
	if whole {
		return matches{all: joined}
	}
	keep(matches{all: joined}.pieces())
	return matches{some: best}
}

func eachWithEach(heads, tails []string) []string {
	var all []string
	for _, h := range heads {
		for _, t := range tails {
			all = append(all, h+t)
		}
	}
	return all
}

func shortest(pieces []string) int {
	least := len(pieces[0])
	for _, p := range pieces {
		least = min(least, len(p))
	}
	return least
}
