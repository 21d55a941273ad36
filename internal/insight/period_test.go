package insight_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/internal/account"
	"parley/internal/insight"
)

func TestWhatIsNoPeriodIsAnErrorOfItsField(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from, to string
		fields   []string
	}{
		{"", "", nil},
		{"2026-11-09", "2026-11-09", nil},
		{"2026-11-09", "", nil},
		{"", "2026-11-09", nil},
		{"2026-11-10", "2026-11-09", []string{"to"}},
		{"2026-02-30", "", []string{"from"}},
		{"11/09/2026", "tomorrow", []string{"from", "to"}},
		{"2026-11-09T00:00", "", []string{"from"}},
	} {
		_, err := insight.ParsePeriod(test.from, test.to)
		var invalid account.Invalid
		if err != nil && !errors.As(err, &invalid) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.fields, slices.Sorted(maps.Keys(invalid)), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("from %q to %q, fields (-want +got):\n%s", test.from, test.to, diff)
		}
	}
}
