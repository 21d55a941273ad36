package phonenet

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The list of handsets behaves like a slice to whose front each is moved.
func TestRecency(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var r recency
		var model []*handset
		phones := make([]*handset, 6)
		for i := range phones {
			phones[i] = new(handset)
		}
		for _, i := range rapid.SliceOf(rapid.IntRange(0, len(phones)-1)).Draw(t, "touches") {
			h := phones[i]
			r.touch(h)
			model = slices.Insert(slices.DeleteFunc(model, func(o *handset) bool { return o == h }), 0, h)
			if got := slices.Collect(r.all()); !slices.Equal(got, model) || r.count != len(model) {
				t.Fatalf("list has %d handsets in another order than %d", len(got), len(model))
			}
		}
	})
}
