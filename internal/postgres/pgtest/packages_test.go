package pgtest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// One server, in a folder of its own, lives through what happens to the shared one.
func TestPackages(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first, second := startPackage(t, dir), startPackage(t, dir) // both want the first template
	kept, lost := first.database(), second.database()
	h := newHost(t, dir)
	want := []string{kept, lost}
	slices.Sort(want)
	if diff := cmp.Diff(want, names(t, h)); diff != "" {
		t.Fatal("two packages at work:", diff)
	}
	second.kill()

	t.Run("sweep spares the living", func(t *testing.T) { sweepSparesTheLiving(t, h, kept, lost) })
	t.Run("half a template", func(t *testing.T) { halfATemplate(t, dir) })
	first.finish()
	if got := names(t, h); len(got) > 0 {
		t.Errorf("left at the end: %v", got)
	}
}

func sweepSparesTheLiving(t *testing.T, h *host, kept, lost string) {
	t.Helper()
	const oldTemplate, usedTemplate, stranger = templatePrefix + "old", templatePrefix + "used", "parley-pgtest-mine"
	for _, name := range []string{oldTemplate, usedTemplate, stranger} {
		if err := h.run(t.Context(), "create database "+quote(name)); err != nil {
			t.Fatal(err)
		}
	}
	user := newSession(t, h)
	if _, err := user.Exec(t.Context(), leaseShared, usedTemplate); err != nil {
		t.Fatal(err)
	}
	waitUnleased(t, h, lost)
	if err := h.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{usedTemplate, kept}
	slices.Sort(want)
	if diff := cmp.Diff(want, names(t, h)); diff != "" {
		t.Error(diff)
	}
	if !ask[bool](t, h.admin.String(), "select exists (select from pg_database where datname = $1)", stranger) {
		t.Error("a database that is none of ours was dropped")
	}
	user.Close(t.Context())
	waitUnleased(t, h, usedTemplate)
	if err := h.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{kept}, names(t, h)); diff != "" {
		t.Error(diff)
	}
}

// waitUnleased waits for the server to notice that the holder of a lease is gone.
func waitUnleased(t *testing.T, h *host, name string) {
	t.Helper()
	for _, sql := range []string{leaseAlone, endLease} {
		if err := h.lease(t.Context(), sql, name); err != nil {
			t.Fatal(err)
		}
	}
}

func newSession(t *testing.T, h *host) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), h.admin.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// A process that is killed while it builds the template leaves a half under another name.
func halfATemplate(t *testing.T, dir string) {
	t.Helper()
	h := newHost(t, dir)
	half := h.template + "_new"
	err := h.run(t.Context(), "drop database "+quote(h.template), "create database "+quote(half))
	if err != nil {
		t.Fatal(err)
	}
	again := newHost(t, dir)
	d, err := again.clone(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !ask[bool](t, d.AdminURL(), "select to_regclass('goose_db_version') is not null") {
		t.Error("the template has no migrations")
	}
	if err := d.drop(); err != nil {
		t.Error(err)
	}
}
