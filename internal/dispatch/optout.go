package dispatch

import (
	"context"
	"fmt"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// holdLeavers locks the people of whom the carrier says that they told it to stop, by the attempts or the
// SIDs of their texts, before any of those texts is locked: a STOP locks the person and then their texts,
// and the two must not wait for each other.
func holdLeavers(ctx context.Context, tx *postgres.Tx, tokens []Token, sids []string) error {
	if len(tokens)+len(sids) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		select from contact
		where org_id = @org and id in (
			select contact_id from message where org_id = @org and sid = any (@sids::text[])
			union
			select m.contact_id
			from attempt a
			join message m on m.org_id = @org and m.id = a.message_id
			where a.org_id = @org and a.token = any (@tokens::uuid[]))
		order by id
		for update`, postgres.Args{"tokens": tokens, "sids": sids})
	if err != nil {
		return fmt.Errorf("lock who opted out at the carrier: %w", err)
	}
	return nil
}

// leavers are the attempts and SIDs of texts of which statuses say so.
func leavers(statuses []Status) (tokens []Token, sids []string) {
	for _, s := range statuses {
		if s.ErrorCode == codeOptedOut {
			tokens, sids = append(tokens, s.Token), append(sids, s.SID)
		}
	}
	return tokens, sids
}

// optOutAtCarrier stores that the people to whom the messages were addressed told the carrier to stop,
// and skips what is queued for them. The campaign of that text counts the opt-out, as it counts one that
// is texted to us in it. For one who is opted out already it does nothing. The contact is
// locked (holdLeavers): whoever inserts a text for the contact refers to that row, so the text is either
// seen here or inserted after the opt-out can be seen.
func optOutAtCarrier(ctx context.Context, tx *postgres.Tx, messages []int64) ([]move, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	type person struct {
		ID       int64
		Phone    sms.Phone
		Message  int64
		Campaign *int64
	}
	people, err := postgres.Rows[person](ctx, tx, `
		with told as (
			select distinct on (m.contact_id) m.contact_id, m.id as message, m.campaign_id
			from unnest(@messages::bigint[]) t (id)
			cross join lateral (
				select id, contact_id, campaign_id
				from message
				where org_id = @org and id = t.id
				limit 1) m
			order by m.contact_id, m.id desc
		)
		select c.id, c.phone, told.message, told.campaign_id as campaign
		from told
		cross join lateral (
			select id, phone
			from contact
			where org_id = @org and id = told.contact_id
			limit 1) c
		where not exists (select from opt_out o where o.org_id = @org and o.phone = c.phone and not o.held)`, postgres.Args{"messages": messages})
	if err != nil {
		return nil, fmt.Errorf("find who opted out at the carrier: %w", err)
	}
	var contacts, because []int64
	var phones []string
	var left []move
	for _, p := range people {
		left = append(left, move{Campaign: p.Campaign, leaver: true})
		contacts, because, phones = append(contacts, p.ID), append(because, p.Message), append(phones, string(p.Phone))
		tx.Publish(TopicOptOut(p.Phone))
	}
	if len(people) == 0 {
		return nil, nil
	}
	_, err = tx.Exec(ctx, `
		with told as (
			insert into consent_event (org_id, phone, kind, source, message_id)
			select @org, phone, 'opt_out', 'carrier', message
			from unnest(@phones::text[], @because::bigint[]) as p (phone, message)
			returning id, phone
		)
		insert into opt_out (org_id, phone, event_id)
		select @org, phone, id
		from told
		order by phone
		on conflict (org_id, phone) do update set held = false, since = app_now(), event_id = excluded.event_id`,
		postgres.Args{"phones": phones, "because": because})
	if err != nil {
		return nil, fmt.Errorf("store an opt-out of the carrier: %w", err)
	}
	moves, err := postgres.Rows[move](ctx, tx, `
		select `+moveColumns+`
		from message
		where org_id = @org and contact_id = any(@contacts) and state = 'queued'
		order by id
		for update`, postgres.Args{"contacts": contacts})
	if err != nil {
		return nil, fmt.Errorf("find what is queued for an opted-out phone: %w", err)
	}
	if err := discard(ctx, tx, moves, StateSkipped, ReasonOptedOut); err != nil {
		return nil, fmt.Errorf("skip what is queued for an opted-out phone: %w", err)
	}
	return append(moves, left...), nil
}
