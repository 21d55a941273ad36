package dispatch

import (
	"context"
	"fmt"
	"time"

	"parley/internal/postgres"
)

func (e *epoch) finishRepeatedly(ctx context.Context) {
	e.repeat(ctx, e.options.PollEvery, "finish campaigns", e.finish)
}

// finish makes campaigns active whose texts are all written and have left or never will. It goes through Everyone since
// a sender does not know which organizations have a campaign under way.
func (e *epoch) finish(ctx context.Context) error {
	type finished struct {
		Org      postgres.OrgID
		Campaign int64
	}
	var all []finished
	err := e.db.Everyone(ctx, func(tx *postgres.Tx) (err error) {
		all, err = postgres.Rows[finished](ctx, tx, `
			select c.org_id as org, c.id as campaign
			from campaign c
			where c.state = 'sending' and c.materialised_at is not null and not exists (
				select
				from message m
				where m.org_id = c.org_id and m.campaign_id = c.id and m.author = 'campaign'
					and m.state in ('queued', 'inflight'))
			order by c.org_id, c.id`, nil)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range all {
		err := e.db.Org(ctx, f.Org, func(tx *postgres.Tx) error {
			n, err := tx.Exec(ctx, `
				update campaign c
				set state = 'active', sent_at = app_now()
				where c.org_id = @org and c.id = @campaign and c.state = 'sending' and c.materialised_at is not null and not exists (
					select
					from message m
					where m.org_id = @org and m.campaign_id = @campaign and m.author = 'campaign'
						and m.state in ('queued', 'inflight'))`, postgres.Args{"campaign": f.Campaign})
			if n > 0 {
				tx.Publish(TopicCampaign(f.Campaign))
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("campaign %d of organization %d: %w", f.Campaign, f.Org, err)
		}
	}
	return nil
}

func (e *epoch) reconcileRepeatedly(ctx context.Context) {
	e.repeat(ctx, min(5*time.Second, e.options.PollEvery), "look for evidence of unknown texts", e.reconcile)
}
