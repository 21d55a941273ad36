package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Archive stops a campaign and archives it, for ever. Texts that the carrier does not have yet are
// cancelled (AG1). On a reusable number those who wait keep their place and move to the number's own
// inboxes (AR1 to AR6). On a provisioned one they leave every queue unanswered, which must be
// accepted (AP1, AP2), and the number is free again (AP6). Its conversations leave Participating (AR8).
// Archiving twice, or by two people at once, is archiving once (AG8).
//
// One short transaction decides, so that texts to the campaign do not wait for it; what follows from that
// is done in small ones before Archive returns, and by a job if it cannot. Of very many texts, most are
// cancelled by that job (clearAway).
func (d Desk) Archive(ctx context.Context, id CampaignID, accept bool) error {
	return d.archiveWithin(ctx, clearPatience, id, accept)
}

// archiveWithin is Archive for somebody of that patience.
func (d Desk) archiveWithin(ctx context.Context, patience time.Duration, id CampaignID, accept bool) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	err := d.org(ctx, func(tx *postgres.Tx) error { return d.archive(ctx, tx, id, accept) })
	if err != nil {
		return err
	}
	cleared, err := d.clearAway(ctx, id, patience)
	if cleared || err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error { return tx.Enqueue(ctx, clearJob{Org: d.actor.Org, Campaign: id}) })
}

// archive decides: from its commit on no text belongs to the campaign, nothing of it is sent, and nobody
// can archive it again.
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
	queued, err := progress(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := tx.EnqueueIn(ctx, clearAfter, clearJob{Org: d.actor.Org, Campaign: id}); err != nil {
		return err
	}
	tx.Publish(fmt.Sprintf("pause:%d", id))
	tx.Publish(CampaignTopic(id))
	tx.Publish(ArchivedTopic(id))
	tx.Publish(InboxTopic)
	return d.actor.Record(ctx, tx, account.Change{Verb: "archive", Subject: "campaign", SubjectID: int64(id), Was: was.State,
		Became: map[string]any{"state": Archived, "cancelled": queued.Queued, "waiting": waiting}})
}

// ArchivedTopic is the topic of the one event that tells the open pages of a campaign's conversations
// that it was archived.
func ArchivedTopic(id CampaignID) string { return fmt.Sprintf("archived:%d", id) }

// release frees the campaign's number if it is a provisioned one, and returns how many people wait: on a
// reusable one they will be the number's, on a provisioned one nobody's, which must be accepted.
func (d Desk) release(ctx context.Context, tx *postgres.Tx, c Campaign, accept bool) (waiting int, err error) {
	if c.NumberID == nil || c.LaunchedAt == nil {
		return 0, nil
	}
	waiting, err = postgres.Value[int](ctx, tx, `
		select count(*) from conversation where org_id = @org and waiting_policy_id = @policy and waiting_since is not null`,
		postgres.Args{"policy": c.PolicyID})
	if err != nil {
		return 0, fmt.Errorf("count who waits in campaign %d: %w", c.ID, err)
	}
	if c.NumberKind == string(Reusable) {
		return waiting, nil
	}
	if waiting > 0 && !accept {
		return 0, account.Invalid{"understood": fmt.Sprintf("%s for an answer and will get none. Tick the box if you mean it.", verb(waiting, "waits", "wait"))}
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
