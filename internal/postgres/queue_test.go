package postgres_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

type pingJob struct {
	Name string `json:"name"`
}

func (pingJob) Kind() string { return "ping" }

type pinger struct {
	river.WorkerDefaults[pingJob]
	worked chan string
}

func (p *pinger) Work(_ context.Context, job *river.Job[pingJob]) error {
	p.worked <- job.Args.Name
	return nil
}

// TestQueue_AJobOfADeadProcessIsTakenUp: a process that dies leaves its job behind as if it were being worked.
func TestQueue_AJobOfADeadProcessIsTakenUp(t *testing.T) {
	t.Parallel()
	db := pgtest.Own(t)
	ctx := t.Context()
	err := db.DB().Everyone(ctx, func(tx *postgres.Tx) error { return tx.Enqueue(ctx, pingJob{"left behind"}) })
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.DB().Pool().Exec(ctx, `
		update river.river_job
		set state = 'running', attempt = 1, attempted_at = now() - interval '61 seconds', attempted_by = array['dead']
		where kind = 'ping'`)
	if err != nil {
		t.Fatal(err)
	}
	workers, worker := river.NewWorkers(), &pinger{worked: make(chan string, 1)}
	river.AddWorker(workers, worker)
	queue, err := db.DB().NewQueue(workers, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := queue.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = queue.Stop(context.WithoutCancel(ctx)) })
	select {
	case name := <-worker.worked:
		if name != "left behind" {
			t.Errorf("worked %q", name)
		}
	case <-time.After(30 * time.Second):
		t.Error("nobody has taken it up in half a minute")
	}
}
