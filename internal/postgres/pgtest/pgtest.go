// Package pgtest gives each test package a database of its own.
//
// The first caller builds a template from the migrations; every test package gets a copy
// of it within a fraction of a second, and drops it when its tests are over. Tests within
// a package share that copy, in parallel, each with an organization of its own. What a
// run that was killed left behind, the next run removes.
//
// The server is a private one that all test packages share, or the one that
// TEST_DATABASE_URL names with a login that may create databases and roles. Without
// either, tests fail: none is skipped. The package knows nothing of what the tables mean.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"parley/internal/postgres"
)

// patience bounds each step against the server: the slowest is to wait while another test
// package builds the template.
const patience = 2 * time.Minute

// shared is what the tests of this package have in common, opened by the first that asks.
var shared struct {
	sync.Once
	main bool // set by Main before any test runs
	host *host
	*Database
	err error
}

// Main runs a package's tests and then drops its database. TestMain calls it:
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
// Nothing is started before a test asks for a database. Main does not return.
func Main(m *testing.M) {
	shared.main = true
	code := m.Run()
	if err := closeShared(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// DB is the database of this test package, through a login like the one that the program
// has in production: it owns nothing and row-level security holds for it.
func DB(t testing.TB) *postgres.DB {
	t.Helper()
	return database(t).DB()
}

// URL is the address of DB's database and login, for a process under test.
func URL(t testing.TB) string {
	t.Helper()
	return database(t).URL()
}

// AdminURL is the address of DB's database for the owner of its tables.
func AdminURL(t testing.TB) string {
	t.Helper()
	return database(t).AdminURL()
}

// Open is another pool on the database of DB, with options such as a clock. It is closed
// when t ends.
func Open(t testing.TB, options ...postgres.Option) *postgres.DB {
	t.Helper()
	return open(t, URL(t), options...)
}

// Own is a database for t alone, on the same server, for tests that look at all
// organizations or change the schema. It is dropped when t ends.
func Own(t testing.TB, options ...postgres.Option) *Database {
	t.Helper()
	database(t) // opens the host
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	d, err := shared.host.clone(ctx, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.drop(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func open(t testing.TB, url string, options ...postgres.Option) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), url, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func database(t testing.TB) *Database {
	t.Helper()
	if !shared.main {
		t.Fatal("this package needs: func TestMain(m *testing.M) { pgtest.Main(m) }")
	}
	shared.Do(func() { shared.err = openShared() })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.Database
}

func openShared() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	h, err := openHost(ctx, os.Getenv("TEST_DATABASE_URL"), serverDir())
	if err != nil {
		return fmt.Errorf("open a test database: %w", err)
	}
	d, err := h.clone(ctx)
	if err != nil {
		return errors.Join(err, h.close())
	}
	shared.host, shared.Database = h, d
	return nil
}

func closeShared() error {
	if shared.host == nil {
		return nil
	}
	return errors.Join(shared.drop(), shared.host.close())
}
