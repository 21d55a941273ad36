package insight

import (
	"context"
	"fmt"
	"time"

	"parley/internal/outreach"
	"parley/internal/postgres"
)

// answers counts the agents' answers and takes the median of how long people had waited for them: from
// the text that raised needs attention to the agent's.
func answers(ctx context.Context, tx *postgres.Tx, campaigns []outreach.CampaignID) (int, time.Duration, error) {
	type median struct {
		Answers int
		Wait    time.Duration
	}
	m, err := postgres.Row[median](ctx, tx, `
		select count(*) as answers,
			coalesce(percentile_cont(0.5) within group (order by created_at - waiting_since), '0') as wait
		from message
		where org_id = @org and campaign_id = any (@campaigns) and author = 'agent' and waiting_since is not null
			and state not in ('skipped', 'cancelled')`,
		postgres.Args{"campaigns": campaigns})
	if err != nil {
		return 0, 0, fmt.Errorf("take the median of agents' answers: %w", err)
	}
	return m.Answers, m.Wait, nil
}
