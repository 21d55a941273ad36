package dispatch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"parley/internal/postgres"
)

// result is what became of a flight.
type result struct {
	flight
	outcome Outcome
	wait    time.Duration // before a text that goes back to the queue may be claimed again
}

// recorder writes results to the database. While one batch of an organization is written the next
// gathers, so under load a batch is as long as a commit takes, some milliseconds, and alone a result
// is written at once. A result keeps its place until it is written.
type recorder struct {
	epoch *epoch
	ctx   context.Context // ends when close gives up
	stop  context.CancelFunc
	done  sync.WaitGroup

	mu      sync.Mutex
	ready   sync.Cond                   // an organization is due, or closed
	pending map[postgres.OrgID][]result // not yet being written
	due     []postgres.OrgID            // have something pending and no writer
	writing map[postgres.OrgID]struct{} // have a writer
	closed  bool
}

// recorderWriters is how many organizations are written for at once.
const recorderWriters = 3

func newRecorder(e *epoch) *recorder {
	r := &recorder{epoch: e, pending: map[postgres.OrgID][]result{}, writing: map[postgres.OrgID]struct{}{}}
	r.ready.L = &r.mu
	r.ctx, r.stop = context.WithCancel(context.Background())
	for range recorderWriters {
		r.done.Go(r.run)
	}
	return r
}

func (r *recorder) add(x result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, writing := r.writing[x.Org]
	if len(r.pending[x.Org]) == 0 && !writing {
		r.due = append(r.due, x.Org)
		r.ready.Signal()
	}
	r.pending[x.Org] = append(r.pending[x.Org], x)
}

// close writes what is left, for at most some seconds.
func (r *recorder) close() error {
	const limit = 8 * time.Second
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.ready.Broadcast()
	giveUp := time.AfterFunc(limit, r.stop)
	defer giveUp.Stop()
	r.done.Wait()
	r.stop()
	if left := r.epoch.options.InFlight - r.epoch.places.count(); left > 0 {
		return fmt.Errorf("record outcomes: %d texts could not be recorded and will be looked up at the carrier", left)
	}
	return nil
}

func (r *recorder) run() {
	for {
		org, batch, ok := r.take()
		if !ok {
			return
		}
		r.epoch.recordFirmly(r.ctx, org, batch)
		r.finish(org)
	}
}

func (r *recorder) take() (org postgres.OrgID, batch []result, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.due) == 0 {
		if r.closed {
			return 0, nil, false
		}
		r.ready.Wait()
	}
	org, r.due = r.due[0], r.due[1:]
	batch = r.pending[org]
	delete(r.pending, org)
	r.writing[org] = struct{}{}
	return org, batch, true
}

func (r *recorder) finish(org postgres.OrgID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.writing, org)
	if len(r.pending[org]) > 0 {
		r.due = append(r.due, org)
		r.ready.Signal()
	}
}

// recordFirmly writes a batch and frees its places. It tries until it succeeds or ctx ends. An error
// that is not the database's absence is met by writing the results one by one, so that one that
// cannot be written does not keep the others.
func (e *epoch) recordFirmly(ctx context.Context, org postgres.OrgID, batch []result) {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := e.record(ctx, org, batch)
		if err == nil {
			e.places.give(len(batch))
			e.agenda.poke()
			return
		}
		if ctx.Err() != nil {
			return
		}
		e.log.Error("record outcomes", "org", org, "texts", len(batch), "error", err)
		if !postgres.IsAway(err) {
			if len(batch) > 1 {
				for _, x := range batch {
					e.recordFirmly(ctx, org, []result{x})
				}
				return
			}
			batch = []result{doubtful(batch[0], err)}
		}
		pause(ctx, wait)
	}
}

// doubtful is a result that the database refuses, as if its answer had been lost: when the carrier
// gives an SID that another text has, for example.
func doubtful(x result, err error) result {
	x.outcome = Outcome{Kind: Unknown, HTTPStatus: x.outcome.HTTPStatus, Detail: "could not be recorded: " + err.Error()}
	return x
}
