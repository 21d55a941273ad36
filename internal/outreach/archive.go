package outreach

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Archive stops a campaign and archives it, for ever. Texts that the carrier does not have yet are
// cancelled (AG1). On a reusable number those who wait keep their place and move to the number's own
// inboxes (AR1 to AR6). On a provisioned one they leave every queue unanswered, which must be
// accepted (AP1, AP2), and the number is free again (AP6). Its conversations leave Participating (AR8).
// Archiving twice, or by two people at once, is archiving once (AG8). It is a constant number of
// statements, however many conversations there are.
func (d Desk) Archive(ctx context.Context, id CampaignID, accept bool) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error { return d.archive(ctx, tx, id, accept) })
}

func (d Desk) archive(ctx context.Context, tx *postgres.Tx, id CampaignID, accept bool) error {
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
	// What is read before the row is held may be of the time before a launch.
	now, err := d.campaign(ctx, tx, id)
	if err != nil {
		return err
	}
	waiting, err := d.release(ctx, tx, now, accept)
	if err != nil {
		return err
	}
	if err := leaveParticipating(ctx, tx, id); err != nil {
		return err
	}
	cancelled, err := cancelQueued(ctx, tx, id)
	if err != nil {
		return err
	}
	tx.Publish(fmt.Sprintf("pause:%d", id))
	tx.Publish(CampaignTopic(id))
	tx.Publish(ArchivedTopic(id))
	tx.Publish(InboxTopic)
	return d.actor.Record(ctx, tx, account.Change{Verb: "archive", Subject: "campaign", SubjectID: int64(id), Was: was.State,
		Became: map[string]any{"state": Archived, "cancelled": cancelled, "waiting": waiting}})
}

// ArchivedTopic is the topic of the one event that tells the open pages of a campaign's conversations
// that it was archived.
func ArchivedTopic(id CampaignID) string { return fmt.Sprintf("archived:%d", id) }

// release hands those who wait over to the number's policy, or ends their wait, and returns how many
// they are.
func (d Desk) release(ctx context.Context, tx *postgres.Tx, c Campaign, accept bool) (waiting int64, err error) {
	if c.NumberID == nil || c.LaunchedAt == nil {
		return 0, nil
	}
	to, err := postgres.Value[*PolicyID](ctx, tx, `
		select policy_id from phone_number where org_id = @org and id = @number`, postgres.Args{"number": *c.NumberID})
	if err != nil {
		return 0, fmt.Errorf("read the policy of number %d: %w", *c.NumberID, err)
	}
	if to != nil {
		return repoint(ctx, tx, c.ID, *to)
	}
	if waiting, err = d.endWaits(ctx, tx, c.PolicyID, "campaign ended"); err != nil {
		return 0, err
	}
	if waiting > 0 && !accept {
		return 0, account.Invalid{"understood": fmt.Sprintf("%s for an answer and will get none. Tick the box if you mean it.", verb(int(waiting), "waits", "wait"))}
	}
	_, err = tx.Exec(ctx, `
		update phone_number
		set free_from = app_now() + (select cooling_days from organization where org_id = @org) * interval '1 day'
		where org_id = @org and id = @number`, postgres.Args{"number": *c.NumberID})
	if err != nil {
		return 0, fmt.Errorf("free number %d: %w", *c.NumberID, err)
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

// endWaits clears needs attention wherever it waits in a policy, also of those who are not on the
// campaign's list (AP7), and returns how many they were. The audit row of each says why.
func (d Desk) endWaits(ctx context.Context, tx *postgres.Tx, policy PolicyID, why string) (int64, error) {
	cleared, err := postgres.Value[int64](ctx, tx, `
		with cleared as (
			update conversation
			set waiting_since = null, waiting_reason = null, waiting_policy_id = null
			where org_id = @org and waiting_policy_id = @policy and waiting_since is not null
			returning id, campaign_id
		), recorded as (
			insert into audit (org_id, user_id, actor, verb, subject, subject_id, became)
			select @org, nullif(@user, 0), @actor, 'clear', 'conversation', id, to_jsonb(@why::text)
			from cleared
		), counted as (
			insert into campaign_count (org_id, campaign_id, slot, waiting)
			select @org, campaign_id, count_slot(), -count(*) from cleared where campaign_id is not null
			group by campaign_id
			order by campaign_id
			on conflict (org_id, campaign_id, slot) do update set waiting = campaign_count.waiting + excluded.waiting
		)
		select count(*) from cleared`, postgres.Args{"policy": policy, "user": d.actor.User, "actor": d.actor.Name, "why": why})
	if err != nil {
		return 0, fmt.Errorf("end the waits in response policy %d: %w", policy, err)
	}
	return cleared, nil
}

// leavingSQL are the conversations that leave Participating with campaign @campaign: its own that agents
// have written in and, on a provisioned number, those of people who are not on its list (AP7), which no
// policy governs afterwards.
const leavingSQL = `
	select conversation_id
	from message
	where org_id = @org and campaign_id = @campaign and author = 'agent'
	union
	select v.id
	from conversation v
	where v.org_id = @org and v.campaign_id is null and v.number_id = (
		select n.id
		from campaign k
		join phone_number n on n.org_id = @org and n.id = k.number_id and n.kind = 'provisioned'
		where k.org_id = @org and k.id = @campaign and k.launched_at is not null)`

// leaveParticipating takes what leaves with the campaign out of the Participating of all who answered.
func leaveParticipating(ctx context.Context, tx *postgres.Tx, id CampaignID) error {
	_, err := tx.Exec(ctx, `
		delete from participant t
		using (`+leavingSQL+`) m
		where t.org_id = @org and t.conversation_id = m.conversation_id`, postgres.Args{"campaign": id})
	if err != nil {
		return fmt.Errorf("take campaign %d out of Participating: %w", id, err)
	}
	return nil
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
