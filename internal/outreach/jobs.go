package outreach

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/account"
	"parley/internal/postgres"
)

// materialiseJob writes the rest of a launch's texts, slice by slice.
type materialiseJob struct {
	Org      account.OrgID `json:"org"`
	Campaign CampaignID    `json:"campaign"`
}

// Kind names the job in the queue.
func (materialiseJob) Kind() string { return "campaign_materialise" }

type materialiser struct {
	river.WorkerDefaults[materialiseJob]
	db *postgres.DB
}

// Work goes on where the launch, an earlier turn or a worker that died has stopped.
func (m *materialiser) Work(ctx context.Context, job *river.Job[materialiseJob]) error {
	return inTurns(func() (done bool, err error) {
		err = m.db.Org(ctx, job.Args.Org, func(tx *postgres.Tx) (err error) {
			done, err = materialise(ctx, tx, job.Args.Campaign)
			return err
		})
		if err != nil {
			return false, fmt.Errorf("write the texts of campaign %d: %w", job.Args.Campaign, err)
		}
		return done, nil
	})
}

// jobTurn is how long a job works at a time: less than the queue allows, so that a long one is not ended in
// the middle, and short enough for a process to wait for it when it stops.
const jobTurn = 5 * time.Second

// inTurns does one slice after the other until one is done, or until the turn is over: then the job comes
// back at once, with others in between.
func inTurns(slice func() (done bool, err error)) error {
	for end := time.Now().Add(jobTurn); ; {
		if done, err := slice(); done || err != nil {
			return err
		}
		if time.Now().After(end) {
			return river.JobSnooze(0)
		}
	}
}

// lookAgain ends a job for the moment: it comes back after the wait, or never for 0.
func lookAgain(wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	return river.JobSnooze(wait)
}

// AddWorkers registers the jobs of this package.
func AddWorkers(workers *river.Workers, db *postgres.DB) {
	river.AddWorker(workers, &materialiser{db: db})
	river.AddWorker(workers, &attendant{db: db})
	river.AddWorker(workers, &watchman{db: db})
	river.AddWorker(workers, &clearer{db: db})
}
