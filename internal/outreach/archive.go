package outreach

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Archiving is what stopping and archiving a campaign will do, in numbers.
type Archiving struct {
	Campaign Campaign
	Number   Number // zero for a draft without one
	Progress Progress
	// Inboxes are where those who wait move to, on a reusable number.
	Inboxes       []string
	Mode          Mode // who answers later texts, on a reusable number
	Participating int  // conversations that leave Participating
	Colleagues    int  // of how many people
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
		if a.Number, err = number(ctx, tx, *a.Campaign.NumberID); err != nil {
			return err
		}
		return a.readAfter(ctx, tx)
	})
	return a, err
}

// readAfter reads what holds afterwards, on a reusable number.
func (a *Archiving) readAfter(ctx context.Context, tx *postgres.Tx) error {
	type leaving struct{ Participating, Colleagues int }
	l, err := postgres.Row[leaving](ctx, tx, `
		select count(distinct t.conversation_id) as participating, count(distinct t.user_id) as colleagues
		from conversation v
		join participant t on t.org_id = @org and t.conversation_id = v.id
		where v.org_id = @org and v.campaign_id = @campaign`, postgres.Args{"campaign": a.Campaign.ID})
	if err != nil {
		return fmt.Errorf("count who takes part in campaign %d: %w", a.Campaign.ID, err)
	}
	a.Participating, a.Colleagues = l.Participating, l.Colleagues
	if a.Number.PolicyID == nil {
		return nil
	}
	p, err := policy(ctx, tx, *a.Number.PolicyID)
	if err != nil {
		return err
	}
	a.Mode = p.Mode
	a.Inboxes, err = inboxNames(ctx, tx, p.Inboxes)
	return err
}

// Archive stops a campaign and archives it, for ever. Texts that the carrier does not have yet are
// cancelled (AG1). On a reusable number those who wait keep their place and move to the number's own
// inboxes (AR1 to AR6). On a provisioned one they leave every queue unanswered, which must be
// accepted (AP1, AP2), and the number is free again (AP6). Archiving twice, or by two people at once,
// is archiving once (AG8). It is a constant number of statements, however many conversations there are.
func (d Desk) Archive(ctx context.Context, id CampaignID, accept bool) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		was, err := d.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		touched, err := tx.Exec(ctx, `
			update campaign
			set state = 'archived', archived_at = app_now(), paused = false, updated_at = app_now()
			where org_id = @org and id = @campaign and state <> 'archived'`, postgres.Args{"campaign": id})
		if err != nil {
			return fmt.Errorf("archive campaign %d: %w", id, err)
		}
		if touched == 0 {
			return nil
		}
		waiting, err := d.release(ctx, tx, was, accept)
		if err != nil {
			return err
		}
		cancelled, err := cancelQueued(ctx, tx, id)
		if err != nil {
			return err
		}
		tx.Publish(fmt.Sprintf("pause:%d", id))
		tx.Publish(CampaignTopic(id))
		tx.Publish(InboxTopic)
		return d.actor.Record(ctx, tx, account.Change{Verb: "archive", Subject: "campaign", SubjectID: int64(id), Was: was.State,
			Became: map[string]any{"state": Archived, "cancelled": cancelled, "waiting": waiting}})
	})
}

// release hands those who wait over to the number's policy, or ends their wait, and returns how many
// they are.
func (d Desk) release(ctx context.Context, tx *postgres.Tx, c Campaign, accept bool) (waiting int64, err error) {
	if c.NumberID == nil || !c.Launched() {
		return 0, nil
	}
	n, err := number(ctx, tx, *c.NumberID)
	if err != nil {
		return 0, err
	}
	if n.PolicyID != nil {
		return repoint(ctx, tx, c.ID, *n.PolicyID)
	}
	if waiting, err = d.endWaits(ctx, tx, c.ID); err != nil {
		return 0, err
	}
	if waiting > 0 && !accept {
		return 0, account.Invalid{"understood": fmt.Sprintf("%s for an answer and will get none. Tick the box if you mean it.", verb(int(waiting), "waits", "wait"))}
	}
	_, err = tx.Exec(ctx, `
		update phone_number
		set free_from = app_now() + (select cooling_days from organization where org_id = @org) * interval '1 day'
		where org_id = @org and id = @number`, postgres.Args{"number": n.ID})
	if err != nil {
		return 0, fmt.Errorf("free number %d: %w", n.ID, err)
	}
	return waiting, nil
}

// repoint moves those who wait to the inboxes of the number's policy, with their since-when.
func repoint(ctx context.Context, tx *postgres.Tx, id CampaignID, to PolicyID) (int64, error) {
	moved, err := tx.Exec(ctx, `
		update conversation v
		set waiting_policy_id = p.id, mode = p.mode
		from response_policy p
		where v.org_id = @org and v.campaign_id = @campaign and v.waiting_since is not null
			and p.org_id = @org and p.id = @policy`, postgres.Args{"campaign": id, "policy": to})
	if err != nil {
		return 0, fmt.Errorf("move who waits in campaign %d: %w", id, err)
	}
	return moved, nil
}

// endWaits clears needs attention because the campaign has ended.
func (d Desk) endWaits(ctx context.Context, tx *postgres.Tx, id CampaignID) (int64, error) {
	cleared, err := tx.Exec(ctx, `
		with cleared as (
			update conversation
			set waiting_since = null, waiting_reason = null, waiting_policy_id = null
			where org_id = @org and campaign_id = @campaign and waiting_since is not null
			returning id
		)
		insert into audit (org_id, user_id, actor, verb, subject, subject_id, became)
		select @org, nullif(@user, 0), @actor, 'clear', 'conversation', id, '"campaign ended"'
		from cleared`, postgres.Args{"campaign": id, "user": d.actor.User, "actor": d.actor.Name})
	if err != nil {
		return 0, fmt.Errorf("end the waits of campaign %d: %w", id, err)
	}
	return cleared, tally(ctx, tx, &id, counts{Waiting: -int(cleared)})
}

// cancelQueued cancels the campaign's texts that the carrier does not have yet.
func cancelQueued(ctx context.Context, tx *postgres.Tx, id CampaignID) (int, error) {
	n, err := postgres.Value[int](ctx, tx, `
		with cancelled as (
			update message
			set state = 'cancelled', reason = 'campaign_archived', settled_at = app_now()
			where org_id = @org and campaign_id = @campaign and author = 'campaign' and state = 'queued'
			returning id
		), counted as (
			insert into campaign_count (org_id, campaign_id, slot, queued, cancelled)
			select @org, @campaign, count_slot(), -count(*), count(*) from cancelled
			on conflict (org_id, campaign_id, slot) do update
			set queued = campaign_count.queued + excluded.queued, cancelled = campaign_count.cancelled + excluded.cancelled
		)
		select count(*) from cancelled`, postgres.Args{"campaign": id})
	if err != nil {
		return 0, fmt.Errorf("cancel the texts of campaign %d: %w", id, err)
	}
	return n, nil
}
