package bot

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// maxMatches is how many matches a decision lists.
const maxMatches = 5

// Decide tells what a text asks for. Matches below the threshold are listed but
// not acted on. Only the first 1,600 characters are read, the longest text
// message there is.
func (m *Model) Decide(text string, at Threshold) Decision {
	plain := tokenize(text, maxRunes)
	language, sure := languageOf(plain, m.usual)
	r := newReading(m.read(plain, language), language)
	d := Decision{Normalised: strings.Join(r.words, " ")}
	v, err := m.vector(r)
	if err != nil || len(r.words) == 0 {
		return d
	}
	score, similarity := m.postings.judge(v, m.bias)
	if sure {
		m.favour(score, language)
	}
	if !m.isTalk(r) {
		m.exclude(score, KindSmallTalk)
	}
	exact := m.exactly(strings.Join(plain, " "), d.Normalised)
	var found []candidate
	for _, c := range best(score, exact) {
		found = append(found, candidate{c, Evidence{
			Exact:      c == exact,
			Score:      float64(score[c]),
			Coverage:   m.lexicon.coverage(r, func(id uint32) bool { return m.postings.has(id, c) }),
			Similarity: float64(similarity[c]),
		}})
	}
	slices.SortStableFunc(found, compareCandidates)
	for _, f := range found {
		d.add(m.match(f.class, f.evidence, r), f.evidence)
	}
	d.settle(at)
	return d
}

// candidate is a class that a text may ask for.
type candidate struct {
	class    int
	evidence Evidence
}

// coverageRank and similarityRank are what coverage and similarity count beside
// the score where the classes of the highest scores are put in order. Chosen on
// validation data, where 0.5 to 1 do equally well: half a point of accuracy more
// than the score alone with ten variants an answer.
const coverageRank, similarityRank = 0.5, 0.5

// compareCandidates puts the exact one first, then those of the highest rank.
func compareCandidates(a, b candidate) int { return cmp.Compare(b.evidence.rank(), a.evidence.rank()) }

func (e Evidence) rank() float64 {
	if e.Exact {
		return math.Inf(1)
	}
	return e.Score + coverageRank*e.Coverage + similarityRank*e.Similarity
}

// Normalise is a text as the model reads it, with abbreviations and spelling resolved: two texts of
// one normal form are the same to it.
func (m *Model) Normalise(text string) string {
	plain := tokenize(text, maxRunes)
	language, _ := languageOf(plain, m.usual)
	return strings.Join(m.read(plain, language), " ")
}

func (m *Model) read(plain []string, language Language) []string {
	return m.respell(expand(plain, language))
}

// respell corrects the words that nobody knows.
func (m *Model) respell(words []string) []string {
	for i, w := range words {
		if !m.knows(w) {
			words[i] = m.corrected(w)
		}
	}
	return words
}

// knows tells whether a word, or one that differs from it only by its ending, is
// somebody's.
func (m *Model) knows(w string) bool {
	return m.speller.knows(w) || commonWords().knows(w) || isListed(w)
}

// corrected is w itself where it is like no other word. Letters held down
// ("okkk") come first, as that also helps words too short to be corrected.
func (m *Model) corrected(w string) string {
	if single := squeeze(w); len(single) > 1 && m.knows(single) {
		return single
	}
	if right, ok := m.speller.correct(w); ok {
		return right
	}
	if right, ok := commonWords().correct(w); ok {
		return right
	}
	return w
}

// isTalk tells whether a text has next to nothing to say but small talk.
func (m *Model) isTalk(r reading) bool {
	return m.lexicon.coverage(r, func(id uint32) bool { return int(id) < len(m.talk) && m.talk[id] }) >= nothingElse
}

// excluded is the score of a class that is out of the question.
const excluded = -1e9

func (m *Model) exclude(score []float32, kind Kind) {
	for c := range score {
		if m.classes[c].kind == kind {
			score[c] = excluded
		}
	}
}

// otherLanguage is how much more than an answer in the text's own language one in
// another has to score.
const otherLanguage = 0.3

// favour puts answers in the text's language before their translations. Where
// there is no answer in that language, one in another is better than none.
func (m *Model) favour(score []float32, language Language) {
	if !slices.ContainsFunc(m.classes, func(k class) bool { return k.kind == KindAnswer && k.language == language }) {
		return
	}
	for c := range score {
		if m.classes[c].language != language {
			score[c] -= otherLanguage
		}
	}
}

// exactly finds the class that one of the spellings is a variant of; -1 is none.
func (m *Model) exactly(spellings ...string) int {
	for _, words := range spellings {
		if c, ok := m.exact[words]; ok && c != ambiguous {
			return int(c)
		}
	}
	return -1
}

// best lists the classes of the highest scores, the exact one before all others.
func best(score []float32, exact int) []int {
	var order []int
	if exact >= 0 {
		order = append(order, exact)
	}
	for len(order) < maxMatches {
		top := -1
		for c, s := range score {
			if s > excluded && (top < 0 || s > score[top]) && !slices.Contains(order, c) {
				top = c
			}
		}
		if top < 0 {
			break
		}
		order = append(order, top)
	}
	return order
}

func (m *Model) match(c int, e Evidence, r reading) Match {
	k := m.classes[c]
	match := Match{
		Kind: k.kind, AnswerID: k.answer, SmallTalk: k.smallTalk, Language: k.language,
		Confidence: m.logistic.confidence(e),
		Variant:    m.closest(k, m.lexicon.ids(r.features[wordBlock])),
	}
	return match
}

// closest is the variant that shares the most telling words with a text.
func (m *Model) closest(k class, words []uint32) string {
	at, most := 0, -1.0
	for i, variant := range k.words {
		shared, all := 0.0, 1.0
		for _, id := range words {
			idf := float64(m.lexicon.idf[id])
			all += idf
			if slices.Contains(variant, id) {
				shared += idf
				all -= idf
			}
		}
		for _, id := range variant {
			all += float64(m.lexicon.idf[id])
		}
		if shared/all > most {
			at, most = i, shared/all
		}
	}
	return k.texts[at]
}

// add lists a match. They come best first by rank; by confidence two may change
// places, but never the first.
func (d *Decision) add(match Match, e Evidence) {
	if len(d.Matches) == 0 {
		d.Evidence = e
	} else {
		match.Confidence = min(match.Confidence, d.Matches[len(d.Matches)-1].Confidence)
	}
	d.Matches = append(d.Matches, match)
}

// settle takes the best match for the decision if it is sure enough.
func (d *Decision) settle(at Threshold) {
	if len(d.Matches) == 0 {
		return
	}
	best := d.Matches[0]
	d.Confidence, d.Language = best.Confidence, best.Language
	if best.Confidence >= float64(at) {
		d.Kind, d.AnswerID, d.SmallTalk = best.Kind, best.AnswerID, best.SmallTalk
	}
}
