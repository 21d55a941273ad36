package bot

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

// outcomes count trials by their confidence in percent.
type outcomes struct {
	right, wrong [101]float64
	texts        int
}

func newOutcomes(l logistic, learned []experience) outcomes {
	o := outcomes{texts: len(learned)}
	for _, e := range learned {
		at := int(l.probability(e.evidence) * 100)
		if e.right {
			o.right[at] += e.weight
		} else {
			o.wrong[at] += e.weight
		}
	}
	return o
}

// Estimate tells what a threshold would do, judged by cross-validation on the
// knowledge base's own variants and supposing that one text in five is about
// something else.
func (m *Model) Estimate(at Threshold) Estimate {
	var e Estimate
	total := 0.0
	for percent := range m.outcomes.right {
		right, wrong := m.outcomes.right[percent], m.outcomes.wrong[percent]
		total += right + wrong
		if float64(percent) >= float64(at)*100 {
			e.Answered += right
			e.Wrong += wrong
		}
	}
	if total == 0 {
		return Estimate{}
	}
	e.Texts = m.outcomes.texts
	e.Answered /= total
	e.Wrong /= total
	e.HandedOver = 1 - e.Answered - e.Wrong
	return e
}
