package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNotFound means that no row answers, or none that this organization may see: the two cannot be
// told apart, on purpose.
var ErrNotFound = errors.New("not found")

// Tx is a transaction behind one of the doors. Its statements name their arguments; @org is the
// organization of the door and must stand in every statement on a tenant table.
type Tx struct {
	inner  pgx.Tx
	org    OrgID
	events []Event
	queue  []*queued
	broken error // of a queued statement, which ended the transaction
}

// Org is the organization of the door, 0 behind Everyone.
func (tx *Tx) Org() OrgID { return tx.org }

// Inner is for libraries that write their own rows within this transaction, such as the job queue.
func (tx *Tx) Inner() pgx.Tx { return tx.inner }

// Publish tells every process of what this transaction changed, once it has committed. A crash in
// between loses the event, never the change: pages also refresh by themselves.
func (tx *Tx) Publish(topic string) {
	tx.PublishTo(tx.org, topic)
}

// PublishTo is Publish for a transaction behind Everyone.
func (tx *Tx) PublishTo(org OrgID, topic string) {
	tx.events = append(tx.events, Event{Org: org, Topic: topic})
}

// Exec runs a statement and returns how many rows it touched.
func (tx *Tx) Exec(ctx context.Context, sql string, args Args) (int64, error) {
	if len(tx.queue) > 0 {
		return tx.execLast(ctx, Statement{sql, args})
	}
	sql, values, err := tx.bind(sql, args)
	if err != nil {
		return 0, err
	}
	tag, err := tx.inner.Exec(ctx, sql, values...)
	return tag.RowsAffected(), err
}

func (tx *Tx) query(ctx context.Context, sql string, args Args) (pgx.Rows, error) {
	if err := tx.flush(ctx); err != nil {
		return nil, err
	}
	sql, values, err := tx.bind(sql, args)
	if err != nil {
		return nil, err
	}
	return tx.inner.Query(ctx, sql, values...)
}

// Rows collects structs whose fields are named like the columns (or tagged db:"...").
func Rows[T any](ctx context.Context, tx *Tx, sql string, args Args) ([]T, error) {
	rows, err := tx.query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// RowsInOrder is Rows for a statement that walks an index in its order until it has found enough, whatever
// the planner thinks of reading all that fits and sorting it.
func RowsInOrder[T any](ctx context.Context, tx *Tx, sql string, args Args) ([]T, error) {
	tx.Later("rule out sorting", Statement{SQL: `set local enable_sort = off`})
	rows, err := Rows[T](ctx, tx, sql, args)
	tx.Later("allow sorting", Statement{SQL: `set local enable_sort = on`})
	return rows, err
}

// Row is Rows for exactly one row; none is ErrNotFound.
func Row[T any](ctx context.Context, tx *Tx, sql string, args Args) (T, error) {
	if len(tx.queue) > 0 {
		return AskRow[T](tx, "", Statement{sql, args}).Wait(ctx)
	}
	rows, err := tx.query(ctx, sql, args)
	if err != nil {
		var zero T
		return zero, err
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	return found, notFound(err)
}

// Values collects the one column of a statement.
func Values[T any](ctx context.Context, tx *Tx, sql string, args Args) ([]T, error) {
	rows, err := tx.query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

// Value is the one column of the one row of a statement; none is ErrNotFound.
func Value[T any](ctx context.Context, tx *Tx, sql string, args Args) (T, error) {
	if len(tx.queue) > 0 {
		return AskValue[T](tx, "", Statement{sql, args}).Wait(ctx)
	}
	rows, err := tx.query(ctx, sql, args)
	if err != nil {
		var zero T
		return zero, err
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	return found, notFound(err)
}

// Each calls fn for each row in turn, so that a long answer is never held whole. T as in Rows.
func Each[T any](ctx context.Context, tx *Tx, statement Statement, fn func(T) error) error {
	rows, err := tx.query(ctx, statement.SQL, statement.Args)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		value, err := pgx.RowToStructByName[T](rows)
		if err != nil {
			return err
		}
		if err := fn(value); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Statement is SQL with its arguments.
type Statement struct {
	SQL  string
	Args Args
}

func notFound(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// Violates says whether err is the refusal of the unique constraint or index of that name.
func Violates(err error, constraint string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505" && pg.ConstraintName == constraint
}

// IsForeignKeyViolation says whether err refuses a row that points to nothing, which for ids from a
// request means: not of this organization, or gone.
func IsForeignKeyViolation(err error) bool { return hasCode(err, "23503") }

// IsUndefinedObject says whether err names a role, type or table that does not exist.
func IsUndefinedObject(err error) bool { return hasCode(err, "42704") || hasCode(err, "42P01") }

// IsAway says whether err means that the database could not be reached or is going away, so that
// the same work may succeed later.
func IsAway(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return len(pg.Code) == 5 && (pg.Code[:2] == "08" || pg.Code[:3] == "57P")
	}
	return pgconn.SafeToRetry(err) || pgconn.Timeout(err)
}

func hasCode(err error, code string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == code
}
