package phonenet

import "iter"

// recency lists handsets, the one with the newest text first. Touching is
// constant time, so a campaign to a million phones costs no sorting. A handset
// is listed once it showed a text or was described.
type recency struct {
	newest *handset
	count  int
}

func (r *recency) touch(h *handset) {
	switch {
	case r.newest == h:
		return
	case h.newer != nil: // listed further down
		h.newer.older = h.older
		if h.older != nil {
			h.older.newer = h.newer
		}
		h.newer = nil
	default:
		h.listed = true
		r.count++
	}
	h.older = r.newest
	if r.newest != nil {
		r.newest.newer = h
	}
	r.newest = h
}

func (r *recency) all() iter.Seq[*handset] {
	return func(yield func(*handset) bool) {
		for h := r.newest; h != nil; h = h.older {
			if !yield(h) {
				return
			}
		}
	}
}
