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

// Work goes on where the launch, or a worker that died, has stopped.
func (m *materialiser) Work(ctx context.Context, job *river.Job[materialiseJob]) error {
	for done := false; !done; {
		err := m.db.Org(ctx, job.Args.Org, func(tx *postgres.Tx) (err error) {
			done, err = materialise(ctx, tx, job.Args.Campaign)
			return err
		})
		if err != nil {
			return fmt.Errorf("write the texts of campaign %d: %w", job.Args.Campaign, err)
		}
	}
	return nil
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
