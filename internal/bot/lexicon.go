package bot

import (
	"cmp"
	"math"
	"slices"
)

// lexicon numbers the features of a knowledge base and weighs them by how few
// variants have them.
type lexicon struct {
	features []feature // sorted; a feature's id is its place
	idf      []float32
	unseen   float64 // idf of a word that no variant has
}

const (
	// foreign is how much more than its idf an unseen word takes away from the
	// coverage. Calibration cannot learn it: in cross-validation each word is
	// some variant's. Chosen on validation data.
	foreign = 2
	// likened is how far a word counts as covered where only another word for
	// the same idea is known.
	likened = 0.5
)

func newLexicon(readings []reading) *lexicon {
	var all, own []feature
	for _, r := range readings {
		own = own[:0]
		for _, list := range r.features {
			own = append(own, list...)
		}
		slices.Sort(own)
		all = append(all, slices.Compact(own)...)
	}
	slices.Sort(all)
	x := &lexicon{unseen: idf(0, len(readings))}
	for i := 0; i < len(all); {
		n := 1
		for i+n < len(all) && all[i+n] == all[i] {
			n++
		}
		x.features = append(x.features, all[i])
		x.idf = append(x.idf, float32(idf(n, len(readings))))
		i += n
	}
	x.features, x.idf = slices.Clip(x.features), slices.Clip(x.idf)
	return x
}

// idf is the smoothed inverse document frequency.
func idf(with, of int) float64 { return 1 + math.Log(float64(1+of)/float64(1+with)) }

func (x *lexicon) size() int { return len(x.features) }

func (x *lexicon) find(f feature) (uint32, bool) {
	id, ok := slices.BinarySearch(x.features, f)
	return uint32(id), ok
}

// vector weighs a text's known features by 1 + log(count) and idf.
func (x *lexicon) vector(r reading) []term {
	n := 0
	for _, list := range r.features {
		n += len(list)
	}
	v := make([]term, 0, n)
	for b, list := range r.features {
		start := len(v)
		v = x.appendBlock(v, list)
		scale(v[start:], blockWeight[b])
	}
	slices.SortFunc(v, func(a, b term) int { return cmp.Compare(a.id, b.id) })
	return v
}

func (x *lexicon) appendBlock(v []term, list []feature) []term {
	list = slices.Clone(list)
	slices.Sort(list)
	for i := 0; i < len(list); {
		n := 1
		for i+n < len(list) && list[i+n] == list[i] {
			n++
		}
		if id, ok := x.find(list[i]); ok {
			value := x.idf[id]
			if n > 1 {
				value *= float32(1 + math.Log(float64(n)))
			}
			v = append(v, term{id, value})
		}
		i += n
	}
	return v
}

// coverage is how much of what a text says there are words for: the share of
// its words' idf that is of known words, from 0 to 1.
func (x *lexicon) coverage(r reading, known func(id uint32) bool) float64 {
	have, all := 0.0, 0.0
	for i, w := range r.features[wordBlock] {
		id, ok := x.find(w)
		weight := x.unseen * foreign
		if ok {
			weight = float64(x.idf[id])
		}
		all += weight
		if ok && known(id) {
			have += weight
		} else if x.likens(r.ideas[i], known) {
			have += weight * likened
		}
	}
	if all == 0 {
		return 0
	}
	return have / all
}

func (x *lexicon) likens(ideas []feature, known func(id uint32) bool) bool {
	return slices.ContainsFunc(ideas, func(idea feature) bool {
		id, ok := x.find(idea)
		return ok && known(id)
	})
}

// ids lists the known features among some, sorted and without repetitions.
func (x *lexicon) ids(list []feature) []uint32 {
	ids := make([]uint32, 0, len(list))
	for _, f := range list {
		if id, ok := x.find(f); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Clip(slices.Compact(ids))
}
