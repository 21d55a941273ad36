package dispatch

import (
	"context"
	"fmt"
	"slices"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// told is somebody who told the carrier to stop, and the text that met it.
type told struct {
	ID       int64
	Phone    sms.Phone
	Message  int64
	Campaign *int64
}

func phonesOf(people []told) []sms.Phone {
	phones := make([]sms.Phone, len(people))
	for i, p := range people {
		phones[i] = p.Phone
	}
	return phones
}

// optOutAtCarrier stores that the people to whom the messages were addressed told the carrier to stop,
// and skips what is queued for them. The campaign of that text counts the opt-out, as it counts one that
// is texted to us in it. For one who is opted out already it does nothing. The contact is
// locked first: whoever inserts a text for the contact refers to that row, so the text is either seen
// here or inserted after the opt-out can be seen.
func optOutAtCarrier(ctx context.Context, tx *postgres.Tx, messages []int64) ([]move, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	people, err := postgres.Rows[told](ctx, tx, `
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
			for update) c`, postgres.Args{"messages": messages})
	if err != nil {
		return nil, fmt.Errorf("find who opted out at the carrier: %w", err)
	}
	// Asked once the contacts are held: a STOP that was waited for has stored its opt-out, and counted it.
	gone, err := postgres.Values[sms.Phone](ctx, tx, `
		select phone from opt_out where org_id = @org and phone = any (@phones::text[]) and not held`,
		postgres.Args{"phones": phonesOf(people)})
	if err != nil {
		return nil, fmt.Errorf("look who has opted out already: %w", err)
	}
	people = slices.DeleteFunc(people, func(p told) bool { return slices.Contains(gone, p.Phone) })
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
