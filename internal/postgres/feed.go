package postgres

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Event says that something about Topic changed in an organization. Topics are the words of
// whoever publishes: "conversation:12", "campaign:5", "queue".
type Event struct {
	Org   OrgID  `json:"o"`
	Topic string `json:"t"`
	// Missed means that events may have been lost while the connection was away: look at everything.
	Missed bool `json:"-"`
}

const (
	channel = "parley"
	// A pg_notify takes a lock that all committing notifiers share, so events are told after the
	// commit and together: at most this much later.
	publishEvery = 20 * time.Millisecond
	// Postgres refuses payloads of 8,000 bytes and more.
	maxPayload = 7000
)

// feed gathers what transactions publish and tells it to all processes.
type feed struct {
	pool *pgxpool.Pool

	mu      sync.Mutex // guards pending and closed
	pending map[Event]struct{}
	closed  bool

	wake chan struct{}
	done chan struct{}
}

func newFeed(pool *pgxpool.Pool) *feed {
	f := &feed{pool: pool, pending: map[Event]struct{}{}, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go f.run()
	return f
}

func (f *feed) publish(events []Event) {
	if len(events) == 0 {
		return
	}
	f.mu.Lock()
	for _, e := range events {
		f.pending[e] = struct{}{}
	}
	f.mu.Unlock()
	f.poke()
}

func (f *feed) poke() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *feed) close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.poke()
	<-f.done
}

func (f *feed) run() {
	defer close(f.done)
	for range f.wake {
		f.mu.Lock()
		events, closed := f.pending, f.closed
		f.pending = map[Event]struct{}{}
		f.mu.Unlock()
		f.tell(events)
		if closed {
			return
		}
		time.Sleep(publishEvery)
	}
}

// tell notifies in payloads that Postgres accepts. An error drops the events: listeners learn of a
// database that went away by their own connection and look at everything.
func (f *feed) tell(events map[Event]struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var payloads []string
	batch, size := []Event{}, 0
	flush := func() {
		if b, err := json.Marshal(batch); err == nil && len(batch) > 0 {
			payloads = append(payloads, string(b))
		}
		batch, size = batch[:0], 0
	}
	for e := range events {
		if size += len(e.Topic) + 40; size > maxPayload {
			flush()
			size = len(e.Topic) + 40
		}
		batch = append(batch, e)
	}
	flush()
	if len(payloads) > 0 {
		_, _ = f.pool.Exec(ctx, "select pg_notify($1, p) from unnest($2::text[]) p", channel, payloads)
	}
}

// Listen calls fn for every event of every process, in order, until ctx ends. It keeps one
// connection; when that breaks it connects again, for as long as it takes, and reports one event with
// Missed set. Only if it cannot listen in the first place it returns an error. fn must return quickly.
func (db *DB) Listen(ctx context.Context, fn func(Event)) error {
	heard := false
	for {
		began, err := db.listenOnce(ctx, fn, heard)
		heard = heard || began
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !heard {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// listenOnce listens on one connection until it breaks; began says whether it came to listen at all.
func (db *DB) listenOnce(ctx context.Context, fn func(Event), again bool) (began bool, err error) {
	pooled, err := db.pool.Acquire(ctx)
	if err != nil {
		return false, err
	}
	conn := pooled.Hijack()
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
		return false, err
	}
	if again {
		fn(Event{Missed: true})
	}
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return true, err
		}
		var events []Event
		if err := json.Unmarshal([]byte(n.Payload), &events); err != nil {
			continue // not ours: anybody may notify on a channel of that name
		}
		for _, e := range events {
			fn(e)
		}
	}
}
