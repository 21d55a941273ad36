package dispatch

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// Resend queues the texts of a campaign again of which no evidence was found, and returns how many.
// It is for a person to decide: some of them may have arrived, and those people get the text twice.
// Evidence that comes before a text is claimed again still stops it.
func Resend(ctx context.Context, tx *postgres.Tx, campaign int64) (int, error) {
	moves, err := postgres.Rows[move](ctx, tx, `
		select `+moveColumns+`
		from message
		where org_id = @org and campaign_id = @campaign and author = 'campaign' and state = 'unresolved'
		order by id
		for update`, postgres.Args{"campaign": campaign})
	if err != nil {
		return 0, fmt.Errorf("find unresolved texts: %w", err)
	}
	var args []postgres.Args
	for i := range moves {
		moves[i].became = StateQueued
		args = append(args, postgres.Args{"id": moves[i].ID})
	}
	err = tx.ExecEach(ctx, `
		update message
		set state = 'queued', due_at = app_now(), checks = 0, settled_at = null
		where org_id = @org and id = @id`, args)
	if err != nil {
		return 0, fmt.Errorf("queue unresolved texts again: %w", err)
	}
	tx.Publish(TopicQueue)
	return len(moves), settleMoves(ctx, tx, moves)
}
