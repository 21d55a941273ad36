package dispatch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/postgres"
)

// senderLock is the first key of the advisory locks that living senders hold; the second is the
// number of the sender.
const senderLock = 0x7365_6e64 // "send"

// epoch is the life of a sender under one number. It lasts as long as the session that holds the
// number's advisory lock: when that ends, for whatever reason, others take the inflight texts over as
// unknown, so nothing more may be posted under the number.
type epoch struct {
	*Sender
	id       int64
	conn     *pgx.Conn // holds the lock
	places   *places
	recorder *recorder
	flying   sync.WaitGroup
}

// errLockLost ends an epoch.
var errLockLost = errors.New("the connection that holds the sender's lock was lost")

// live registers a sender and lets it work until ctx ends or its lock is lost. It returns when
// everything that was posted is recorded or, if the database does not let it, given up after a while:
// then the next sender finds it inflight and takes it over.
func (s *Sender) live(ctx context.Context) error {
	e, err := s.register(ctx)
	if err != nil {
		return fmt.Errorf("register a sender: %w", err)
	}
	defer e.conn.Close(context.WithoutCancel(ctx))
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)

	var loops sync.WaitGroup
	loops.Go(func() { e.watch(working, stop) })
	loops.Go(func() { e.takeOverRepeatedly(working) })
	loops.Go(func() { e.reconcileRepeatedly(working) })
	loops.Go(func() { e.askRepeatedly(working) })
	loops.Go(func() { e.finishRepeatedly(working) })
	loops.Go(func() { e.claimRepeatedly(working) })
	loops.Wait()

	e.flying.Wait()
	if err := e.recorder.close(); err != nil {
		return err
	}
	if ctx.Err() == nil {
		return context.Cause(working)
	}
	return e.retire(context.WithoutCancel(ctx))
}

// register makes a row of sender whose lock is held before anybody can see it.
func (s *Sender) register(ctx context.Context) (*epoch, error) {
	pooled, err := s.db.Pool().Acquire(ctx)
	if err != nil {
		return nil, err
	}
	conn := pooled.Hijack()
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	e := &epoch{Sender: s, conn: conn, places: newPlaces(s.options.InFlight)}
	err = s.db.Everyone(ctx, func(tx *postgres.Tx) error {
		e.id, err = postgres.Value[int64](ctx, tx, "insert into sender (host) values (@host) returning id",
			postgres.Args{"host": host})
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "select pg_advisory_lock($1, $2)", senderLock, int32(e.id))
		return err
	})
	if err != nil {
		conn.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	e.recorder = newRecorder(e)
	return e, nil
}

// watch ends the epoch when its lock is lost. A look a second bounds, with claimLife, how long a text
// may be posted after others took it over; that is no second text, since they never post it again.
func (e *epoch) watch(ctx context.Context, stop context.CancelCauseFunc) {
	const every, limit = time.Second, 3 * time.Second
	for {
		pause(ctx, every)
		if ctx.Err() != nil {
			return
		}
		look, cancel := context.WithTimeout(ctx, limit)
		err := e.conn.Ping(look)
		cancel()
		if err != nil && ctx.Err() == nil {
			stop(fmt.Errorf("%w: %w", errLockLost, err))
			return
		}
	}
}

// retire notes that the sender ended in order.
func (e *epoch) retire(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := e.db.Everyone(ctx, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, "update sender set taken_over_at = now() where id = @id", postgres.Args{"id": e.id})
		return err
	})
	if err != nil {
		return fmt.Errorf("retire sender %d: %w", e.id, err)
	}
	return nil
}

// repeat calls fn now and then every d, until ctx ends. Its errors are logged: the next call may
// succeed.
func (e *epoch) repeat(ctx context.Context, d time.Duration, what string, fn func(context.Context) error) {
	for ctx.Err() == nil {
		if err := fn(ctx); err != nil && ctx.Err() == nil {
			e.log.Error(what, "error", err)
		}
		pause(ctx, d)
	}
}
