package bot

import "math"

// support weighs the three kinds of evidence against each other. The weights
// hold for every organization and were chosen on validation data. To fit them
// to each one's trials was worse: the pretended unknowns are all about the
// organization's own business, while real ones bring words of their own, so
// that fitting undervalues coverage.
func (e Evidence) support() float64 {
	return 2*e.Score + 7*e.Coverage + 4*e.Similarity
}

// logistic maps the support for a match to the probability that it is right
// (Platt 1999). It is fitted to each organization.
type logistic struct{ offset, slope float64 }

// confidence is 1 for a variant that the model knows word for word.
func (l logistic) confidence(e Evidence) float64 {
	if e.Exact {
		return 1
	}
	return l.probability(e)
}

func (l logistic) probability(e Evidence) float64 {
	return 1 / (1 + math.Exp(-l.offset-l.slope*e.support()))
}

// priorLogistic is what is believed before any trial, and stands for a knowledge
// base too small to tell: about what larger ones taught.
var priorLogistic = logistic{offset: -3.8, slope: 0.8}

const (
	// priorStrength is the ridge penalty that pulls towards the prior: about
	// as much as a handful of trials.
	priorStrength = 1
	// longestStep keeps Newton's method from running away where all trials
	// agree and the loss is nearly flat.
	longestStep = 1
	// newtonSteps bounds the fit, which usually ends by itself long before.
	newtonSteps = 50
)

// fitLogistic is logistic regression with a ridge towards the prior, by Newton's
// method with bounded steps.
func fitLogistic(learned []experience) logistic {
	l := priorLogistic
	for range newtonSteps {
		offset, slope := l.step(learned)
		longest := max(math.Abs(offset), math.Abs(slope))
		by := min(1, longestStep/max(longest, longestStep))
		l.offset -= by * offset
		l.slope -= by * slope
		if longest < 1e-6 {
			break
		}
	}
	return l
}

// step is the inverse Hessian times the gradient of the penalised loss.
func (l logistic) step(learned []experience) (offset, slope float64) {
	g0, g1 := priorStrength*(l.offset-priorLogistic.offset), priorStrength*(l.slope-priorLogistic.slope)
	h00, h01, h11 := float64(priorStrength), 0.0, float64(priorStrength)
	for _, e := range learned {
		x, p, y := e.evidence.support(), l.probability(e.evidence), 0.0
		if e.right {
			y = 1
		}
		error, curve := e.weight()*(p-y), e.weight()*p*(1-p)
		g0, g1 = g0+error, g1+error*x
		h00, h01, h11 = h00+curve, h01+curve*x, h11+curve*x*x
	}
	det := h00*h11 - h01*h01
	return (h11*g0 - h01*g1) / det, (h00*g1 - h01*g0) / det
}
