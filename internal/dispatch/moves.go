package dispatch

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// move is a text that goes from one state to another in a transaction.
type move struct {
	ID             int64
	Was            State
	Campaign       *int64 // that it is part of
	Recipient      bool   // it is the campaign's own text, which the campaign's counts count
	ConversationID *int64

	became State
}

// moveColumns are the columns of a move, from a row of message that is locked.
const moveColumns = `id, state as was, campaign_id as campaign, author = 'campaign' as recipient, conversation_id`

// settleMoves brings the counts of campaigns in step with the moves and tells the pages. It comes last
// in a transaction: message rows are locked before counts, everywhere, so that no two transactions
// wait for each other.
func settleMoves(ctx context.Context, tx *postgres.Tx, moves []move) error {
	var campaigns []int64
	var was, became []State
	for _, m := range moves {
		if m.Was == m.became {
			continue
		}
		if m.Campaign != nil {
			tx.Publish(TopicCampaign(*m.Campaign))
		}
		if m.ConversationID != nil {
			tx.Publish(TopicConversation(*m.ConversationID))
		}
		if m.Campaign != nil && m.Recipient {
			campaigns, was, became = append(campaigns, *m.Campaign), append(was, m.Was), append(became, m.became)
		}
	}
	if len(campaigns) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, "call move_counts(@org, @campaigns, @was, @became)",
		postgres.Args{"campaigns": campaigns, "was": was, "became": became})
	if err != nil {
		return fmt.Errorf("move the counts of campaigns: %w", err)
	}
	return nil
}

// discard takes queued texts, which must be locked, out of the queue for good.
func discard(ctx context.Context, tx *postgres.Tx, moves []move, became State, reason Reason) error {
	var args []postgres.Args
	for i := range moves {
		moves[i].became = became
		args = append(args, postgres.Args{"id": moves[i].ID, "state": became, "reason": reason})
	}
	return execEach(ctx, tx, `
		update message
		set state = @state, reason = @reason, settled_at = app_now()
		where org_id = @org and id = @id`, args)
}
