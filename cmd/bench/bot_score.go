package main

import (
	"cmp"
	"slices"

	"parley/internal/bot"
)

// verdict is what a model made of a question.
type verdict struct {
	confidence float64
	outside    bool // the question has no answer
	right      bool // the best match, whatever its confidence
}

type verdicts []verdict

func decideAll(m *bot.Model, questions []question) verdicts {
	v := make(verdicts, 0, len(questions))
	for _, q := range questions {
		d := m.Decide(q.text, 0)
		v = append(v, verdict{
			confidence: d.Confidence,
			outside:    q.answer == outside,
			right:      d.Kind == bot.KindAnswer && d.AnswerID == q.answer,
		})
	}
	return v
}

// accuracy is the percentage of the questions with an answer whose best match
// is right.
func (v verdicts) accuracy() float64 {
	right, _ := v.at(-1)
	return right
}

// at gives, for a threshold, the percentage of questions with an answer that
// got it, and of those without one that got none.
func (v verdicts) at(threshold float64) (inScope, outsideRecall float64) {
	var answered, inside, refused, outside float64
	for _, d := range v {
		switch {
		case d.outside:
			outside++
			if d.confidence < threshold {
				refused++
			}
		default:
			inside++
			if d.right && d.confidence >= threshold {
				answered++
			}
		}
	}
	return 100 * answered / max(1, inside), 100 * refused / max(1, outside)
}

// bestThreshold gives the highest accuracy over all questions alike.
func (v verdicts) bestThreshold() float64 {
	sorted := slices.Clone(v)
	slices.SortFunc(sorted, func(a, b verdict) int { return cmp.Compare(a.confidence, b.confidence) })
	correct := 0
	for _, d := range sorted {
		if d.right {
			correct++
		}
	}
	best, most := 0.0, correct
	for i, d := range sorted {
		if d.outside {
			correct++
		} else if d.right {
			correct--
		}
		if correct > most && i+1 < len(sorted) && sorted[i+1].confidence > d.confidence {
			best, most = sorted[i+1].confidence, correct
		}
	}
	return best
}

// auroc is the probability that a question with an answer gets a higher
// confidence than one without.
func (v verdicts) auroc() float64 {
	sorted := slices.Clone(v)
	slices.SortFunc(sorted, func(a, b verdict) int { return cmp.Compare(a.confidence, b.confidence) })
	var outsides, insides, ordered float64
	for i := 0; i < len(sorted); {
		j := i
		var in, out float64
		for ; j < len(sorted) && sorted[j].confidence == sorted[i].confidence; j++ {
			if sorted[j].outside {
				out++
			} else {
				in++
			}
		}
		ordered += in * (outsides + out/2)
		insides, outsides = insides+in, outsides+out
		i = j
	}
	return ordered / max(1, insides*outsides)
}
