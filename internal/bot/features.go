package bot

// block is a family of features. Each is scaled to a length by itself, so that
// a text of many letters and few words is judged by both.
type block uint64

const (
	wordBlock    block = iota // words
	pairBlock                 // neighbours
	charBlock                 // n-grams of a word's characters
	conceptBlock              // ideas that words stand for
	ideaBlock                 // ideas near each other, in any order
	blocks       = iota
)

// blockWeight is the length of each block, chosen on validation data: the
// accuracy is flat around these.
var blockWeight = [blocks]float64{
	wordBlock: 0.8, pairBlock: 0.5, charBlock: 1, conceptBlock: 1, ideaBlock: 0.8,
}

const (
	// The lengths of the character n-grams. Those of two added a third to the
	// training time and nothing to the accuracy.
	shortestGram = 3
	longestGram  = 4
	// ideaReach is how many words on a pair of ideas may end.
	ideaReach = 2
)

// feature is the hash of a word, a pair, an n-gram or an idea, and of its block.
// At 64 bits, two of a knowledge base's features meet once in a million bases.
type feature uint64

// reading is a text as the model sees it.
type reading struct {
	words    []string
	language Language
	features [blocks][]feature // with repetitions
	ideas    [][]feature       // of each word; the first is the most likely
}

func newReading(words []string, language Language) reading {
	r := reading{words: words, language: language, ideas: make([][]feature, len(words))}
	var padded []rune
	before := "<"
	for i, w := range words {
		r.ideas[i] = ideasOf(w, language)
		r.add(wordBlock, hashWord(w))
		r.add(pairBlock, hashPair(before, w))
		r.add(conceptBlock, r.ideas[i]...)
		padded = append(append(append(padded[:0], '<'), []rune(w)...), '>')
		r.features[charBlock] = appendGrams(r.features[charBlock], padded)
		before = w
	}
	if len(words) > 0 {
		r.add(pairBlock, hashPair(before, ">"))
	}
	r.pairIdeas()
	return r
}

func (r *reading) add(b block, f ...feature) { r.features[b] = append(r.features[b], f...) }

// pairIdeas pairs each word's likeliest idea, or its stem, with the next ones.
func (r *reading) pairIdeas() {
	units := make([]feature, len(r.words))
	for i, w := range r.words {
		if len(r.ideas[i]) > 0 {
			units[i] = r.ideas[i][0]
		} else {
			units[i] = newHash(ideaBlock).text(stem(w, r.language)).sum()
		}
	}
	for i, a := range units {
		for _, b := range units[i+1 : min(i+1+ideaReach, len(units))] {
			if a != b {
				r.add(ideaBlock, newHash(ideaBlock).mix(uint64(min(a, b))).mix(uint64(max(a, b))).sum())
			}
		}
	}
}

func appendGrams(grams []feature, padded []rune) []feature {
	for i := range padded {
		h := newHash(charBlock)
		for n, r := range padded[i:min(i+longestGram, len(padded))] {
			h = h.mix(uint64(r))
			if n+1 >= shortestGram {
				grams = append(grams, h.sum())
			}
		}
	}
	return grams
}

func hashWord(w string) feature { return newHash(wordBlock).text(w).sum() }

func hashPair(a, b string) feature { return newHash(pairBlock).text(a).mix(' ').text(b).sum() }

// hash is FNV-1a over runes with the final mix of MurmurHash3, since FNV alone
// leaves the high bits of short strings alike.
type hash uint64

func newHash(b block) hash { return 14695981039346656037 ^ hash(b+1)*0x9e3779b97f4a7c15 }

func (h hash) mix(v uint64) hash { return (h ^ hash(v)) * 1099511628211 }

func (h hash) text(s string) hash {
	for _, r := range s {
		h = h.mix(uint64(r))
	}
	return h
}

func (h hash) sum() feature {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return feature(h)
}
