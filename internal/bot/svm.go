package bot

import (
	"math"
	"math/rand/v2"
)

// One linear support vector machine per class, each against all the rest:
// squared hinge loss, L2 penalty, solved in the dual one coordinate at a time
// with shrinking (Hsieh et al., "A Dual Coordinate Descent Method for
// Large-scale Linear SVM", ICML 2008).
//
// Most rows of other classes end up beyond the margin and cost time only to
// find that out. So each machine is first solved on its own rows and a tenth of
// the others, and a row found well beyond the margin after that is set aside at
// once. Of 15,000 rows that takes a third of the time of shrinking by the largest
// violation, at the same accuracy on validation data.
const (
	svmCost         = 1.0  // C
	svmEpochs       = 8    // at most
	svmTolerance    = 0.1  // of the gradients' spread, as in LIBLINEAR
	svmPrune        = 0.04 // smaller weights are not kept
	svmAside        = 0.05 // gradient beyond which a row is set aside
	svmSample       = 0.1  // share of the other classes' rows to begin with
	svmSampleEpochs = 3
	svmRefitEpochs  = 1 // to forget the rows that a fold of cross-validation removes
)

// problem is a set of vectors, each of one class.
type problem struct {
	rows     [][]term
	of       []int // class of each row
	classes  int
	features int
}

// solver keeps the memory that one class after another is solved in.
type solver struct {
	problem
	class  int       // the one that is solved for
	norm   []float64 // squared length of each row, with the bias and 1/2C
	alpha  []float64 // dual coefficient of each row, 0 or more
	active []int32   // rows, those not set aside first
	count  int       // how many of them are not set aside
	w      []float32
	bias   float64
	random *rand.PCG
}

func newSolver(p problem) *solver {
	s := &solver{
		problem: p,
		norm:    make([]float64, len(p.rows)),
		alpha:   make([]float64, len(p.rows)),
		active:  make([]int32, len(p.rows)),
		w:       make([]float32, p.features),
	}
	for i, row := range p.rows {
		s.norm[i] = 1 + 1/(2*svmCost)
		for _, t := range row {
			s.norm[i] += float64(t.value) * float64(t.value)
		}
	}
	return s
}

// solve leaves the class's machine in s.w and s.bias. It starts from nothing,
// so that the order in which classes are solved does not matter.
func (s *solver) solve(class int) {
	s.class = class
	clear(s.alpha)
	clear(s.w)
	s.bias = 0
	s.random = rand.NewPCG(1, 2)
	s.count = s.sample()
	for range svmSampleEpochs {
		s.epoch(math.Inf(1))
	}
	s.count = len(s.active)
	for range svmEpochs {
		if s.epoch(svmAside) < svmTolerance {
			break
		}
	}
}

// sample puts the class's own rows and some others first.
func (s *solver) sample() int {
	own := 0
	for i, c := range s.of {
		s.active[i] = int32(i)
		if c == s.class {
			s.active[own], s.active[i] = s.active[i], s.active[own]
			own++
		}
	}
	n := own + int(svmSample*float64(len(s.active)-own))
	for at := own; at < n; at++ {
		s.swapRandom(at, len(s.active))
	}
	return n
}

func (s *solver) swapRandom(at, end int) {
	other := at + int(s.random.Uint64()>>33)%(end-at)
	s.active[at], s.active[other] = s.active[other], s.active[at]
}

// epoch visits each active row once in random order, setting aside those whose
// coefficient is 0 and whose gradient is beyond the limit. It returns how far
// apart the largest and the smallest projected gradient were, which is 0 at
// the optimum.
func (s *solver) epoch(limit float64) (spread float64) {
	highest, lowest := math.Inf(-1), math.Inf(1)
	for at := 0; at < s.count; {
		s.swapRandom(at, s.count)
		i := s.active[at]
		sign := s.sign(i)
		gradient := sign*s.score(s.rows[i]) - 1 + s.alpha[i]/(2*svmCost)
		if s.alpha[i] == 0 && gradient > limit {
			s.count--
			s.active[at], s.active[s.count] = s.active[s.count], s.active[at]
			continue
		}
		if s.alpha[i] == 0 && gradient > 0 {
			gradient = 0
		}
		highest, lowest = max(highest, gradient), min(lowest, gradient)
		s.set(i, max(0, s.alpha[i]-gradient/s.norm[i]))
		at++
	}
	return highest - lowest
}

func (s *solver) sign(i int32) float64 {
	if s.of[i] == s.class {
		return 1
	}
	return -1
}

// score is the machine's margin for a row. Four sums at a time let the
// processor add while it still fetches weights.
func (s *solver) score(row []term) float64 {
	w := s.w
	var a, b, c, d float32
	for ; len(row) >= 4; row = row[4:] {
		a += row[0].value * w[row[0].id]
		b += row[1].value * w[row[1].id]
		c += row[2].value * w[row[2].id]
		d += row[3].value * w[row[3].id]
	}
	for _, t := range row {
		a += t.value * w[t.id]
	}
	return float64((a+b)+(c+d)) + s.bias
}

// set changes a row's coefficient, and the weights with it.
func (s *solver) set(i int32, alpha float64) {
	delta := (alpha - s.alpha[i]) * s.sign(i)
	s.alpha[i] = alpha
	if delta == 0 {
		return
	}
	for _, t := range s.rows[i] {
		s.w[t.id] += float32(delta) * t.value
	}
	s.bias += delta
}

// weights are those of the solved machine that count, by feature.
func (s *solver) weights() []term {
	var kept []term
	for id, value := range s.w {
		if value >= svmPrune || value <= -svmPrune {
			kept = append(kept, term{uint32(id), value})
		}
	}
	return kept
}

// snapshot is a solved machine to come back to.
type snapshot struct {
	alpha  []float64
	active []int32
	w      []float32
	bias   float64
}

func (s *solver) save(into *snapshot) {
	into.alpha = append(into.alpha[:0], s.alpha...)
	into.active = append(into.active[:0], s.active[:s.count]...)
	into.w = append(into.w[:0], s.w...)
	into.bias = s.bias
}

// refit leaves the machine that training without the removed rows would have
// given, as far as a few epochs over the rows near the margin tell.
func (s *solver) refit(from *snapshot, removed func(row int32) bool) {
	copy(s.alpha, from.alpha)
	copy(s.w, from.w)
	s.bias = from.bias
	s.count = 0
	for _, i := range from.active {
		if removed(i) {
			s.set(i, 0)
			continue
		}
		s.active[s.count] = i
		s.count++
	}
	for range svmRefitEpochs {
		s.epoch(math.Inf(1))
	}
}
