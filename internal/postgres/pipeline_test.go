package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"parley/internal/account/accounttest"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// An office of the organization stands for any row.
const (
	addOffice   = `insert into office (org_id, name) values (@org, @name)`
	countNamed  = `select count(*) from office where org_id = @org and name = @name`
	officeNamed = `select name from office where org_id = @org and name = @name`
)

func statement(sql, name string) postgres.Statement {
	return postgres.Statement{SQL: sql, Args: postgres.Args{"name": name}}
}

func TestPipeline_StatementsRunInTheirOrder(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	org := accounttest.Found(t, db).ID
	err := db.Org(t.Context(), org, func(tx *postgres.Tx) error {
		before := postgres.AskValue[int](tx, "count before", statement(countNamed, "Aid"))
		tx.Later("add Aid", statement(addOffice, "Aid"))
		after, err := postgres.Value[int](t.Context(), tx, countNamed, postgres.Args{"name": "Aid"})
		if err != nil {
			return err
		}
		if n, err := before.Wait(t.Context()); err != nil || n != 0 || after != 1 {
			t.Errorf("%d before and %d after, %v", n, after, err)
		}
		missing := postgres.AskValue[string](tx, "find nobody", statement(officeNamed, "Nowhere"))
		tx.Later("add Bursar", statement(addOffice, "Bursar"))
		if touched, err := tx.Exec(t.Context(), `delete from office where org_id = @org and name = 'Bursar'`, nil); touched != 1 || err != nil {
			t.Errorf("deleted %d, %v", touched, err)
		}
		if _, err := missing.Wait(t.Context()); !errors.Is(err, postgres.ErrNotFound) {
			t.Errorf("nobody is %v", err)
		}
		tx.Later("add Housing", statement(addOffice, "Housing"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := named(t, db, org, "Housing"); n != 1 {
		t.Errorf("what was queued last was written %d times", n)
	}
}

func named(t *testing.T, db *postgres.DB, org postgres.OrgID, name string) (n int) {
	t.Helper()
	err := db.Org(t.Context(), org, func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](t.Context(), tx, countNamed, postgres.Args{"name": name})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPipeline_AnErrorEndsTheTransaction: whatever was queued before and after, and however the error is
// passed over.
func TestPipeline_AnErrorEndsTheTransaction(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	org := accounttest.Found(t, db).ID
	wrong := postgres.Statement{SQL: `select 1 / (count(*) - 1) from organization where org_id = @org`}
	for name, fn := range map[string]func(*postgres.Tx) error{
		"at the end": func(*postgres.Tx) error { return nil },
		"at the next statement": func(tx *postgres.Tx) error {
			_, err := tx.Exec(t.Context(), addOffice, postgres.Args{"name": "Later"})
			return err
		},
		"passed over": func(tx *postgres.Tx) error {
			after := postgres.AskValue[int](tx, "count", statement(countNamed, "Aid"))
			for range 2 {
				if _, err := after.Wait(t.Context()); err == nil {
					t.Error("waits for a result that never comes")
				}
			}
			if _, err := postgres.Value[int](t.Context(), tx, countNamed, postgres.Args{"name": "Aid"}); err == nil {
				t.Error("reads in a broken transaction")
			}
			return nil
		},
	} {
		err := db.Org(t.Context(), org, func(tx *postgres.Tx) error {
			tx.Later("add Aid", statement(addOffice, "Aid"))
			tx.Later("divide", wrong)
			return fn(tx)
		})
		if err == nil || !strings.Contains(err.Error(), "divide: ") {
			t.Errorf("%s: %v", name, err)
		}
		if n := named(t, db, org, "Aid"); n != 0 {
			t.Errorf("%s: %d rows were kept", name, n)
		}
	}
}
