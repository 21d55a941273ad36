package bot

import (
	"fmt"
	"strings"
)

// Model is a trained bot. It never changes and is safe for concurrent use.
type Model struct {
	classes  []class
	usual    Language
	exact    map[string]uint16 // what names one class, word for word
	speller  *speller
	lexicon  *lexicon
	talk     []bool // features that any small talk has
	encoder  Encoder
	postings postings
	bias     []float32 // of each class
	logistic logistic
	outcomes outcomes
	exams    map[AnswerID]Examination
}

// Trainer makes models. The zero Trainer is ready to use.
type Trainer struct {
	// Encoder is optional.
	Encoder Encoder
}

// Train makes a model with the zero [Trainer].
func Train(k Knowledge) (*Model, error) { return Trainer{}.Train(k) }

// Train makes a model of a knowledge base. An empty one gives a model that
// knows small talk and nothing else. It fails for more than 65,535 answers, and
// for an encoder that breaks its promise.
func (t Trainer) Train(k Knowledge) (*Model, error) {
	classes, err := newClasses(k)
	if err != nil {
		return nil, err
	}
	m := &Model{classes: classes, usual: usualLanguage(classes), encoder: t.Encoder}
	examples := m.readExamples()
	m.speller = newSpeller(vocabularyOf(examples))
	m.lexicon = newLexicon(readingsOf(examples))
	for i := range examples {
		if examples[i].row, err = m.vector(examples[i].reading); err != nil {
			return nil, err
		}
	}
	m.noteTalk(examples)
	examples = m.dropReplaced(examples)
	m.learnExact(examples)
	m.fit(examples)
	return m, nil
}

// example is one variant on its way into a model.
type example struct {
	class   int
	text    string
	plain   string // its words as written
	reading reading
	row     []term
}

func (m *Model) readExamples() []example {
	var examples []example
	for c, k := range m.classes {
		for _, text := range k.texts {
			words := tokenize(text, maxRunes)
			examples = append(examples, example{
				class:   c,
				text:    text,
				plain:   strings.Join(words, " "),
				reading: newReading(expand(words, k.language), k.language),
			})
		}
	}
	return examples
}

func readingsOf(examples []example) []reading {
	readings := make([]reading, len(examples))
	for i, e := range examples {
		readings[i] = e.reading
	}
	return readings
}

// vector is the text's place among the model's features: those of the lexicon
// and, after them, the encoder's dimensions.
func (m *Model) vector(r reading) ([]term, error) {
	v := m.lexicon.vector(r)
	if m.encoder == nil {
		return v, nil
	}
	dense := m.encoder.Encode(strings.Join(r.words, " "))
	if len(dense) != m.encoder.Dimensions() {
		return nil, fmt.Errorf("encode a text: got %d dimensions of %d", len(dense), m.encoder.Dimensions())
	}
	start := len(v)
	for i, value := range dense {
		v = append(v, term{uint32(m.lexicon.size() + i), value})
	}
	scale(v[start:], 1)
	return v, nil
}

// dimensions is the length of every vector.
func (m *Model) dimensions() int {
	if m.encoder == nil {
		return m.lexicon.size()
	}
	return m.lexicon.size() + m.encoder.Dimensions()
}

// noteTalk marks the features of small talk, also of the kinds that the
// organization answers itself.
func (m *Model) noteTalk(examples []example) {
	m.talk = make([]bool, m.lexicon.size())
	for _, e := range examples {
		if m.classes[e.class].kind != KindSmallTalk {
			continue
		}
		for _, id := range m.lexicon.ids(e.reading.features[wordBlock]) {
			m.talk[id] = true
		}
	}
}

// dropReplaced leaves out the small talk that the organization answers itself.
func (m *Model) dropReplaced(examples []example) []example {
	gone := replaced(m.classes, m.problem(examples).centroids())
	number := make([]int, len(m.classes))
	var classes []class
	for c, k := range m.classes {
		number[c] = len(classes)
		if !gone[c] {
			classes = append(classes, k)
		}
	}
	m.classes = classes
	kept := examples[:0]
	for _, e := range examples {
		if !gone[e.class] {
			e.class = number[e.class]
			kept = append(kept, e)
		}
	}
	return kept
}

func (m *Model) problem(examples []example) problem {
	p := problem{classes: len(m.classes), features: m.dimensions()}
	for _, e := range examples {
		p.rows = append(p.rows, e.row)
		p.of = append(p.of, e.class)
	}
	return p
}

// ambiguous marks words that variants of several classes share.
const ambiguous = maxClasses

func (m *Model) learnExact(examples []example) {
	m.exact = make(map[string]uint16, len(examples))
	for _, e := range examples {
		for _, words := range []string{e.plain, strings.Join(e.reading.words, " ")} {
			if other, taken := m.exact[words]; taken && int(other) != e.class {
				m.exact[words] = m.either(other, uint16(e.class))
			} else {
				m.exact[words] = uint16(e.class)
			}
		}
	}
}

// either is the class that words of two classes name: of the same small talk in two languages
// ("bye") the one in the usual language, else none.
func (m *Model) either(one, other uint16) uint16 {
	if one == ambiguous {
		return ambiguous
	}
	a, b := m.classes[one], m.classes[other]
	switch {
	case a.kind != KindSmallTalk || b.kind != KindSmallTalk || a.smallTalk != b.smallTalk:
		return ambiguous
	case b.language == m.usual:
		return other
	}
	return one
}

func (m *Model) fit(examples []example) {
	p := m.problem(examples)
	for _, e := range examples {
		k := &m.classes[e.class]
		k.words = append(k.words, m.lexicon.ids(e.reading.features[wordBlock]))
	}
	v := newCrossValidation(p, answerGroups(m.classes))
	m.postings, m.bias = p.fit(v)
	learned := v.experiences(m.lexicon, examples)
	m.logistic = fitLogistic(learned)
	m.outcomes = newOutcomes(m.logistic, learned)
	m.exams = v.examinations(m.classes, examples)
}
