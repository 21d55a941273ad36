package postgres_test

import (
	"strings"
	"testing"

	"parley/internal/account/accounttest"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

func TestArgs_EachNameGetsItsValue(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	org := accounttest.Found(t, db).ID
	err := db.Org(t.Context(), org, func(tx *postgres.Tx) error {
		const sql = `select @b::text || @a || @b || '@a' || @org::bigint`
		for _, args := range []postgres.Args{{"a": "1", "b": "2"}, {"b": "4", "a": "3", "unused": 7}} {
			got, err := postgres.Value[string](t.Context(), tx, sql, args)
			if err != nil {
				return err
			}
			if a, b := args["a"].(string), args["b"].(string); !strings.HasPrefix(got, b+a+b+"@a") {
				t.Errorf("%v makes %q", args, got)
			}
		}
		for _, missing := range []string{`select @c::text`, sql} {
			if _, err := postgres.Value[string](t.Context(), tx, missing, postgres.Args{"a": "1"}); err == nil || !strings.Contains(err.Error(), "not given") {
				t.Errorf("%s without all its names: %v", missing, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
