package outreach

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// slice is how many texts of a launch one transaction writes: small enough to be short, large enough
// that a million are 200 transactions.
const slice = 5000

// Launch does what the review with that fingerprint showed: it sends a draft, or schedules it if its
// wish is a later time. A stale fingerprint is refused with a *StaleError that names what has changed
// since; an audience that must be confirmed and is not, with an account.Invalid. Two launches of one
// campaign, by whatever forms, are one launch: the second is told that it runs already.
func (d Desk) Launch(ctx context.Context, id CampaignID, fingerprint string) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		if err := d.lockDraft(ctx, tx, id); err != nil {
			return err
		}
		r, err := d.review(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := r.launchable(fingerprint); err != nil {
			return err
		}
		if r.Campaign.LaunchLater {
			return d.schedule(ctx, tx, r)
		}
		return d.start(ctx, tx, r, d.actor.User)
	})
}

// launchable says why what was reviewed may not be launched now; nil means that it may.
func (r Review) launchable(fingerprint string) error {
	if changes := differences(fingerprint, r.Fingerprint); len(changes) > 0 {
		return &StaleError{Changes: changes}
	}
	if n := r.Blocked(); n == 1 {
		return account.Conflict("Not launched: 1 thing must be fixed first.")
	} else if n > 1 {
		return account.Conflict(fmt.Sprintf("Not launched: %d things must be fixed first.", n))
	}
	if r.SameAudience != nil && !r.SameAudience.Confirmed {
		return account.Invalid{"same_audience": "Tick the box if you mean the same people again."}
	}
	return nil
}

// start launches now, in the name of the person who launched or scheduled it.
func (d Desk) start(ctx context.Context, tx *postgres.Tx, r Review, by account.UserID) error {
	c := r.Campaign
	_, err := tx.Exec(ctx, `
		update campaign
		set state = 'sending', launched_at = app_now(), launched_by = nullif(@user, 0), updated_at = app_now()
		where org_id = @org and id = @campaign`, postgres.Args{"campaign": c.ID, "user": by})
	if err != nil {
		return fmt.Errorf("launch campaign %d: %w", c.ID, err)
	}
	done, err := materialise(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if !done {
		if err := tx.Enqueue(ctx, materialiseJob{Org: d.actor.Org, Campaign: c.ID}); err != nil {
			return err
		}
	}
	if err := d.attendLater(ctx, tx, c.ID); err != nil {
		return err
	}
	if err := tx.Enqueue(ctx, watchJob{Org: d.actor.Org, Campaign: c.ID}); err != nil {
		return err
	}
	return d.actor.Record(ctx, tx, account.Change{Verb: "launch", Subject: "campaign", SubjectID: int64(c.ID), Was: c.State,
		Became: map[string]any{"state": Sending, "people": r.InList, "texted": r.Texted, "fingerprint": r.Fingerprint}})
}

// materialise writes the next slice of a launched campaign's texts, one row a recipient, those who
// may not be texted as skipped. It goes on after the last contact written, so that after a crash it
// continues; done means that all are written.
func materialise(ctx context.Context, tx *postgres.Tx, id CampaignID) (done bool, err error) {
	type plan struct {
		ListID        audience.ListID
		NumberID      NumberID
		Message       string
		MergeDefaults map[string]string
		MergeSkips    []string
		Zone          string
		After         audience.ContactID
	}
	p, err := postgres.Row[plan](ctx, tx, `
		select c.list_id, c.number_id, c.message, c.merge_defaults, c.merge_skips, o.time_zone as zone,
			coalesce((select max(m.contact_id) from message m
				where m.org_id = @org and m.campaign_id = @campaign and m.author = 'campaign'), 0) as after
		from campaign c
		join organization o on o.org_id = @org
		where c.org_id = @org and c.id = @campaign and c.state in ('sending', 'active')
		for update of c`, postgres.Args{"campaign": id})
	if errors.Is(err, postgres.ErrNotFound) {
		return true, nil // archived between two slices: nothing more is written (AG1)
	}
	if err != nil {
		return false, fmt.Errorf("read the plan of campaign %d: %w", id, err)
	}
	fill, err := newFill(Campaign{Message: p.Message, MergeDefaults: p.MergeDefaults, MergeSkips: p.MergeSkips})
	if err != nil {
		return false, fmt.Errorf("read the message of campaign %d: %w", id, err)
	}
	var batch texts
	err = postgres.Each(ctx, tx, recipients(p.ListID, p.After, slice), func(r recipient) error {
		batch.add(r, fill, p.Zone)
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("read the list of campaign %d: %w", id, err)
	}
	if err := batch.insert(ctx, tx, id, p.NumberID); err != nil {
		return false, err
	}
	if len(batch.contacts) == slice {
		return false, nil
	}
	_, err = tx.Exec(ctx, `
		update campaign set materialised_at = app_now() where org_id = @org and id = @campaign`, postgres.Args{"campaign": id})
	if err != nil {
		return false, fmt.Errorf("finish writing campaign %d: %w", id, err)
	}
	return true, nil
}

// texts are rows to be written, column by column.
type texts struct {
	contacts               []audience.ContactID
	bodies, zones, reasons []string // a reason: why it is skipped, empty for a text that goes out
	segments               []int16
}

func (t *texts) add(r recipient, f fill, zone string) {
	body, _, leftOut := f.text(r)
	t.contacts = append(t.contacts, r.ID)
	t.bodies = append(t.bodies, body)
	t.zones = append(t.zones, zones(r, zone))
	t.reasons = append(t.reasons, string(leftOut))
	t.segments = append(t.segments, int16(sms.Count(body).Segments))
}

// insert writes the texts and counts them.
func (t *texts) insert(ctx context.Context, tx *postgres.Tx, id CampaignID, number NumberID) error {
	_, err := tx.Exec(ctx, `
		with written as (
			insert into message (org_id, contact_id, number_id, campaign_id, author, body, segments, state, reason, due_at, zone)
			select @org, t.contact, @number, @campaign, 'campaign', t.body, t.segments,
				case t.reason when '' then 'queued' else 'skipped' end, t.reason,
				case t.reason when '' then app_now() end, t.zone
			from unnest(@contacts::bigint[], @bodies::text[], @segments::smallint[], @reasons::text[], @zones::text[])
				as t (contact, body, segments, reason, zone)
			returning state
		)
		insert into campaign_count (org_id, campaign_id, slot, queued, skipped)
		select @org, @campaign, count_slot(), count(*) filter (where state = 'queued'), count(*) filter (where state = 'skipped')
		from written
		on conflict (org_id, campaign_id, slot) do update
		set queued = campaign_count.queued + excluded.queued, skipped = campaign_count.skipped + excluded.skipped`,
		postgres.Args{"campaign": id, "number": number, "contacts": t.contacts, "bodies": t.bodies,
			"segments": t.segments, "reasons": t.reasons, "zones": t.zones})
	if err != nil {
		return fmt.Errorf("write the texts of campaign %d: %w", id, err)
	}
	tx.Publish(QueueTopic)
	tx.Publish(CampaignTopic(id))
	return nil
}

// zones are the time zones in which the recipient may be; all must be within the allowed hours.
func zones(r recipient, fallback string) string {
	return strings.Join(sms.Zones(r.TimeZone, r.ZIP, r.Phone, fallback), ",")
}
