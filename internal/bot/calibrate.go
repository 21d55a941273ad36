package bot

import "slices"

// outsideShare is the share of the texts that no answer fits, which nobody can
// know beforehand: confidences and estimates suppose one in five.
const outsideShare = 0.2

// experience is what cross-validation taught: evidence, and whether the best
// match was right.
type experience struct {
	evidence Evidence
	right    bool
	outside  bool    // the model lacked the answer altogether
	taught   float64 // share of the answer's variants that the model had
}

// experiences completes the trials with the evidence that each fold's model has.
func (v *crossValidation) experiences(x *lexicon, examples []example) []experience {
	var all []experience
	for fold, trials := range v.trials {
		if len(trials) == 0 {
			continue
		}
		centroids := v.training(int8(fold)).centroids()
		for _, t := range trials {
			if t.best < 0 {
				continue
			}
			centroid := centroids[t.best]
			e := Evidence{
				Score:      t.score,
				Coverage:   x.coverage(examples[t.row].reading, has(centroid)),
				Similarity: cosine(v.problem.rows[t.row], centroid),
			}
			own := v.problem.of[t.row]
			all = append(all, experience{
				evidence: e, right: !t.outside && t.best == own, outside: t.outside,
				taught: v.taught(own, fold),
			})
		}
	}
	return all
}

// has tells whether a feature is in a vector.
func has(v []term) func(id uint32) bool {
	return func(id uint32) bool {
		_, ok := slices.BinarySearchFunc(v, id, func(t term, id uint32) int { return int(t.id) - int(id) })
		return ok
	}
}

// weight makes the trials count in the supposed proportion: each variant is
// tried about once with its answer and once without.
func (e experience) weight() float64 {
	if e.outside {
		return outsideShare
	}
	return 1 - outsideShare
}

// taught is the share of a class's rows that a fold's model was trained on where
// it had the class.
func (v *crossValidation) taught(class, fold int) float64 {
	size := v.size[class]
	removed := (size - fold + folds - 1) / folds
	return 1 - float64(removed)/float64(size)
}

// training is the problem that a fold's model solves.
func (v *crossValidation) training(fold int8) problem {
	p := problem{classes: v.problem.classes, features: v.problem.features}
	for i, row := range v.problem.rows {
		if !v.removed(fold, int32(i)) {
			p.rows = append(p.rows, row)
			p.of = append(p.of, v.problem.of[i])
		}
	}
	return p
}
