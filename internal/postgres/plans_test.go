package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// TestPlans_OfAnEmptyTableDoNotLast: a table that was empty is filled, and nobody has analyzed it.
func TestPlans_OfAnEmptyTableDoNotLast(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	exec := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
	}
	plan := func() (first string) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), `explain execute found (1)`, pgx.QueryExecModeSimpleProtocol).Scan(&first); err != nil {
			t.Fatal(err)
		}
		return first
	}
	renew := func() {
		t.Helper()
		if usable, err := postgres.RenewPlans(t.Context(), conn); !usable || err != nil {
			t.Fatal(usable, err)
		}
	}
	exec(`set plan_cache_mode = force_generic_plan; create temp table t (id int, filler text)`)
	exec(`prepare found (int) as select from t where id = $1`)
	renew()
	empty := plan()
	exec(`insert into t select n, repeat('x', 100) from generate_series(1, 10000) n`)
	renew()
	if plan() != empty {
		t.Fatal("the plan does not last by itself: this test shows nothing")
	}
	for _, age := range []time.Duration{1, 2, 4, 8} {
		postgres.AgePlans(conn)
		renew()
		if got := postgres.PlansAge(conn); got != age*time.Second {
			t.Errorf("plans are kept for %s, want %s", got, fmt.Sprint(age*time.Second))
		}
	}
	if got := plan(); got == empty {
		t.Errorf("still planned as for an empty table: %s", got)
	}
}
