package insight

import (
	"context"
	"fmt"

	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// Failure is how many texts did not arrive for a reason.
type Failure struct {
	Reason dispatch.Reason
	Texts  int
}

// failures are the reasons for which texts of the campaigns themselves failed, the most frequent first.
func failures(ctx context.Context, tx *postgres.Tx, campaigns []outreach.CampaignID) ([]Failure, error) {
	found, err := postgres.Rows[Failure](ctx, tx, `
		select reason, sum(texts) as texts
		from campaign_failure
		where org_id = @org and campaign_id = any (@campaigns)
		group by reason
		order by texts desc, reason`, postgres.Args{"campaigns": campaigns})
	if err != nil {
		return nil, fmt.Errorf("count why texts failed: %w", err)
	}
	return found, nil
}
