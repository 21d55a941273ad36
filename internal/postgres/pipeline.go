package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Statements that need not wait for each other travel together: Later and Ask queue them, and whatever
// needs the database next, at the latest the commit, sends them all, in their order. Exec, Row and Value
// travel with them in one round trip.

// queued is a statement on its way, and what is done with its result.
type queued struct {
	what string // for its error, as in "store text SM12"; empty if the caller says it
	Statement
	read func(pgx.BatchResults) error
}

func (q *queued) told(err error) error {
	if q.what == "" {
		return err
	}
	return fmt.Errorf("%s: %w", q.what, err)
}

// Later queues a write whose result nobody waits for. Its error is that of the call with which it
// travels, or of the transaction.
func (tx *Tx) Later(what string, s Statement) {
	tx.queue = append(tx.queue, &queued{what: what, Statement: s, read: func(results pgx.BatchResults) error {
		_, err := results.Exec()
		return err
	}})
}

// execLast is Exec behind what is queued.
func (tx *Tx) execLast(ctx context.Context, s Statement) (touched int64, err error) {
	tx.queue = append(tx.queue, &queued{Statement: s, read: func(results pgx.BatchResults) error {
		tag, err := results.Exec()
		touched = tag.RowsAffected()
		return err
	}})
	err = tx.flush(ctx)
	return touched, err
}

// Pending is the result of a statement that may not have been sent yet.
type Pending[T any] struct {
	tx    *Tx
	value T
	err   error
	done  bool
}

// AskRow queues a statement for Row, AskValue one for Value.
func AskRow[T any](tx *Tx, what string, s Statement) *Pending[T] {
	return ask(tx, what, s, pgx.RowToStructByName[T])
}

// AskValue queues a statement for Value.
func AskValue[T any](tx *Tx, what string, s Statement) *Pending[T] {
	return ask(tx, what, s, pgx.RowTo[T])
}

func ask[T any](tx *Tx, what string, s Statement, scan pgx.RowToFunc[T]) *Pending[T] {
	p := &Pending[T]{tx: tx}
	tx.queue = append(tx.queue, &queued{what: what, Statement: s, read: func(results pgx.BatchResults) error {
		rows, err := results.Query()
		if err != nil {
			return err
		}
		p.value, err = pgx.CollectExactlyOneRow(rows, scan)
		p.err, p.done = notFound(err), true
		if p.err == ErrNotFound {
			return nil // a result like any other: the transaction goes on
		}
		return err
	}})
	return p
}

// Wait returns the result, as Row and Value do: ErrNotFound if there was no row.
func (p *Pending[T]) Wait(ctx context.Context) (T, error) {
	if !p.done {
		if err := p.tx.flush(ctx); err != nil {
			return p.value, err
		}
	}
	return p.value, p.err
}

// flush sends what is queued. After an error the transaction is over, as after any other.
func (tx *Tx) flush(ctx context.Context) error {
	if len(tx.queue) == 0 || tx.broken != nil {
		return tx.broken
	}
	sent := tx.queue
	tx.queue = nil
	batch := &pgx.Batch{}
	for _, q := range sent {
		sql, values, err := tx.bind(q.SQL, q.Args)
		if err != nil {
			tx.broken = q.told(err)
			return tx.broken
		}
		batch.Queue(sql, values...)
	}
	results := tx.inner.SendBatch(ctx, batch)
	for _, q := range sent {
		if err := q.read(results); err != nil {
			_ = results.Close() // repeats the error
			tx.broken = q.told(err)
			return tx.broken
		}
	}
	return results.Close()
}

// ExecEach runs a statement once for each of args, in one round trip. Each must name all that the statement
// names.
func (tx *Tx) ExecEach(ctx context.Context, sql string, args []Args) error {
	for _, a := range args {
		tx.Later("", Statement{sql, a})
	}
	return tx.flush(ctx)
}
