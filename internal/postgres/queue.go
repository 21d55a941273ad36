package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// QueueSchema is where the job queue keeps its tables, apart from ours.
const QueueSchema = "river"

// Queue works jobs: River on the same database, so that a job exists exactly if the transaction that
// asked for it has committed. Sending is not among them: it has a protocol of its own.
type Queue = river.Client[pgx.Tx]

// A job that takes longer than jobTimeout is ended and tried again, so a long one works in turns (river.JobSnooze).
// One that has run for lostAfter has lost its process, and another takes it up within half a minute.
const (
	jobTimeout = 30 * time.Second
	lostAfter  = time.Minute
)

// NewQueue makes a queue that works the jobs of workers; Start begins and Stop ends it.
func (db *DB) NewQueue(workers *river.Workers, periodic []*river.PeriodicJob, log *slog.Logger) (*Queue, error) {
	q, err := river.NewClient(riverpgxv5.New(db.pool), &river.Config{
		Schema:               QueueSchema,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		Workers:              workers,
		PeriodicJobs:         periodic,
		Logger:               log,
		FetchPollInterval:    time.Second,
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: lostAfter,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the job queue: %w", err)
	}
	return q, nil
}

// inserter puts jobs into the queue; it works none.
var inserter = sync.OnceValues(func() (*Queue, error) {
	return river.NewClient(riverpgxv5.New(nil), &river.Config{Schema: QueueSchema})
})

// Enqueue asks for a job to be done once this transaction has committed.
func (tx *Tx) Enqueue(ctx context.Context, job river.JobArgs) error { return tx.enqueue(ctx, job, nil) }

// EnqueueIn is Enqueue for a job that is to be done a while after the commit.
func (tx *Tx) EnqueueIn(ctx context.Context, wait time.Duration, job river.JobArgs) error {
	return tx.enqueue(ctx, job, &river.InsertOpts{ScheduledAt: time.Now().Add(wait)})
}

func (tx *Tx) enqueue(ctx context.Context, job river.JobArgs, opts *river.InsertOpts) error {
	q, err := inserter()
	if err == nil {
		_, err = q.InsertTx(ctx, tx.inner, job, opts)
	}
	if err != nil {
		return fmt.Errorf("queue a job %s: %w", job.Kind(), err)
	}
	return nil
}
