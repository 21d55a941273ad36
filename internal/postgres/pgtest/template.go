package pgtest

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"parley/migrations"
)

// Names of databases that this package may drop begin with one of these.
const (
	templatePrefix = "parley_pgtemplate_"
	databasePrefix = "parley_pgtest_"
)

// Every database has a lease: an advisory lock under its name's hash, which the session of
// whoever uses it holds. Nobody holds the lease of what a dead process left.
const (
	leaseAlone  = "select pg_advisory_lock(hashtextextended($1, 0))"
	leaseShared = "select pg_advisory_lock_shared(hashtextextended($1, 0))"
	tryLease    = "select pg_try_advisory_lock(hashtextextended($1, 0))"
	endLease    = "select pg_advisory_unlock(hashtextextended($1, 0))"
)

// preparation is the name of the lease of whoever prepares the server: builds a template,
// makes the login or sweeps. One process does so at a time.
const preparation = "parley test preparation"

// prepare makes sure of the template for the migrations of this build and of the login,
// and removes what earlier runs left.
func (h *host) prepare(ctx context.Context) error {
	if err := h.lease(ctx, leaseAlone, preparation); err != nil {
		return fmt.Errorf("wait for another test package to prepare the server: %w", err)
	}
	h.template = templatePrefix + migrations.Fingerprint()
	// Only a process that prepares takes a template's lease alone, so this does not wait.
	if err := h.lease(ctx, leaseShared, h.template); err != nil {
		return fmt.Errorf("lease the template: %w", err)
	}
	if err := h.ensureTemplate(ctx); err != nil {
		return fmt.Errorf("build the template database: %w", err)
	}
	if err := migrations.Login(ctx, h.admin.String(), h.loginURL("")); err != nil {
		return err
	}
	if err := h.sweep(ctx); err != nil {
		return fmt.Errorf("remove databases of earlier runs: %w", err)
	}
	if err := h.lease(ctx, endLease, preparation); err != nil {
		return fmt.Errorf("let other test packages prepare the server: %w", err)
	}
	return nil
}

func (h *host) lease(ctx context.Context, sql, name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.leases.Exec(ctx, sql, name)
	return err
}

// ensureTemplate builds under another name and renames, so that a database of the
// template's name is always whole, whatever was killed when.
func (h *host) ensureTemplate(ctx context.Context) error {
	there, err := h.databases(ctx, h.template)
	if err != nil || slices.Contains(there, h.template) {
		return err
	}
	scratch := h.template + "_new"
	err = h.run(ctx,
		"drop database if exists "+quote(scratch)+" with (force)",
		"create database "+quote(scratch)+" template template0")
	if err != nil {
		return err
	}
	if err := migrations.Up(ctx, h.adminURL(scratch)); err != nil {
		return err
	}
	return h.run(ctx,
		// A connection to the template would keep others from cloning it.
		"alter database "+quote(scratch)+" with allow_connections false",
		"alter database "+quote(scratch)+" rename to "+quote(h.template))
}

// databases lists those whose names begin with prefix.
func (h *host) databases(ctx context.Context, prefix string) ([]string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	rows, err := h.leases.Query(ctx, "select datname from pg_database where starts_with(datname::text, $1)", prefix)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// sweep drops the databases and templates that nobody leases. It runs before this process
// has a database of its own, whose lease it could take twice.
func (h *host) sweep(ctx context.Context) error {
	var names []string
	for _, prefix := range []string{templatePrefix, databasePrefix} {
		found, err := h.databases(ctx, prefix)
		if err != nil {
			return err
		}
		names = append(names, found...)
	}
	for _, name := range names {
		if name == h.template {
			continue
		}
		if err := h.dropUnleased(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (h *host) dropUnleased(ctx context.Context, name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var free bool
	if err := h.leases.QueryRow(ctx, tryLease, name).Scan(&free); err != nil || !free {
		return err
	}
	if err := h.run(ctx, "drop database if exists "+quote(name)+" with (force)"); err != nil {
		return err
	}
	_, err := h.leases.Exec(ctx, endLease, name)
	return err
}
