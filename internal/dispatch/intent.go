package dispatch

import (
	"context"
	"fmt"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// write makes the decisions durable, except for phones that may not be texted: those are skipped.
func (b *booking) write(ctx context.Context, tx *postgres.Tx, sender int64) error {
	if len(b.chosen) == 0 {
		return nil
	}
	if err := b.bar(ctx, tx); err != nil {
		return err
	}
	if err := b.writeMessages(ctx, tx); err != nil {
		return err
	}
	if err := b.writeAttempts(ctx, tx, sender); err != nil {
		return err
	}
	if err := b.writePace(ctx, tx); err != nil {
		return err
	}
	if err := b.postpone(ctx, tx); err != nil {
		return err
	}
	var moves []move
	for _, c := range b.chosen {
		moves = append(moves, move{
			ID: c.ID, Was: StateQueued, became: c.became,
			Campaign: c.Campaign, Recipient: c.Recipient, ConversationID: c.ConversationID})
	}
	return settleMoves(ctx, tx, moves)
}

// bar skips texts to phones that opted out. It reads with a snapshot taken after the texts were
// locked. The one text that may follow an opt-out is the confirmation of it: a text of the system in
// answer to the very text that asked for it.
func (b *booking) bar(ctx context.Context, tx *postgres.Tx) error {
	var phones []sms.Phone
	for _, c := range b.chosen {
		phones = append(phones, c.Phone)
	}
	type optOut struct {
		Phone sms.Phone
		Held  bool
		Asked *int64 // the text that asked for it
	}
	found, err := postgres.Rows[optOut](ctx, tx, `
		select o.phone, o.held, e.message_id as asked
		from unnest(@phones::text[]) p (phone)
		cross join lateral (
			select phone, held, event_id
			from opt_out
			where org_id = @org and phone = p.phone
			limit 1) o
		left join lateral (
			select message_id
			from consent_event
			where org_id = @org and id = o.event_id
			limit 1) e on true`, postgres.Args{"phones": phones})
	if err != nil {
		return fmt.Errorf("read opt-outs: %w", err)
	}
	barred := map[sms.Phone]optOut{}
	for _, o := range found {
		barred[o.Phone] = o
	}
	for i := range b.chosen {
		c := &b.chosen[i]
		o, ok := barred[c.Phone]
		if !ok {
			continue
		}
		c.confirms = c.Author == "system" && c.InReplyTo != nil && o.Asked != nil && *c.InReplyTo == *o.Asked
		if !c.confirms {
			c.became, c.reason, c.token = StateSkipped, ReasonOptedOut, Token{}
			if o.Held {
				c.reason = ReasonHeld
			}
		}
	}
	return nil
}

func (b *booking) writeMessages(ctx context.Context, tx *postgres.Tx) error {
	var args []postgres.Args
	for _, c := range b.chosen {
		args = append(args, postgres.Args{"id": c.ID, "state": c.became, "token": c.token, "due": c.due, "reason": c.reason})
	}
	err := tx.ExecEach(ctx, `
		update message
		set state = @state,
			token = coalesce(@token, token),
			due_at = @due,
			reason = @reason,
			settled_at = case when @state = 'skipped' then app_now() end
		where org_id = @org and id = @id`, args)
	if err != nil {
		return fmt.Errorf("write a claim: %w", err)
	}
	return nil
}

func (b *booking) writeAttempts(ctx context.Context, tx *postgres.Tx, sender int64) error {
	var tokens []Token
	var messages []int64
	for _, c := range b.chosen {
		if c.became == StateInflight {
			tokens, messages = append(tokens, c.token), append(messages, c.ID)
		}
	}
	_, err := tx.Exec(ctx, `
		insert into attempt (org_id, token, message_id, sender_id)
		select @org, token, message_id, @sender
		from unnest(@tokens::uuid[], @messages::bigint[]) a (token, message_id)`,
		postgres.Args{"tokens": tokens, "messages": messages, "sender": sender})
	if err != nil {
		return fmt.Errorf("write attempts: %w", err)
	}
	return nil
}

func (b *booking) writePace(ctx context.Context, tx *postgres.Tx) error {
	var args []postgres.Args
	for id, p := range b.pace {
		if p.used {
			args = append(args, postgres.Args{"id": id, "until": p.until.Seconds()})
		}
	}
	err := tx.ExecEach(ctx, `
		update phone_number
		set paced_until = app_now() + make_interval(secs => @until)
		where org_id = @org and id = @id`, args)
	if err != nil {
		return fmt.Errorf("write the pace of a number: %w", err)
	}
	return nil
}

// postpone moves more texts of a campaign whose zone is closed out of the way of the others, so that
// a big campaign need not be claimed through. The rest follows with the next claims.
func (b *booking) postpone(ctx context.Context, tx *postgres.Tx) error {
	for closed, opens := range b.closed {
		ids, err := postgres.Values[int64](ctx, tx, `
			select id
			from message
			where org_id = @org and campaign_id = @campaign and state = 'queued' and author = 'campaign'
				and zone = @zone and due_at <= app_now()
			order by due_at, id
			limit 2000
			for update skip locked`, postgres.Args{"campaign": closed.campaign, "zone": closed.zone})
		if err != nil {
			return fmt.Errorf("find texts to postpone: %w", err)
		}
		var args []postgres.Args
		for _, id := range ids {
			args = append(args, postgres.Args{"id": id, "opens": opens})
		}
		if err := tx.ExecEach(ctx, "update message set due_at = @opens where org_id = @org and id = @id", args); err != nil {
			return fmt.Errorf("postpone texts until %s: %w", opens, err)
		}
	}
	return nil
}
