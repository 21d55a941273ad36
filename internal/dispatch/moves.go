package dispatch

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// move is a text that went from one state to another in a transaction.
type move struct {
	ID             int64
	Was            string
	Became         string
	Campaign       *int64 // that it is part of
	Recipient      bool   // it is the campaign's own text, which its counts count
	ConversationID *int64
}

// moveColumns are the columns of a move, from a row m of message and its former state.
const moveColumns = `m.id, m.state as became, m.campaign_id as campaign, m.author = 'campaign' as recipient, m.conversation_id`

// settle brings the counts of campaigns in step with the moves and tells the pages. It comes last in
// a transaction: message rows are locked before counts, everywhere, so that no two transactions wait
// for each other.
func settleMoves(ctx context.Context, tx *postgres.Tx, moves []move) error {
	var campaigns []int64
	var was, became []string
	for _, m := range moves {
		if m.Campaign != nil {
			tx.Publish(TopicCampaign(*m.Campaign))
		}
		if m.ConversationID != nil {
			tx.Publish(TopicConversation(*m.ConversationID))
		}
		if m.Campaign != nil && m.Recipient && m.Was != m.Became {
			campaigns, was, became = append(campaigns, *m.Campaign), append(was, m.Was), append(became, m.Became)
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
