package outreach

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
)

// arrival is a text on its way to whoever answers it.
type arrival struct {
	in           Inbound
	number       receiver
	contact      audience.Contact
	campaign     *Campaign // the campaign it belongs to, nil for unsolicited
	policy       Policy    // what governs the conversation now; the zero policy is silence
	conversation Conversation
	id           MessageID
	fresh        bool // the conversation begins with this text
	first        bool // the person's first text in this conversation
}

// receiver is the number that was texted, as far as routing needs it.
type receiver struct {
	ID        NumberID
	Kind      Kind
	OfficeID  account.OfficeID
	PolicyID  *PolicyID
	Releasing bool
}

// silent says whether nobody answers and nobody is asked: the text is kept, and what it says about
// consent counts.
func (r *arrival) silent() bool { return r.policy.ID == 0 }

// route finds where a text belongs and what governs it.
//
// That is the active campaign that texted the person last from this number (AR14, AR15), under its
// own policy. Else, on a reusable number, it is the person's thread with the number, under the
// number's unsolicited message settings (AR9). On a provisioned number it is unsolicited under the
// policy of the campaign that runs there (AP7), or, where none runs, a late reply to the archived
// campaign that texted them last (AP3).
func route(ctx context.Context, tx *postgres.Tx, in Inbound) (*arrival, error) {
	r := &arrival{in: in}
	var err error
	r.number, err = postgres.Row[receiver](ctx, tx, `
		select id, kind, office_id, policy_id, releasing_at is not null as releasing
		from phone_number
		where org_id = @org and phone = @phone and released_at is null`, postgres.Args{"phone": in.To})
	if errors.Is(err, postgres.ErrNotFound) {
		return nil, ErrNoNumber
	}
	if err != nil {
		return nil, fmt.Errorf("find the number of text %s: %w", in.SID, err)
	}
	if r.contact, err = audience.Meet(ctx, tx, in.From); err != nil {
		return nil, err
	}
	if r.campaign, err = r.lastCampaign(ctx, tx); err != nil {
		return nil, err
	}
	switch {
	case r.campaign != nil:
		r.policy, err = policy(ctx, tx, r.campaign.PolicyID)
	case r.number.Releasing:
	case r.number.PolicyID != nil:
		r.policy, err = policy(ctx, tx, *r.number.PolicyID)
	default:
		err = r.routeProvisioned(ctx, tx)
	}
	return r, err
}

// routeProvisioned is for a text that belongs to no active campaign, on a provisioned number.
func (r *arrival) routeProvisioned(ctx context.Context, tx *postgres.Tx) error {
	running, err := holdCampaign(ctx, tx, postgres.Statement{SQL: `
		select id
		from campaign
		where org_id = @org and number_id = @number and state in ('sending', 'active')
		order by id desc
		limit 1`, Args: postgres.Args{"number": r.number.ID}})
	if err != nil {
		return err
	}
	if running != nil {
		r.policy, err = policy(ctx, tx, running.PolicyID)
		return err
	}
	late, err := postgres.Rows[Campaign](ctx, tx, campaignSQL+` and c.id = (
		select m.campaign_id
		from message m
		where m.org_id = @org and m.number_id = @number and m.contact_id = @contact and m.author = 'campaign'
			and m.state not in ('queued', 'skipped', 'cancelled')
		order by m.id desc
		limit 1)`, postgres.Args{"number": r.number.ID, "contact": r.contact.ID})
	if err != nil {
		return fmt.Errorf("look for the campaign of a late reply: %w", err)
	}
	if len(late) > 0 {
		r.campaign = &late[0]
	}
	return nil
}

// lastCampaign is the active campaign that texted the person last from the number: by the latest try
// to hand its text over, one that did not fail if there is any. On a provisioned number, which has
// one campaign at a time, it is enough to be on its list (AP7).
func (r *arrival) lastCampaign(ctx context.Context, tx *postgres.Tx) (*Campaign, error) {
	return holdCampaign(ctx, tx, postgres.Statement{SQL: `
		select m.campaign_id
		from message m
		join campaign k on k.org_id = @org and k.id = m.campaign_id and k.state in ('sending', 'active')
		where m.org_id = @org and m.number_id = @number and m.contact_id = @contact and m.author = 'campaign'
			and (@listed or m.state not in ('queued', 'skipped', 'cancelled'))
		order by m.state in ('failed', 'undelivered'),
			(select max(a.started_at) from attempt a where a.org_id = @org and a.message_id = m.id) desc nulls last, m.id desc
		limit 1`,
		Args: postgres.Args{"number": r.number.ID, "contact": r.contact.ID, "listed": r.number.Kind == Provisioned}})
}

// holdCampaign finds a running campaign and holds it until the end of the transaction, so that it
// cannot be archived before the text is in its place; nil if there is none. One that is archived
// while this waits for it is not running any more, so it looks again (L1).
func holdCampaign(ctx context.Context, tx *postgres.Tx, find postgres.Statement) (*Campaign, error) {
	for {
		found, err := postgres.Values[CampaignID](ctx, tx, find.SQL, find.Args)
		if err != nil {
			return nil, fmt.Errorf("find the campaign of a text: %w", err)
		}
		if len(found) == 0 {
			return nil, nil
		}
		held, err := tx.Exec(ctx, `
			select from campaign
			where org_id = @org and id = @campaign and state in ('sending', 'active')
			for share`, postgres.Args{"campaign": found[0]})
		if err != nil {
			return nil, fmt.Errorf("hold campaign %d: %w", found[0], err)
		}
		if held == 0 {
			continue
		}
		c, err := postgres.Row[Campaign](ctx, tx, campaignSQL+` and c.id = @campaign`, postgres.Args{"campaign": found[0]})
		if err != nil {
			return nil, fmt.Errorf("read campaign %d: %w", found[0], err)
		}
		return &c, nil
	}
}
