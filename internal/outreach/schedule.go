package outreach

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// latest is how late a scheduled launch may still be made up for, when no process has run at its time:
// what is said in the morning may be wrong in the evening.
const latest = 6 * time.Hour

// schedule keeps what was reviewed for its time.
func (d Desk) schedule(ctx context.Context, tx *postgres.Tx, r Review) error {
	c := r.Campaign
	_, err := tx.Exec(ctx, `
		update campaign
		set state = 'scheduled', scheduled_for = @at, scheduled_by = nullif(@user, 0), fingerprint = @fingerprint, updated_at = app_now()
		where org_id = @org and id = @campaign`,
		postgres.Args{"campaign": c.ID, "at": r.LaunchAt.At, "user": d.actor.User, "fingerprint": r.Fingerprint})
	if err != nil {
		return fmt.Errorf("schedule campaign %d: %w", c.ID, err)
	}
	return d.rescheduled(ctx, tx, c, account.Change{Verb: "schedule", Was: c.State,
		Became: map[string]any{"for": r.LaunchAt.At, "people": r.InList, "fingerprint": r.Fingerprint}})
}

// rescheduled makes sure that somebody is there at the campaign's time, and records the change.
func (d Desk) rescheduled(ctx context.Context, tx *postgres.Tx, c Campaign, change account.Change) error {
	if err := d.attendLater(ctx, tx, c.ID); err != nil {
		return err
	}
	tx.Publish(CampaignTopic(c.ID))
	change.Subject, change.SubjectID = "campaign", int64(c.ID)
	return d.actor.Record(ctx, tx, change)
}

// Reschedule moves a scheduled launch to another wall time of the organization's zone. What was reviewed
// stays what launches: message, list, number and replies are those of the review.
func (d Desk) Reschedule(ctx context.Context, id CampaignID, w Wish) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.lockScheduled(ctx, tx, id)
		if err != nil {
			return err
		}
		p, err := organization(ctx, tx)
		if err != nil {
			return err
		}
		to, err := w.moment(p.zone)
		if err != nil {
			return err
		}
		if !to.At.After(p.Now) {
			return account.Invalid{"time": "This time has passed. Choose a later one."}
		}
		c.LaunchDate, c.LaunchTime = w.LaunchDate, w.LaunchTime
		return d.moveSchedule(ctx, tx, c, to)
	})
}

// moveSchedule writes the new time, with the fingerprint that what was reviewed has at it.
func (d Desk) moveSchedule(ctx context.Context, tx *postgres.Tx, c scheduled, to Moment) error {
	_, err := tx.Exec(ctx, `
		update campaign
		set launch_date = @date::date, launch_time = @time::time, scheduled_for = @at, scheduled_by = coalesce(nullif(@user, 0), scheduled_by),
			updated_at = app_now(), fingerprint = @fingerprint
		where org_id = @org and id = @campaign`,
		postgres.Args{"campaign": c.ID, "date": c.LaunchDate, "time": c.LaunchTime, "at": to.At, "user": d.actor.User,
			"fingerprint": withPart(c.fingerprint, launchPart(c.Wish))})
	if err != nil {
		return fmt.Errorf("reschedule campaign %d: %w", c.ID, err)
	}
	return d.rescheduled(ctx, tx, c.Campaign, account.Change{Verb: "reschedule", Was: c.ScheduledFor, Became: to.At})
}

// Unschedule takes a scheduled campaign back to a draft. Nothing is sent.
func (d Desk) Unschedule(ctx context.Context, id CampaignID) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.lockScheduled(ctx, tx, id)
		if err != nil {
			return err
		}
		return d.backToDraft(ctx, tx, c.Campaign, account.Change{Verb: "unschedule", Was: c.ScheduledFor, Became: Draft})
	})
}

func (d Desk) backToDraft(ctx context.Context, tx *postgres.Tx, c Campaign, change account.Change) error {
	_, err := tx.Exec(ctx, `
		update campaign
		set state = 'draft', scheduled_for = null, scheduled_by = null, fingerprint = null, updated_at = app_now()
		where org_id = @org and id = @campaign`, postgres.Args{"campaign": c.ID})
	if err != nil {
		return fmt.Errorf("take campaign %d back to a draft: %w", c.ID, err)
	}
	tx.Publish(CampaignTopic(c.ID))
	change.Subject, change.SubjectID = "campaign", int64(c.ID)
	return d.actor.Record(ctx, tx, change)
}

// scheduled is a campaign with what its review showed.
type scheduled struct {
	Campaign
	fingerprint string
}

func (d Desk) lockScheduled(ctx context.Context, tx *postgres.Tx, id CampaignID) (scheduled, error) {
	fingerprint, err := postgres.Value[*string](ctx, tx, `
		select fingerprint from campaign where org_id = @org and id = @campaign for update`, postgres.Args{"campaign": id})
	if err != nil {
		return scheduled{}, fmt.Errorf("lock campaign %d: %w", id, err)
	}
	c, err := d.campaign(ctx, tx, id)
	if err != nil {
		return scheduled{}, err
	}
	if c.State != Scheduled || fingerprint == nil {
		return scheduled{}, account.Conflict("This campaign is not scheduled any more.")
	}
	return scheduled{Campaign: c, fingerprint: *fingerprint}, nil
}

// launchDue launches a scheduled campaign whose time has come: exactly what was reviewed, or nothing.
// What may not launch is a draft again, and whoever scheduled it is told why.
func (d Desk) launchDue(ctx context.Context, tx *postgres.Tx, c scheduled, now time.Time) error {
	if now.Sub(*c.ScheduledFor) > latest {
		return d.holdBack(ctx, tx, c, fmt.Sprintf("The program was not running at its time and is %.0f hours late.", now.Sub(*c.ScheduledFor).Hours()))
	}
	r, err := d.review(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	err = r.launchable(c.fingerprint)
	var stale *StaleError
	var conflict account.Conflict
	var invalid account.Invalid
	switch {
	case err == nil:
		return d.start(ctx, tx, r, c.ScheduledBy)
	case errors.As(err, &stale):
		return d.holdBack(ctx, tx, c, stale.Sentence())
	case errors.As(err, &conflict):
		return d.holdBack(ctx, tx, c, r.firstBlock())
	case errors.As(err, &invalid):
		return d.holdBack(ctx, tx, c, "It was not confirmed that the same people are meant.")
	}
	return err
}

func (d Desk) holdBack(ctx context.Context, tx *postgres.Tx, c scheduled, why string) error {
	if err := d.tell(ctx, tx, Notice{UserID: c.ScheduledBy, CampaignID: c.ID, Kind: NotLaunched, Detail: why}); err != nil {
		return err
	}
	return d.backToDraft(ctx, tx, c.Campaign, account.Change{Verb: "hold back",
		Was: map[string]any{"state": Scheduled, "for": c.ScheduledFor}, Became: why})
}
