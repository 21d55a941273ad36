package outreach

import (
	"context"

	"github.com/riverqueue/river"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Materialise works the job that writes the rest of a launch.
func Materialise(ctx context.Context, db *postgres.DB, org account.OrgID, id CampaignID) error {
	worker := &materialiser{db: db}
	return worker.Work(ctx, &river.Job[materialiseJob]{Args: materialiseJob{Org: org, Campaign: id}})
}
