package dispatch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/dispatch"
	"parley/internal/phonenet"
	"parley/internal/postgres"
)

// Senders that ended are remembered for a month.
func TestSendersLongGoneAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	err := w.DB.Everyone(t.Context(), func(tx *postgres.Tx) error {
		_, err := tx.Exec(t.Context(), `
			insert into sender (host, taken_over_at)
			values ('long gone', now() - interval '31 days'), ('gone', now() - interval '29 days')`, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Send(dispatch.Options{})
	var old []string
	w.Await("the oldest sender to be forgotten", func() bool {
		err := w.DB.Everyone(t.Context(), func(tx *postgres.Tx) (err error) {
			old, err = postgres.Values[string](t.Context(), tx, "select host from sender where taken_over_at < now() - interval '1 day' order by id", nil)
			return err
		})
		return err == nil && len(old) < 2
	})
	if diff := cmp.Diff([]string{"gone"}, old); diff != "" {
		t.Errorf("remembered (-want +got):\n%s", diff)
	}
}
