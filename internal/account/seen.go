package account

import (
	"context"
	"fmt"
	"time"

	"parley/internal/postgres"
)

// seenWithin is how exactly it is known when a user was last seen: looking at page after page writes no more
// often.
const seenWithin = 5 * time.Minute

// Seen notes that the actor is there now. So soon after the last time it does nothing.
func Seen(ctx context.Context, db *postgres.DB, a Actor) error {
	if a.LastSeenAt != nil && time.Since(*a.LastSeenAt) < seenWithin {
		return nil
	}
	err := db.Org(ctx, a.Org, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, `update app_user set last_seen_at = app_now() where org_id = @org and id = @user`, postgres.Args{"user": a.User})
		return err
	})
	if err != nil {
		return fmt.Errorf("note that user %d is there: %w", a.User, err)
	}
	return nil
}
