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
		select n.id, n.kind, n.office_id, n.releasing_at is not null as releasing, ` + ruleColumns + `
		from phone_number n
		left join response_policy p on p.org_id = @org and p.id = n.policy_id
		where n.org_id = @org and n.phone = @phone and n.released_at is null`, Args: postgres.Args{"phone": in.To}})
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
	}
	if r.campaign, err = r.lastCampaign(ctx, tx); err != nil {
		return nil, err
	}
	switch {
	case r.campaign != nil:
		r.rule = r.campaign.rule
	case r.number.Releasing:
	case r.number.PolicyID != 0:
		r.rule = r.number.rule
	default:
		err = r.routeProvisioned(ctx, tx)
	}
	return r, err
}

// routeProvisioned is for a text that belongs to no active campaign, on a provisioned number.
func (r *arrival) routeProvisioned(ctx context.Context, tx *postgres.Tx) error {
	active, err := holdCampaign(ctx, tx, postgres.Statement{SQL: `
		select ` + runningColumns + `
		from campaign c
		join response_policy p on p.org_id = @org and p.id = c.policy_id
		where c.org_id = @org and c.number_id = @number and c.state in ('sending', 'active')
		order by c.id desc
		limit 1`, Args: postgres.Args{"number": r.number.ID}})
	if err != nil {
		return err
	}
	if active != nil {
		r.rule = active.rule
		return nil
	}
	late, err := postgres.Rows[running](ctx, tx, `
		select `+runningColumns+`
		from campaign c
		join response_policy p on p.org_id = @org and p.id = c.policy_id
		where c.org_id = @org and c.id = (
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
		select ` + runningColumns + `
		from campaign c
		join response_policy p on p.org_id = @org and p.id = c.policy_id
		join message m on m.org_id = @org and m.campaign_id = c.id
		where c.org_id = @org and c.state in ('sending', 'active')
			and m.number_id = @number and m.contact_id = @contact and m.author = 'campaign'
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
	ContentType   ContentType
	MergeDefaults map[string]string
	Answering
	rule
}

// runningColumns are the columns of a running from campaign c and its policy p.
const runningColumns = `c.id, c.office_id, c.content_type, c.merge_defaults, c.yes_response, c.yes_escalate, c.no_response, c.no_escalate, ` +
	ruleColumns

// holdCampaign holds the running campaign that a statement finds until the end of the transaction, so that
// it cannot be archived before the text is in its place; nil if it finds none. One that is archived while
// this waits for it is not running any more: the statement passes on to the next, and if there was none
// when it began, this looks again (L1).
func holdCampaign(ctx context.Context, tx *postgres.Tx, find postgres.Statement) (*running, error) {
	for {
		held, err := postgres.Row[running](ctx, tx, find.SQL+` for share of c`, find.Args)
		if err == nil {
			return &held, nil
		}
		if !errors.Is(err, postgres.ErrNotFound) {
			return nil, fmt.Errorf("hold the campaign of a text: %w", err)
		}
		found, err := postgres.Rows[running](ctx, tx, find.SQL, find.Args)
		if err != nil {
			return nil, fmt.Errorf("find the campaign of a text: %w", err)
		}
		if len(found) == 0 {
			return nil, nil
		}
	}
}
