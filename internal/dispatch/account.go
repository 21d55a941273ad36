package dispatch

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// stopSending holds everything of the organization back until a person has looked. The first reason
// stays.
func stopSending(ctx context.Context, tx *postgres.Tx, reason Reason, detail string) error {
	sentence := reason.orRefused().Sentence()
	if detail = shortened(detail); detail != "" {
		sentence += " (" + detail + ")"
	}
	_, err := tx.Exec(ctx, `
		update carrier_account
		set stopped_reason = @sentence
		where org_id = @org and stopped_reason = ''`, postgres.Args{"sentence": sentence})
	if err != nil {
		return fmt.Errorf("stop sending: %w", err)
	}
	tx.Publish(TopicCarrier)
	return nil
}

// Resume lets an organization send again after the carrier refused its account. It says whether it
// was stopped; if not, nothing changes. What was queued goes at once, and stops again if the carrier
// still refuses.
func Resume(ctx context.Context, tx *postgres.Tx) (resumed bool, err error) {
	n, err := tx.Exec(ctx, `
		update carrier_account
		set stopped_reason = '', throttled_until = '-infinity'
		where org_id = @org and stopped_reason <> ''`, nil)
	if err != nil {
		return false, fmt.Errorf("resume sending: %w", err)
	}
	tx.Publish(TopicCarrier)
	return n > 0, nil
}
