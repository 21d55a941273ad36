package outreach

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/account"
	"parley/internal/postgres"
)

// How often a campaign is looked at: while it sends a pause is worth seconds; within a day after, the
// last states come in.
const (
	watchSending = 10 * time.Second
	watchAfter   = 10 * time.Minute
	watchedFor   = 24 * time.Hour
)

// watchJob looks at a campaign from its launch on until its last states are in.
type watchJob struct {
	Org      account.OrgID `json:"org"`
	Campaign CampaignID    `json:"campaign"`
}

// Kind names the job in the queue.
func (watchJob) Kind() string { return "campaign_watch" }

type watchman struct {
	river.WorkerDefaults[watchJob]
	db *postgres.DB
}

// Work looks once and sleeps until the next look.
func (w *watchman) Work(ctx context.Context, job *river.Job[watchJob]) error {
	wait, err := watch(ctx, w.db, job.Args.Org, job.Args.Campaign)
	if err != nil {
		return fmt.Errorf("watch over campaign %d: %w", job.Args.Campaign, err)
	}
	return lookAgain(wait)
}

// watch says how long it is until the next look, 0 for never.
func watch(ctx context.Context, db *postgres.DB, org account.OrgID, id CampaignID) (wait time.Duration, err error) {
	desk := NewDesk(db, account.System(org))
	err = desk.org(ctx, func(tx *postgres.Tx) error {
		now, err := postgres.Value[time.Time](ctx, tx, `
			select app_now() from campaign where org_id = @org and id = @campaign for update`, postgres.Args{"campaign": id})
		if err != nil {
			return fmt.Errorf("lock campaign %d: %w", id, err)
		}
		c, err := desk.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		if wait = c.watchAgain(now); wait == 0 {
			return nil
		}
		return desk.actOnFiltering(ctx, tx, c)
	})
	return wait, err
}

func (c Campaign) watchAgain(now time.Time) time.Duration {
	switch {
	case c.State == Sending && !c.Paused:
		return watchSending
	case c.State == Sending, c.State == Active && c.SentAt != nil && now.Before(c.SentAt.Add(watchedFor)):
		return watchAfter
	}
	return 0
}
