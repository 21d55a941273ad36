package outreach

import (
	"context"
	"fmt"
	"slices"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Archiving is what stopping and archiving a campaign will do, in numbers.
type Archiving struct {
	Campaign Campaign
	Number   Number // zero for a draft without one
	Progress Progress
	Waiting  int // people who wait, also those who are not on its list (AP7)
	// Before and After are where those who wait are seen now, and where on a reusable number.
	Before, After []SeenIn
	Mode          Mode // who answers later texts, on a reusable number
	Participating int  // conversations that leave Participating
	Colleagues    int  // of how many people
	CoolingDays   int  // of a provisioned number
}

// SeenIn is an inbox in which a policy's conversations wait for somebody.
type SeenIn struct {
	ID       account.InboxID
	Name     string
	Office   bool
	OfficeID account.OfficeID   // of an office's inbox
	Offices  []account.OfficeID // of the owner of a personal inbox
}

// LeftInbox is an inbox that those who wait leave.
type LeftInbox struct {
	SeenIn
	Still []SeenIn // where the owner of a personal inbox sees them all the same
}

// Leaves are the inboxes in which those who wait are seen no more (AR2, AR2b, AR4).
func (a Archiving) Leaves() []LeftInbox {
	var leaves []LeftInbox
	for _, b := range a.Before {
		if slices.ContainsFunc(a.After, func(s SeenIn) bool { return s.ID == b.ID }) {
			continue
		}
		l := LeftInbox{SeenIn: b}
		for _, s := range a.After {
			if !b.Office && s.Office && slices.Contains(b.Offices, s.OfficeID) {
				l.Still = append(l.Still, s)
			}
		}
		leaves = append(leaves, l)
	}
	return leaves
}

// Archiving says what Archive would do now.
func (d Desk) Archiving(ctx context.Context, id CampaignID) (a Archiving, err error) {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return a, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if a.Campaign, err = d.campaign(ctx, tx, id); err != nil {
			return err
		}
		if a.Progress, err = postgres.Row[Progress](ctx, tx, progressSQL, postgres.Args{"campaign": id}); err != nil {
			return fmt.Errorf("read the counts of campaign %d: %w", id, err)
		}
		if a.Campaign.NumberID == nil {
			return nil
		}
		if a.Number, err = anyNumber(ctx, tx, *a.Campaign.NumberID); err != nil {
			return err
		}
		if err := a.readWaiting(ctx, tx); err != nil {
			return err
		}
		return a.readAfter(ctx, tx)
	})
	return a, err
}

// readWaiting reads who waits and who takes part now.
func (a *Archiving) readWaiting(ctx context.Context, tx *postgres.Tx) (err error) {
	type leaving struct{ Waiting, Participating, Colleagues, CoolingDays int }
	l, err := postgres.Row[leaving](ctx, tx, `
		select (select count(*) from conversation v
				where v.org_id = @org and v.waiting_policy_id = @policy and v.waiting_since is not null) as waiting,
			count(distinct t.conversation_id) as participating, count(distinct t.user_id) as colleagues,
			(select cooling_days from organization where org_id = @org) as cooling_days
		from (`+leavingSQL+`) m
		join participant t on t.org_id = @org and t.conversation_id = m.conversation_id`,
		postgres.Args{"campaign": a.Campaign.ID, "policy": a.Campaign.PolicyID})
	if err != nil {
		return fmt.Errorf("count who takes part in campaign %d: %w", a.Campaign.ID, err)
	}
	a.Waiting, a.Participating, a.Colleagues, a.CoolingDays = l.Waiting, l.Participating, l.Colleagues, l.CoolingDays
	a.Before, err = seenIn(ctx, tx, a.Campaign.PolicyID)
	return err
}

// readAfter reads what holds afterwards, on a reusable number.
func (a *Archiving) readAfter(ctx context.Context, tx *postgres.Tx) error {
	if a.Number.PolicyID == nil {
		return nil
	}
	p, err := policy(ctx, tx, *a.Number.PolicyID)
	if err != nil {
		return err
	}
	a.Mode = p.Mode
	a.After, err = seenIn(ctx, tx, p.ID)
	return err
}

// seenIn are the inboxes where a policy's conversations are seen: the chosen ones that somebody looks
// into, else the fallbacks (AR10). Offices first.
func seenIn(ctx context.Context, tx *postgres.Tx, id PolicyID) ([]SeenIn, error) {
	inboxes, err := postgres.Rows[SeenIn](ctx, tx, `
		select b.id, coalesce(o.name, u.name) as name, b.office_id is not null as office, coalesce(b.office_id, 0) as office_id,
			coalesce((select array_agg(s.office_id) from user_office s where s.org_id = @org and s.user_id = b.user_id), '{}') as offices
		from policy_inbox p
		join inbox b on b.org_id = @org and b.id = p.inbox_id
		left join office o on o.org_id = @org and o.id = b.office_id
		left join app_user u on u.org_id = @org and u.id = b.user_id
		where p.org_id = @org and p.policy_id = @policy and `+reachedSQL+`
		order by b.office_id is null, name`, postgres.Args{"policy": id})
	if err != nil {
		return nil, fmt.Errorf("read where response policy %d is seen: %w", id, err)
	}
	return inboxes, nil
}
