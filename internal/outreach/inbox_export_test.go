package outreach

import (
	"context"

	"parley/internal/account"
	"parley/internal/postgres"
)

// WaitingPolicies are the policies in which somebody waits in an inbox of the actor's, in order.
func WaitingPolicies(ctx context.Context, db *postgres.DB, actor account.Actor) (policies []PolicyID, err error) {
	d := NewDesk(db, actor)
	err = d.org(ctx, func(tx *postgres.Tx) error {
		policies, err = postgres.Values[PolicyID](ctx, tx, mineWaitingSQL+` select policy from mine order by policy`, d.inboxArgs(0))
		return err
	})
	return policies, err
}

// ArchiveMany archives campaigns as Archive does, in one transaction.
func ArchiveMany(ctx context.Context, db *postgres.DB, actor account.Actor, ids []CampaignID) error {
	d := NewDesk(db, actor)
	return d.org(ctx, func(tx *postgres.Tx) error {
		for _, id := range ids {
			if err := d.archive(ctx, tx, id, true); err != nil {
				return err
			}
			for _, step := range d.clearSteps() {
				if _, err := d.clear(ctx, tx, id, step); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
