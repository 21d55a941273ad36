package pgtest

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/postgres"
)

func TestDB(t *testing.T) {
	t.Parallel()
	if err := DB(t).RefuseBypass(t.Context()); err != nil {
		t.Error("the program would not start with this login:", err)
	}
	if first, second := DB(t), DB(t); first != second {
		t.Error("a second call opens another database")
	}
	mine := ask[string](t, URL(t), "select current_database()")
	if diff := cmp.Diff(mine, ask[string](t, AdminURL(t), "select current_database()")); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(mine, databasePrefix+"pgtest_") {
		t.Errorf("database is called %s", mine)
	}
	if !ask[bool](t, AdminURL(t), "select to_regclass('goose_db_version') is not null") {
		t.Error("the database has no migrations")
	}
}

func TestOpenTakesOptions(t *testing.T) {
	t.Parallel()
	noon := time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)
	db := Open(t, postgres.WithClock(func() time.Time { return noon }))
	var got time.Time
	err := db.Everyone(t.Context(), func(tx *postgres.Tx) (err error) {
		got, err = postgres.Value[time.Time](t.Context(), tx, "select app_now()", nil)
		return err
	})
	if err != nil || !got.Equal(noon) {
		t.Errorf("now is %v, %v", got, err)
	}
}

func TestOwnIsApartAndDropped(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("own", func(t *testing.T) {
		d := Own(t)
		name = ask[string](t, d.URL(), "select current_database()")
		if shared := ask[string](t, URL(t), "select current_database()"); name == shared {
			t.Errorf("both are %s", name)
		}
		if err := d.DB().Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if ask[bool](t, AdminURL(t), "select exists (select from pg_database where datname = $1)", name) {
		t.Errorf("%s is still there", name)
	}
}

func TestClusterSurvivesKill(t *testing.T) {
	t.Parallel()
	s := Cluster(t)
	db := s.Open()
	if err := db.RefuseBypass(t.Context()); err != nil {
		t.Error(err)
	}
	if got := ask[string](t, s.AdminURL(), "show fsync"); got != "on" {
		t.Errorf("fsync is %s", got)
	}
	before := s.URL()
	s.Kill()
	s.Start()
	if diff := cmp.Diff(before, s.URL()); diff != "" {
		t.Error(diff)
	}
	var err error
	for range db.Pool().Config().MaxConns + 1 { // each failure rids the pool of a dead connection
		if err = db.Ping(t.Context()); err == nil {
			return
		}
	}
	t.Error("the pool does not find the new server:", err)
}

// TEST_DATABASE_URL names a server whose folder this package must not touch.
func TestServerByURL(t *testing.T) {
	t.Parallel()
	s := Cluster(t)
	dir := filepath.Join(t.TempDir(), "none")
	h, err := openHost(t.Context(), s.AdminURL(), dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := h.clone(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DB().Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if err := errors.Join(d.drop(), h.close()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("a private server was made:", err)
	}
	if _, err := openHost(t.Context(), "host=/tmp user=x", dir); err == nil {
		t.Error("an address that is no URL was taken")
	}
}

func TestMissingPostgres(t *testing.T) {
	t.Setenv("PGBIN", t.TempDir())
	_, err := openHost(t.Context(), "", folder(t))
	if err == nil || !strings.Contains(err.Error(), "apt install postgresql") {
		t.Errorf("the error does not help: %v", err)
	}
}

func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestLoginHasTheOwnersPassword(t *testing.T) {
	t.Parallel()
	for admin, want := range map[string]string{
		"postgres://me:s%2Fcret@db.example/postgres?sslmode=require": "postgres://parley_test:s%2Fcret@db.example/x?sslmode=require",
		"postgres://postgres@/postgres?host=%2Ftmp%2Fa&port=5432":    "postgres://parley_test@/x?host=%2Ftmp%2Fa&port=5432",
	} {
		h := &host{admin: mustParse(t, admin)}
		if diff := cmp.Diff(want, h.loginURL("x")); diff != "" {
			t.Error(diff)
		}
	}
}
