// Package migrations holds the shape of the database: forward only, one file says one change.
//
// It is the only package that knows goose, and the only one that signs in as the owner of the
// tables. It knows nothing of what the tables mean.
package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver for goose
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"parley/internal/postgres"
)

//go:embed *.sql
var files embed.FS

// RiverSchema is where the job queue keeps its tables.
const RiverSchema = postgres.QueueSchema

// Up brings the database at adminURL to the newest shape. The login there must own the database.
// Several programs may call it at once: one migrates, the others wait. A second call does nothing.
func Up(ctx context.Context, adminURL string) error {
	db, err := sql.Open("pgx", adminURL)
	if err != nil {
		return fmt.Errorf("open the database to migrate: %w", err)
	}
	defer db.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("prepare the migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return river(ctx, adminURL)
}

// river brings the job queue's own tables up to date and opens them to the program.
func river(ctx context.Context, adminURL string) error {
	pool, err := pgxpool.New(ctx, adminURL)
	if err != nil {
		return fmt.Errorf("open the database for the job queue: %w", err)
	}
	defer pool.Close()
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("reach the database for the job queue: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtext('parley river'))"); err != nil {
		return fmt.Errorf("wait for another migration: %w", err)
	}
	defer conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock(hashtext('parley river'))")
	if _, err := conn.Exec(ctx, "create schema if not exists "+RiverSchema); err != nil {
		return fmt.Errorf("make the job queue's schema: %w", err)
	}
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: RiverSchema})
	if err != nil {
		return fmt.Errorf("read the job queue's migrations: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	if _, err = conn.Exec(ctx, riverGrants); err != nil {
		return fmt.Errorf("open the job queue to the program: %w", err)
	}
	return nil
}

// riverGrants opens the job queue to the program and to the transactions that put jobs into it.
const riverGrants = `
	grant usage on schema river to parley_program, parley_org, parley_everyone;
	grant select, insert, update, delete on all tables in schema river to parley_program, parley_org, parley_everyone;
	grant usage on all sequences in schema river to parley_program, parley_org, parley_everyone;
	grant execute on all functions in schema river to parley_program, parley_org, parley_everyone;`

// Login makes or updates the login that loginURL names: a member of parley_program that owns
// nothing and bypasses nothing, which is what `parley serve` asks of the login it is given.
func Login(ctx context.Context, adminURL, loginURL string) error {
	u, err := url.Parse(loginURL)
	if err != nil || u.User == nil || u.User.Username() == "" {
		return fmt.Errorf("read the login: want postgres://name:password@host/database")
	}
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return fmt.Errorf("reach the database to make the login: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	name := pgx.Identifier{u.User.Username()}.Sanitize()
	password, _ := u.User.Password()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext('parley roles'))"); err != nil {
			return fmt.Errorf("wait for another migration: %w", err)
		}
		var exists bool
		if err := tx.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", u.User.Username()).Scan(&exists); err != nil {
			return fmt.Errorf("look for the login: %w", err)
		}
		verb := "create"
		if exists {
			verb = "alter"
		}
		statement := verb + " role " + name + " login inherit"
		if password != "" {
			var quoted string
			if err := tx.QueryRow(ctx, "select quote_literal($1::text)", password).Scan(&quoted); err != nil {
				return fmt.Errorf("quote the password: %w", err)
			}
			statement += " password " + quoted
		}
		if _, err := tx.Exec(ctx, statement+"; grant parley_program to "+name); err != nil {
			return fmt.Errorf("%s the login %s: %w", verb, name, err)
		}
		return nil
	})
}

// Fingerprint changes when any migration does, the job queue's among them: the name under which tests
// keep a template database.
func Fingerprint() string {
	h := sha256.New()
	m, err := rivermigrate.New(riverpgxv5.New(nil), &rivermigrate.Config{Schema: RiverSchema})
	if err != nil {
		panic(err) // the configuration is constant
	}
	fmt.Fprintf(h, "river %d\n%s\n", len(m.AllVersions()), riverGrants)
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		panic(err) // the pattern is constant
	}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			panic(err) // embedded
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(b), b)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
