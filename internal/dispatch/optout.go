package dispatch

import (
	"context"
	"fmt"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// optOutAtCarrier stores that the people to whom the messages were addressed told the carrier to stop,
// and skips what is queued for them. For one who is opted out already it does nothing. The contact is
// locked first: whoever inserts a text for the contact refers to that row, so the text is either seen
// here or inserted after the opt-out can be seen.
func optOutAtCarrier(ctx context.Context, tx *postgres.Tx, messages []int64) ([]move, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	type person struct {
		ID      int64
		Phone   sms.Phone
		Message int64
	}
	people, err := postgres.Rows[person](ctx, tx, `
		select c.id, c.phone, max.message
		from contact c
		join (
			select contact_id, max(id) as message
			from message
			where org_id = @org and id = any(@messages)
			group by contact_id) max on max.contact_id = c.id
		where c.org_id = @org
			and not exists (select from opt_out o where o.org_id = @org and o.phone = c.phone and not o.held)
		order by c.id
		for update of c`, postgres.Args{"messages": messages})
	if err != nil {
		return nil, fmt.Errorf("find who opted out at the carrier: %w", err)
	}
	var contacts, because []int64
	var phones []string
	for _, p := range people {
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
		update message m
		set state = 'skipped', reason = @reason, settled_at = app_now()
		from (
			select id
			from message
			where org_id = @org and contact_id = any(@contacts) and state = 'queued'
			order by id
			for update) q
		where m.org_id = @org and m.id = q.id
		returning `+moveColumns+`, 'queued' as was`,
		postgres.Args{"contacts": contacts, "reason": ReasonOptedOut})
	if err != nil {
		return nil, fmt.Errorf("skip what is queued for an opted-out phone: %w", err)
	}
	return moves, nil
}
