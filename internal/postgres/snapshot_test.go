package postgres_test

import (
	"strings"
	"testing"

	"parley/internal/account/accounttest"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

func TestSnapshot_IsOneMomentInWhichNothingChanges(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	org, other := accounttest.Found(t, db).ID, accounttest.Found(t, db).ID
	add := func(db *postgres.DB) error {
		return db.Org(t.Context(), org, func(tx *postgres.Tx) error {
			_, err := tx.Exec(t.Context(), addOffice, postgres.Args{"name": "Aid"})
			return err
		})
	}
	err := db.Snapshot(t.Context(), org, func(moment *postgres.DB) error {
		if n := named(t, moment, org, "Aid"); n != 0 {
			t.Errorf("%d before it was added", n)
		}
		if err := add(db); err != nil {
			t.Fatal(err)
		}
		if n := named(t, moment, org, "Aid"); n != 0 {
			t.Errorf("%d after it was added by somebody else", n)
		}
		for name, err := range map[string]error{
			"another organization": moment.Org(t.Context(), other, func(*postgres.Tx) error { return nil }),
			"all organizations":    moment.Everyone(t.Context(), func(*postgres.Tx) error { return nil }),
		} {
			if err == nil {
				t.Errorf("it shows %s", name)
			}
		}
		return add(moment)
	})
	if err == nil || !strings.Contains(err.Error(), "read-only transaction") {
		t.Errorf("a change within is answered with %v", err)
	}
	if n := named(t, db, org, "Aid"); n != 1 {
		t.Errorf("%d in the end", n)
	}
}

func TestRowsInOrder_RulesOutSortingOnceOnly(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	org := accounttest.Found(t, db).ID
	err := db.Org(t.Context(), org, func(tx *postgres.Tx) error {
		const setting = `select current_setting('enable_sort')`
		rows, err := postgres.RowsInOrder[struct{ CurrentSetting string }](t.Context(), tx, setting, nil)
		if err != nil {
			return err
		}
		after, err := postgres.Value[string](t.Context(), tx, setting, nil)
		if rows[0].CurrentSetting != "off" || after != "on" {
			t.Errorf("%q within, %q after", rows[0].CurrentSetting, after)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
