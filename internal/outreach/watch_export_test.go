package outreach

import (
	"context"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Watch looks at a campaign as its job does, and says how long the job sleeps then.
func Watch(ctx context.Context, db *postgres.DB, org account.OrgID, id CampaignID) (time.Duration, error) {
	return watch(ctx, db, org, id)
}
