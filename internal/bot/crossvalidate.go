package bot

// folds is how many parts the variants are cut into to see how the model does
// on texts that it was not trained on.
const folds = 5

// triedVariants bounds how many variants of an answer are tried, so that
// calibrating takes less time than training does. Spread over the answer's
// variants, twenty are enough for three coefficients.
const triedVariants = 20

// trial is one variant decided by a model that was not trained on it.
type trial struct {
	row     int
	fold    int
	outside bool // the model lacked its answer altogether
	best    int  // class
	score   float64
}

// crossValidation tries variants fold by fold: each fold's model lacks a fifth
// of every answer's variants, and a fifth of the answers altogether. The latter's
// variants are the texts that no answer fits.
type crossValidation struct {
	problem problem
	size    []int  // of each class: its rows
	part    []int8 // of each row: the fold that lacks it; -1 is none
	lacking []int8 // of each class: the fold that lacks all of it; -1 is none
	trials  [folds][]trial
	solved  snapshot
}

// newCrossValidation deals out rows and groups of classes, which are lacking
// together. Classes of a negative group stay in every fold.
func newCrossValidation(p problem, group func(class int) int) *crossValidation {
	v := &crossValidation{problem: p, size: make([]int, p.classes), part: make([]int8, len(p.rows)), lacking: make([]int8, p.classes)}
	seen := make([]int, p.classes)
	for _, c := range p.of {
		v.size[c]++
	}
	for c := range v.lacking {
		v.lacking[c] = -1
		if g := group(c); g >= 0 {
			v.lacking[c] = int8(g % folds)
		}
	}
	for i, c := range p.of {
		v.part[i] = -1
		if v.lacking[c] < 0 {
			continue
		}
		n := seen[c]
		seen[c]++
		v.part[i] = int8(n % folds)
		if every := (v.size[c] + triedVariants - 1) / triedVariants; n/folds%every == 0 {
			v.plan(i, v.size[c] > 1)
		}
	}
	return v
}

// plan tries a row where its answer is lacking and, unless it is the answer's
// only one, where just the row is.
func (v *crossValidation) plan(row int, inside bool) {
	lacking, part := v.lacking[v.problem.of[row]], v.part[row]
	v.trials[lacking] = append(v.trials[lacking], trial{row: row, fold: int(lacking), outside: true, best: -1})
	if inside && part != lacking {
		v.trials[part] = append(v.trials[part], trial{row: row, fold: int(part), best: -1})
	}
}

// removed tells whether a fold's model is not trained on a row.
func (v *crossValidation) removed(fold int8, row int32) bool {
	return v.part[row] == fold || v.lacking[v.problem.of[row]] == fold
}

// examine lets the class that was just solved compete for every trial.
func (v *crossValidation) examine(s *solver) {
	s.save(&v.solved)
	for fold := range int8(folds) {
		if v.lacking[s.class] == fold || len(v.trials[fold]) == 0 {
			continue
		}
		s.refit(&v.solved, func(row int32) bool { return v.removed(fold, row) })
		for i := range v.trials[fold] {
			t := &v.trials[fold][i]
			if score := s.score(v.problem.rows[t.row]); t.best < 0 || score > t.score {
				t.best, t.score = s.class, score
			}
		}
	}
}
