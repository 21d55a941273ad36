package bot

import "math"

// term is one coordinate of a sparse vector. The terms of a vector are sorted
// by id.
type term struct {
	id    uint32
	value float32
}

// scale gives v a length. A vector of zeros stays so.
func scale(v []term, to float64) {
	n := length(v)
	if n == 0 {
		return
	}
	by := float32(to / n)
	for i := range v {
		v[i].value *= by
	}
}

func length(v []term) float64 {
	sum := 0.0
	for _, t := range v {
		sum += float64(t.value) * float64(t.value)
	}
	return math.Sqrt(sum)
}

// dot is the inner product.
func dot(a, b []term) float64 {
	sum := 0.0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].id < b[0].id:
			a = a[1:]
		case a[0].id > b[0].id:
			b = b[1:]
		default:
			sum += float64(a[0].value) * float64(b[0].value)
			a, b = a[1:], b[1:]
		}
	}
	return sum
}

// cosine is 0 where either vector is all zeros.
func cosine(a, b []term) float64 {
	if n := length(a) * length(b); n > 0 {
		return dot(a, b) / n
	}
	return 0
}
