package bot

import "slices"

// postings hold what each feature says of each class, feature by feature, so
// that a text is judged against all classes in the time its own features take.
type postings struct {
	start   []uint32 // of each feature's entries, and the end of the last one's
	entries []posting
}

type posting struct {
	class    uint16
	weight   float32 // of the classifier
	centroid float32 // of the mean of the class's variants, at length 1
}

// fit trains the classifier and the centroids, and lets each class take part in
// the validation while it is at hand.
func (p problem) fit(v *crossValidation) (postings, []float32) {
	solver, centroids := newSolver(p), p.centroids()
	bias := make([]float32, p.classes)
	columns := make([][]posting, p.features)
	for c := range bias {
		solver.solve(c)
		bias[c] = float32(solver.bias)
		for _, t := range solver.weights() {
			columns[t.id] = append(columns[t.id], posting{class: uint16(c), weight: t.value})
		}
		for _, t := range centroids[c] {
			columns[t.id] = withCentroid(columns[t.id], uint16(c), t.value)
		}
		v.examine(solver)
	}
	return join(columns), bias
}

func withCentroid(column []posting, class uint16, value float32) []posting {
	if n := len(column); n > 0 && column[n-1].class == class {
		column[n-1].centroid = value
		return column
	}
	return append(column, posting{class: class, centroid: value})
}

func join(columns [][]posting) postings {
	n := 0
	for _, column := range columns {
		n += len(column)
	}
	p := postings{start: make([]uint32, 0, len(columns)+1), entries: make([]posting, 0, n)}
	for _, column := range columns {
		p.start = append(p.start, uint32(len(p.entries)))
		p.entries = append(p.entries, column...)
	}
	p.start = append(p.start, uint32(len(p.entries)))
	return p
}

func (p postings) of(id uint32) []posting { return p.entries[p.start[id]:p.start[id+1]] }

// has tells whether any variant of a class has a feature.
func (p postings) has(id uint32, class int) bool {
	column := p.of(id)
	at, ok := slices.BinarySearchFunc(column, class, func(e posting, c int) int { return int(e.class) - c })
	return ok && column[at].centroid > 0
}

// judge gives each class's score and similarity for a text.
func (p postings) judge(v []term, bias []float32) (score, similarity []float32) {
	score, similarity = slices.Clone(bias), make([]float32, len(bias))
	for _, t := range v {
		for _, e := range p.of(t.id) {
			score[e.class] += e.weight * t.value
			similarity[e.class] += e.centroid * t.value
		}
	}
	if n := length(v); n > 0 {
		for c := range similarity {
			similarity[c] /= float32(n)
		}
	}
	return score, similarity
}

// centroids are the means of each class's rows, scaled to length 1.
func (p problem) centroids() [][]term {
	members := make([][]int, p.classes)
	for i, c := range p.of {
		members[c] = append(members[c], i)
	}
	sum := make([]float32, p.features)
	centroids := make([][]term, p.classes)
	for c, rows := range members {
		centroids[c] = p.mean(rows, sum)
		scale(centroids[c], 1)
	}
	return centroids
}

// mean adds rows up in a vector of zeros, which it leaves as it found it.
func (p problem) mean(rows []int, sum []float32) []term {
	var ids []uint32
	for _, i := range rows {
		for _, t := range p.rows[i] {
			if sum[t.id] == 0 {
				ids = append(ids, t.id)
			}
			sum[t.id] += t.value
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	total := make([]term, len(ids))
	for i, id := range ids {
		total[i] = term{id, sum[id]}
		sum[id] = 0
	}
	return total
}
