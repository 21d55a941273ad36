// Package postgres is the database, with two doors.
//
// Org opens a transaction that sees one organization, Snapshot one that many readings share; Everyone
// opens one that sees all of them and is for the few machine paths: sign-in, number to organization,
// claiming, due work. There is no third way: the login itself may read no tenant table. The package knows
// nothing of what the tables mean.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// OrgID names an organization, the tenant to which every row belongs.
type OrgID int64

// DB is a pool of connections behind the two doors.
type DB struct {
	pool     *pgxpool.Pool
	clock    func() time.Time
	feed     *feed
	snapshot *Tx // in which everything is read; nil but within Snapshot
}

// Option changes how Open prepares the pool.
type Option func(*DB, *pgxpool.Config)

// WithClock makes every transaction's app_now() answer with clock instead of the database's time.
func WithClock(clock func() time.Time) Option {
	return func(db *DB, _ *pgxpool.Config) { db.clock = clock }
}

// WithMaxConns bounds the pool. The default is pgx's: the larger of 4 and the number of CPUs.
func WithMaxConns(n int32) Option {
	return func(_ *DB, c *pgxpool.Config) { c.MaxConns = n }
}

// Open connects to the database at url and checks that it answers. Close ends it.
func Open(ctx context.Context, url string, options ...Option) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database address: %w", err)
	}
	config.ConnConfig.RuntimeParams["application_name"] = "parley"
	// A process that was stopped in the middle of a transaction must not hold its locks for ever.
	config.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	// What is asked for is in memory or on a disk without moving parts. Postgres takes a disk with a head to
	// be there, and would rather read a table of ten thousand rows whole than fifty of them by their keys.
	config.ConnConfig.RuntimeParams["random_page_cost"] = "1.1"
	config.PrepareConn = renewPlans
	db := &DB{}
	for _, option := range options {
		option(db, config)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach the database: %w", err)
	}
	db.pool = pool
	db.feed = newFeed(pool)
	return db, nil
}

// Close sends what is still to be published, then closes all connections.
func (db *DB) Close() {
	db.feed.close()
	db.pool.Close()
}

// Ping says whether the database answers now.
func (db *DB) Ping(ctx context.Context) error { return db.pool.Ping(ctx) }

// MaxConns is how many connections the pool may have.
func (db *DB) MaxConns() int { return int(db.pool.Config().MaxConns) }

// Pool is for libraries that keep tables of their own: sessions and the job queue. Through it the
// login can read no tenant table.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Org runs fn in a transaction that sees the rows of org and no others; it commits if fn returns
// nil and rolls back otherwise, also on a panic. fn must not touch the network: what is to leave
// the program is written as a row first. Nesting is an error of the caller: one verb, one transaction.
func (db *DB) Org(ctx context.Context, org OrgID, fn func(*Tx) error) error {
	return db.run(ctx, beginOrg(org), org, fn)
}

// OrgByKeys is Org for a transaction whose statements find all rows by their keys, so that the plan of a
// statement is good for any arguments and is made once: of a transaction of many short statements, making
// plans anew is a third of the time. No table is read whole, also not one that was empty when the plan was
// made and has grown since, as the attempts of a first launch.
func (db *DB) OrgByKeys(ctx context.Context, org OrgID, fn func(*Tx) error) error {
	return db.run(ctx, beginOrg(org)+"; set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off", org, fn)
}

// Snapshot runs fn with a database as org has it at this moment: every Org within it reads in one
// transaction, so that what a page puts together fits together, and beginning and ending is paid for once.
// Nothing can be changed in it, and there is no other door. It holds one connection: fn must wait for nobody.
func (db *DB) Snapshot(ctx context.Context, org OrgID, fn func(*DB) error) error {
	return db.run(ctx, "begin isolation level repeatable read read only; "+asOrg(org), org, func(tx *Tx) error {
		moment := *db
		moment.snapshot = tx
		return fn(&moment)
	})
}

// inSnapshot is run for a database that is a snapshot.
func (db *DB) inSnapshot(ctx context.Context, org OrgID, fn func(*Tx) error) error {
	if org != db.snapshot.org {
		return fmt.Errorf("read organization %d in a snapshot of organization %d", org, db.snapshot.org)
	}
	tx := &Tx{inner: db.snapshot.inner, org: org}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.flush(ctx)
}

func beginOrg(org OrgID) string { return "begin; " + asOrg(org) }

func asOrg(org OrgID) string {
	return "set local role parley_org; set local app.org = '" + strconv.FormatInt(int64(org), 10) + "'"
}

// Everyone runs fn in a transaction that sees every organization. Its callers are counted by a test:
// a new one needs a reason that Org cannot serve.
func (db *DB) Everyone(ctx context.Context, fn func(*Tx) error) error {
	return db.run(ctx, "begin; set local role parley_everyone", 0, fn)
}

func (db *DB) run(ctx context.Context, begin string, org OrgID, fn func(*Tx) error) error {
	if db.snapshot != nil {
		return db.inSnapshot(ctx, org, fn)
	}
	if db.clock != nil {
		begin += "; set local app.now = '" + db.clock().UTC().Format("2006-01-02 15:04:05.999999Z07:00") + "'"
	}
	tx := &Tx{org: org}
	err := pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{BeginQuery: begin}, func(inner pgx.Tx) error {
		tx.inner = inner
		if err := fn(tx); err != nil {
			return err
		}
		return tx.flush(ctx)
	})
	if err != nil {
		return err
	}
	db.feed.publish(tx.events)
	return nil
}

// BypassError refuses a login for which row-level security would be no wall.
type BypassError struct {
	Login, Why string
}

func (e *BypassError) Error() string {
	return fmt.Sprintf("the login %q %s, so row-level security would not hold", e.Login, e.Why)
}

// RefuseBypass returns a *BypassError if the login could go round row-level security: a superuser, one
// with BYPASSRLS, or the owner of a table. `parley serve` asks before it starts.
func (db *DB) RefuseBypass(ctx context.Context) error {
	var login, why string
	err := db.pool.QueryRow(ctx, `
		select session_user::text, case
			when r.rolsuper then 'is a superuser'
			when r.rolbypassrls then 'has BYPASSRLS'
			when exists (select from pg_class where relowner = r.oid and relkind in ('r', 'p')) then 'owns tables'
			when not pg_has_role(r.oid, 'parley_program', 'member') then 'is no member of parley_program'
			else '' end
		from pg_roles r
		where r.rolname = session_user`).Scan(&login, &why)
	if IsUndefinedObject(err) {
		return errors.New("the database has not been migrated; run parley migrate")
	}
	if err != nil {
		return fmt.Errorf("look at the login's rights: %w", err)
	}
	if why != "" {
		return &BypassError{Login: login, Why: why}
	}
	return nil
}
