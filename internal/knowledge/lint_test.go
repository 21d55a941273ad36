package knowledge

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLint(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, fafsa, _ := o.teachCampus()
	if err := o.AddVariant(t.Context(), fafsa, "how do i get a parking pass for my car"); err != nil {
		t.Fatal(err)
	}
	if err := o.AddVariant(t.Context(), fafsa, "pls fafsa deadline"); err != nil {
		t.Fatal(err)
	}
	if err := o.AddVariant(t.Context(), fafsa, "please fafsa deadline"); err != nil {
		t.Fatal(err)
	}
	l, err := o.Lint(t.Context(), fafsa)
	if err != nil || l.Variants != 9 || l.Strength != 5 || l.Tried == 0 {
		t.Fatalf("got %+v, %v", l, err)
	}
	if !slices.ContainsFunc(l.Nearer, func(n Nearer) bool {
		return n.Variant == "how do i get a parking pass for my car" && n.ID == parking
	}) {
		t.Errorf("nearer to another: %+v", l.Nearer)
	}
	if diff := cmp.Diff([][2]string{{"pls fafsa deadline", "please fafsa deadline"}}, l.Same); diff != "" {
		t.Errorf("read alike: %s", diff)
	}
	if pairs, err := o.Confusions(t.Context(), 3); err != nil || len(pairs) == 0 || pairs[0].A != parking || pairs[0].B != fafsa {
		t.Errorf("confusions %+v, %v", pairs, err)
	}
}
