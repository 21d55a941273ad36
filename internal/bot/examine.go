package bot

import (
	"cmp"
	"slices"
)

// Examination is how an answer's variants fare, each decided by a model that was trained without it
// and a fifth of its siblings: what to expect of a question that nobody has taught yet. It is
// pessimistic, since the model that serves has all of them.
type Examination struct {
	Tried, Right int
	// Mistakes are the variants that were taken for another answer, in the order of their texts.
	Mistakes []Mistake
}

// Mistake is a variant that lies nearer to another answer than to its own.
type Mistake struct {
	Variant  string
	TakenFor AnswerID
}

// Examine tells how the variants of an answer fare. An answer that the model does not have is not
// tried.
func (m *Model) Examine(id AnswerID) Examination { return m.exams[id] }

// Confusion is a pair of answers that the model takes for each other.
type Confusion struct {
	A, B  AnswerID // A < B
	Times int      // variants of either that were taken for the other
}

// Confusions lists the pairs of answers that are taken for each other, most often first.
func (m *Model) Confusions() []Confusion {
	type pair struct{ a, b AnswerID }
	times := map[pair]int{}
	for id, e := range m.exams {
		for _, mistake := range e.Mistakes {
			times[pair{min(id, mistake.TakenFor), max(id, mistake.TakenFor)}]++
		}
	}
	all := make([]Confusion, 0, len(times))
	for p, n := range times {
		all = append(all, Confusion{A: p.a, B: p.b, Times: n})
	}
	slices.SortFunc(all, func(x, y Confusion) int {
		return cmp.Or(y.Times-x.Times, cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return all
}

// examinations marks the trials whose own answer was in the model. A variant that was taken for
// small talk, or for an answer in another language, which mostly is its translation, is wrong and no
// mistake between answers.
func (v *crossValidation) examinations(classes []class, examples []example) map[AnswerID]Examination {
	exams := map[AnswerID]Examination{}
	for _, trials := range v.trials {
		for _, t := range trials {
			own := classes[v.problem.of[t.row]]
			if t.outside || t.best < 0 || own.kind != KindAnswer {
				continue
			}
			e, taken := exams[own.answer], classes[t.best]
			e.Tried++
			switch {
			case t.best == v.problem.of[t.row]:
				e.Right++
			case taken.kind == KindAnswer && taken.answer != own.answer && taken.language == own.language:
				e.Mistakes = append(e.Mistakes, Mistake{Variant: examples[t.row].text, TakenFor: taken.answer})
			}
			exams[own.answer] = e
		}
	}
	for _, e := range exams {
		slices.SortFunc(e.Mistakes, func(a, b Mistake) int { return cmp.Compare(a.Variant, b.Variant) })
	}
	return exams
}
