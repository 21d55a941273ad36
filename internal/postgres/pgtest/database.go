package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"parley/internal/postgres"
)

// Database is a copy of the template.
type Database struct {
	host *host
	name string
	db   *postgres.DB
}

// DB is the database through the program's login.
func (d *Database) DB() *postgres.DB { return d.db }

// URL is the address of the database for the program's login.
func (d *Database) URL() string { return d.host.loginURL(d.name) }

// AdminURL is the address of the database for the owner of its tables.
func (d *Database) AdminURL() string { return d.host.adminURL(d.name) }

// clone copies the template. The lease comes first, so that no sweep finds the copy
// without one.
func (h *host) clone(ctx context.Context, options ...postgres.Option) (_ *Database, err error) {
	d := &Database{host: h, name: databaseName()}
	if err := h.lease(ctx, leaseAlone, d.name); err != nil {
		return nil, fmt.Errorf("lease a test database: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.drop())
		}
	}()
	if err := h.run(ctx, "create database "+quote(d.name)+" template "+quote(h.template)); err != nil {
		return nil, fmt.Errorf("clone the template database: %w", err)
	}
	if d.db, err = postgres.Open(ctx, d.URL(), options...); err != nil {
		return nil, fmt.Errorf("open a test database: %w", err)
	}
	return d, nil
}

// drop closes the pool and removes the database, whoever is still connected.
func (d *Database) drop() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if d.db != nil {
		d.db.Close()
	}
	err := d.host.run(ctx, "drop database if exists "+quote(d.name)+" with (force)")
	if err != nil {
		return fmt.Errorf("drop a test database: %w", err)
	}
	return d.host.lease(ctx, endLease, d.name)
}

var notPlain = regexp.MustCompile(`[^a-z0-9]+`)

// databaseName says whose it is to a person who looks: parley_pgtest_outreach_4qzk7mwd. The
// end makes it unique among processes, also of several machines on one server.
func databaseName() string {
	binary := strings.TrimSuffix(filepath.Base(os.Args[0]), ".test")
	owner := notPlain.ReplaceAllString(strings.ToLower(binary), "_")
	return databasePrefix + owner[:min(len(owner), 40)] + "_" + strings.ToLower(rand.Text()[:8])
}
