package dispatch

import (
	"context"
	"fmt"
	"maps"
	"slices"

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
	reason Reason // why, if it became undelivered or failed
	// leaver: with this text the person opted out at the carrier, which the campaign counts.
	leaver bool
}

// moveColumns are the columns of a move, from a row of message that is locked.
const moveColumns = `id, state as was, campaign_id as campaign, author = 'campaign' as recipient, conversation_id`

// settleMoves brings the counts of campaigns in step with the moves and tells the pages. It comes last
// in a transaction: message rows are locked before counts, everywhere, so that no two transactions
// wait for each other.
func settleMoves(ctx context.Context, tx *postgres.Tx, moves []move) error {
	var campaigns []int64
	var was, became []State
	left := map[int64]int{}
	for _, m := range moves {
		if m.Campaign != nil && m.leaver {
			left[*m.Campaign]++
			tx.Publish(TopicCampaign(*m.Campaign))
		}
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
	if err := countLeavers(ctx, tx, left, campaigns); err != nil {
		return err
	}
	if len(campaigns) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, "call move_counts(@org, @campaigns, @was, @became)",
		postgres.Args{"campaigns": campaigns, "was": was, "became": became})
	if err != nil {
		return fmt.Errorf("move the counts of campaigns: %w", err)
	}
	return countFailures(ctx, tx, moves)
}

// countFailures counts by their reasons the texts of campaigns that did not arrive. They stay so: no
// state has a higher rank.
func countFailures(ctx context.Context, tx *postgres.Tx, moves []move) error {
	var campaigns []int64
	var reasons []Reason
	for _, m := range moves {
		if m.Campaign != nil && m.Recipient && (m.became == StateUndelivered || m.became == StateFailed) {
			campaigns, reasons = append(campaigns, *m.Campaign), append(reasons, m.reason)
		}
	}
	if len(campaigns) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		insert into campaign_failure (org_id, campaign_id, reason, slot, texts)
		select @org, campaign, reason, count_slot(), count(*)
		from unnest(@campaigns::bigint[], @reasons::text[]) as f (campaign, reason)
		group by campaign, reason
		order by campaign, reason
		on conflict (org_id, campaign_id, reason, slot) do update set texts = campaign_failure.texts + excluded.texts`,
		postgres.Args{"campaigns": campaigns, "reasons": reasons})
	if err != nil {
		return fmt.Errorf("count the failures of campaigns: %w", err)
	}
	return nil
}

// countLeavers adds people to the opt-outs of campaigns. It touches the rows of the other campaigns of
// the transaction, too, since the rows of counts are locked in the order of campaigns, everywhere.
func countLeavers(ctx context.Context, tx *postgres.Tx, left map[int64]int, others []int64) error {
	if len(left) == 0 {
		return nil
	}
	for _, campaign := range others {
		left[campaign] += 0
	}
	campaigns := slices.Sorted(maps.Keys(left))
	var people []int
	for _, campaign := range campaigns {
		people = append(people, left[campaign])
	}
	_, err := tx.Exec(ctx, `
		insert into campaign_count (org_id, campaign_id, slot, opted_out)
		select @org, campaign, count_slot(), people
		from unnest(@campaigns::bigint[], @people::int[]) as l (campaign, people)
		order by campaign
		on conflict (org_id, campaign_id, slot) do update set opted_out = campaign_count.opted_out + excluded.opted_out`,
		postgres.Args{"campaigns": campaigns, "people": people})
	if err != nil {
		return fmt.Errorf("count opt-outs of campaigns: %w", err)
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
	return tx.ExecEach(ctx, `
		update message
		set state = @state, reason = @reason, settled_at = app_now()
		where org_id = @org and id = @id`, args)
}
