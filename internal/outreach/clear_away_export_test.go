package outreach

import (
	"context"

	"parley/internal/account"
	"parley/internal/postgres"
)

// DecideArchive archives as Archive does in a process that dies before it clears away.
func DecideArchive(ctx context.Context, db *postgres.DB, actor account.Actor, id CampaignID) error {
	d := NewDesk(db, actor)
	return d.org(ctx, func(tx *postgres.Tx) error { return d.archive(ctx, tx, id, true) })
}

// ArchiveWithoutPatience archives as Archive does for somebody who waits for no text to be cancelled.
func ArchiveWithoutPatience(ctx context.Context, db *postgres.DB, actor account.Actor, id CampaignID) error {
	return NewDesk(db, actor).archiveWithin(ctx, 0, id, true)
}

// ClearAway does what the job does.
func ClearAway(ctx context.Context, db *postgres.DB, org account.OrgID, id CampaignID) error {
	_, err := NewDesk(db, account.System(org)).clearAway(ctx, id, jobTurn)
	return err
}
