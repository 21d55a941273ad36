package outreach

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
)

// route finds where a text belongs and what governs it.
//
// That is the active campaign that texted the person last from this number (AR14, AR15), under its
// own policy. Else, on a reusable number, it is the person's thread with the number, under the
// number's unsolicited message settings (AR9). On a provisioned number it is unsolicited under the
// policy of the campaign that runs there (AP7), or, where none runs, a late reply to the archived
// campaign that texted them last (AP3).
func route(ctx context.Context, tx *postgres.Tx, in Inbound) (*arrival, error) {
	number := postgres.AskRow[receiver](tx, "find the number of text "+in.SID, postgres.Statement{SQL: `
		select n.id, n.kind, n.office_id, n.policy_id, coalesce(p.mode, '') as mode, n.releasing_at is not null as releasing,
			exists (select from message where org_id = @org and sid = @sid) as known
		from phone_number n
		left join response_policy p on p.org_id = @org and p.id = n.policy_id
		where n.org_id = @org and n.phone = @phone and n.released_at is null`, Args: postgres.Args{"phone": in.To, "sid": in.SID}})
	contact, err := audience.Meet(ctx, tx, in.From)
	if err != nil {
		return nil, err
	}
	r := &arrival{in: in, contact: contact}
	r.number, err = number.Wait(ctx)
	switch {
	case errors.Is(err, postgres.ErrNotFound):
		return nil, ErrNoNumber
	case err != nil:
		return nil, err
	case r.number.Known:
		return nil, errKnown
	}
	if r.campaign, err = r.lastCampaign(ctx, tx); err != nil {
		return nil, err
	}
	switch {
	case r.campaign != nil:
		r.govern(tx, r.campaign.PolicyID, r.campaign.Mode)
	case r.number.Releasing:
	case r.number.PolicyID != nil:
		r.govern(tx, *r.number.PolicyID, r.number.Mode)
	default:
		err = r.routeProvisioned(ctx, tx)
	}
	return r, err
}

// govern puts the text under a policy.
func (r *arrival) govern(tx *postgres.Tx, id PolicyID, mode Mode) {
	r.governing = postgres.AskRow[Policy](tx, fmt.Sprintf("read response policy %d", id), policySQL(id))
	r.mode = mode
}

// routeProvisioned is for a text that belongs to no active campaign, on a provisioned number.
func (r *arrival) routeProvisioned(ctx context.Context, tx *postgres.Tx) error {
	active, err := holdCampaign(ctx, tx, postgres.Statement{SQL: `
		select id
		from campaign
		where org_id = @org and number_id = @number and state in ('sending', 'active')
		order by id desc
		limit 1`, Args: postgres.Args{"number": r.number.ID}})
	if err != nil {
		return err
	}
	if active != nil {
		r.govern(tx, active.PolicyID, active.Mode)
		return nil
	}
	late, err := postgres.Rows[running](ctx, tx, runningSQL+` and c.id = (
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
func (r *arrival) lastCampaign(ctx context.Context, tx *postgres.Tx) (*running, error) {
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

// running is a campaign as far as a text that belongs to it looks at it.
type running struct {
	ID            CampaignID
	OfficeID      account.OfficeID
	PolicyID      PolicyID
	Mode          Mode
	ContentType   ContentType
	MergeDefaults map[string]string
	Answering
}

const runningSQL = `
	select c.id, c.office_id, c.policy_id, p.mode, c.content_type, c.merge_defaults, c.yes_response, c.yes_escalate, c.no_response, c.no_escalate
	from campaign c
	join response_policy p on p.org_id = @org and p.id = c.policy_id
	where c.org_id = @org`

// holdCampaign finds a running campaign and holds it until the end of the transaction, so that it
// cannot be archived before the text is in its place; nil if there is none. One that is archived
// while this waits for it is not running any more, so it looks again (L1).
func holdCampaign(ctx context.Context, tx *postgres.Tx, find postgres.Statement) (*running, error) {
	for {
		held, err := postgres.Row[running](ctx, tx, runningSQL+` and c.id = (`+find.SQL+`) and c.state in ('sending', 'active')
			for share of c`, find.Args)
		if err == nil {
			return &held, nil
		}
		if !errors.Is(err, postgres.ErrNotFound) {
			return nil, fmt.Errorf("hold the campaign of a text: %w", err)
		}
		found, err := postgres.Values[CampaignID](ctx, tx, find.SQL, find.Args)
		if err != nil {
			return nil, fmt.Errorf("find the campaign of a text: %w", err)
		}
		if len(found) == 0 {
			return nil, nil
		}
	}
}
