package outreach

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/account"
	"parley/internal/postgres"
)

// attendJob looks after one campaign at its times: it launches it when scheduled, warns the day before
// it archives itself if people wait, and archives it. Between these it sleeps in the queue. Several jobs
// for one campaign do no more than one.
type attendJob struct {
	Org      account.OrgID `json:"org"`
	Campaign CampaignID    `json:"campaign"`
}

// Kind names the job in the queue.
func (attendJob) Kind() string { return "campaign_attend" }

// attendLater asks for the campaign to be looked after from the commit of this transaction on.
func (d Desk) attendLater(ctx context.Context, tx *postgres.Tx, id CampaignID) error {
	return tx.Enqueue(ctx, attendJob{Org: d.actor.Org, Campaign: id})
}

type attendant struct {
	river.WorkerDefaults[attendJob]
	db *postgres.DB
}

// Work does what is due and sleeps until the next time, which for an archived campaign never comes.
func (a *attendant) Work(ctx context.Context, job *river.Job[attendJob]) error {
	wait, err := attend(ctx, a.db, job.Args.Org, job.Args.Campaign)
	if err != nil {
		return fmt.Errorf("look after campaign %d: %w", job.Args.Campaign, err)
	}
	return lookAgain(wait)
}

// attend does what is due now and returns how long it is until the next look, 0 for never.
func attend(ctx context.Context, db *postgres.DB, org account.OrgID, id CampaignID) (wait time.Duration, err error) {
	desk := NewDesk(db, account.System(org))
	archive := false
	err = desk.org(ctx, func(tx *postgres.Tx) error {
		wait, archive, err = desk.lookAfter(ctx, tx, id)
		return err
	})
	if err == nil && archive {
		err = desk.Archive(ctx, id, true)
	}
	return wait, err
}

// lookAfter holds the campaign and does what is due, all but archiving: that is the verb that people
// have, too, with a transaction of its own.
func (d Desk) lookAfter(ctx context.Context, tx *postgres.Tx, id CampaignID) (wait time.Duration, archive bool, err error) {
	type look struct {
		Now         time.Time
		Fingerprint *string
		WarnedAt    *time.Time
	}
	l, err := postgres.Row[look](ctx, tx, `
		select app_now() as now, fingerprint, archive_warned_at as warned_at
		from campaign
		where org_id = @org and id = @campaign
		for update`, postgres.Args{"campaign": id})
	if err != nil {
		return 0, false, fmt.Errorf("lock campaign %d: %w", id, err)
	}
	c, err := d.campaign(ctx, tx, id)
	if err != nil {
		return 0, false, err
	}
	switch {
	case c.State == Scheduled && l.Fingerprint != nil:
		if wait := c.ScheduledFor.Sub(l.Now); wait > 0 {
			return wait, false, nil
		}
		return 0, false, d.launchDue(ctx, tx, scheduled{Campaign: c, fingerprint: *l.Fingerprint}, l.Now)
	case c.Governs():
		return d.nearEnd(ctx, tx, c, ending{now: l.Now, warned: l.WarnedAt != nil})
	}
	return 0, false, nil
}

// ending is what is known of a campaign's own end when it is looked at.
type ending struct {
	now    time.Time
	warned bool
}

// again is how often the last day is looked at while nobody waits: somebody may yet.
const again = time.Hour

// nearEnd warns within the last day if people wait (AG7), and says when to look again or to archive.
func (d Desk) nearEnd(ctx context.Context, tx *postgres.Tx, c Campaign, e ending) (wait time.Duration, archive bool, err error) {
	p, err := organization(ctx, tx)
	if err != nil {
		return 0, false, err
	}
	end := c.ArchivesAt(p.zone)
	lastDay := end.AddDate(0, 0, -1)
	switch {
	case !end.After(e.now):
		return 0, true, nil
	case lastDay.After(e.now):
		return lastDay.Sub(e.now), false, nil
	case !e.warned:
		if err := d.warnOfEnd(ctx, tx, c, end); err != nil {
			return 0, false, err
		}
		return min(again, end.Sub(e.now)), false, nil
	}
	return end.Sub(e.now), false, nil
}

// warnOfEnd tells whoever launched the campaign, once, that it archives itself while people wait.
func (d Desk) warnOfEnd(ctx context.Context, tx *postgres.Tx, c Campaign, end time.Time) error {
	counts, err := progress(ctx, tx, c.ID)
	if err != nil || counts.Waiting == 0 {
		return err
	}
	by, err := postgres.Value[account.UserID](ctx, tx, `
		update campaign
		set archive_warned_at = app_now()
		where org_id = @org and id = @campaign
		returning coalesce(launched_by, 0)`, postgres.Args{"campaign": c.ID})
	if err != nil {
		return fmt.Errorf("note the warning about campaign %d: %w", c.ID, err)
	}
	detail := fmt.Sprintf("It archives itself on %s and %s for an answer.", end.Format("Monday, January 2, at 3:04 PM"), verb(counts.Waiting, "waits", "wait"))
	if err := d.tell(ctx, tx, Notice{UserID: by, CampaignID: c.ID, Kind: ArchivesSoon, Detail: detail}); err != nil {
		return err
	}
	tx.Publish(CampaignTopic(c.ID))
	return d.actor.Record(ctx, tx, account.Change{Verb: "warn", Subject: "campaign", SubjectID: int64(c.ID), Became: detail})
}
