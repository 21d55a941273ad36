package bot

import "math"

// Estimate is what to expect of a threshold, as shares of all texts that are
// not small talk. The three add up to 1.
type Estimate struct {
	Answered   float64 // with the right answer
	Wrong      float64 // with another one
	HandedOver float64
	// Texts is how many variants the estimate rests on. Where it is 0 the
	// shares are not known, and are 0 too.
	Texts int
}

const (
	// learningRate is how the share that is not answered right falls with the
	// number n of variants: by n^-0.7. Measured by training on 5 and 10 variants
	// drawn at random and asking the rest, at thresholds from 0.3 to 0.7.
	learningRate = 0.7
	// kindredShare is how many of the texts that no answer fits are supposed to be
	// about the organization's own business, as the pretended unknowns are.
	kindredShare = 0.5
)

// outcomes count trials by their confidence in percent.
type outcomes struct {
	right, wrong [101]float64 // of those whose answer the model had
	outside      [101]float64 // of those whose answer it lacked
	missed       float64      // share of what was missed that the model that serves would miss
	texts        int
}

func newOutcomes(l logistic, learned []experience) outcomes {
	var o outcomes
	inside := 0.0
	for _, e := range learned {
		at := int(l.probability(e.evidence) * 100)
		switch {
		case e.outside:
			o.outside[at]++
			o.texts++
			continue
		case e.right:
			o.right[at]++
		default:
			o.wrong[at]++
		}
		inside++
		o.missed += math.Pow(e.taught, learningRate)
	}
	o.missed /= max(1, inside)
	return o
}

// Estimate tells what a threshold would do, judged by cross-validation on the
// knowledge base's own variants and supposing that one text in five is about
// something else. It supposes that people ask in ways as different from the
// variants as those are from each other, and is corrected for the variants that
// the models of cross-validation lack and the one that serves has.
func (m *Model) Estimate(at Threshold) Estimate {
	o := &m.outcomes
	right, inside := above(at, o.right)
	wrong, others := above(at, o.wrong)
	taken, outside := above(at, o.outside)
	inside += others
	if inside == 0 {
		return Estimate{}
	}
	e := Estimate{
		Answered: (1 - outsideShare) * (1 - o.missed*(1-right/inside)),
		Wrong:    (1-outsideShare)*o.missed*wrong/inside + outsideShare*mistaken(taken/max(1, outside)),
		Texts:    o.texts,
	}
	e.HandedOver = 1 - e.Answered - e.Wrong
	return e
}

// mistaken is the share of the texts without an answer that get one, given that of
// the pretended unknowns. Texts about something else altogether bring words of
// their own: they are mistaken about as often as two pretended unknowns in a row.
// Where 14, 30 and 47 % of those are, at the three thresholds, it is 2, 6 and 17 %
// of CLINC150's out-of-scope questions and of testdata/outside.txt.
func mistaken(pretended float64) float64 {
	return kindredShare*pretended + (1-kindredShare)*pretended*pretended
}

// above counts the trials that are as sure as a threshold, and all of them.
func above(at Threshold, count [101]float64) (sure, all float64) {
	for percent, n := range count {
		all += n
		if float64(percent) >= float64(at)*100 {
			sure += n
		}
	}
	return sure, all
}
