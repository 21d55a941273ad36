package outreach

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// Phone companies filter texts that look like spam to them, which the carrier reports with error 30007
// (https://www.twilio.com/docs/api/errors/30007). Going on costs the number its reputation.
const (
	// fewestSettled texts must have their last state before a share says anything, and fewestFiltered
	// of them be filtered: one or two speak of two phones. At a harmless share of 0.3 % three among
	// fifty come about once in two thousand campaigns.
	fewestSettled, fewestFiltered = 50, 3

	tellShare  = 0.02 // its managers are told
	pauseShare = 0.10 // it pauses itself
	// worseBy is how much higher the share must be before a campaign that somebody resumed pauses
	// itself again.
	worseBy = 0.10
)

// filtering is how many of a campaign's texts have their last state, and were filtered.
type filtering struct {
	Settled, Filtered, Open int
	Told                    bool
	PausedAt                *float32 // the share at which it paused itself last
}

func (f filtering) share() float64 {
	if f.Settled < fewestSettled || f.Filtered < fewestFiltered {
		return 0
	}
	return float64(f.Filtered) / float64(f.Settled)
}

// pauses says whether the campaign is to pause itself.
func (f filtering) pauses() bool {
	if f.PausedAt == nil {
		return f.share() >= pauseShare
	}
	return f.share() >= float64(*f.PausedAt)+worseBy
}

// actOnFiltering tells the managers of a campaign whose texts phone companies filter, once, and pauses
// it if they filter many.
func (d Desk) actOnFiltering(ctx context.Context, tx *postgres.Tx, c Campaign) error {
	f, err := postgres.Row[filtering](ctx, tx, `
		select n.settled, n.open, c.filtered_told_at is not null as told, c.filtered_paused_at as paused_at,
			(select coalesce(sum(texts), 0)
			from campaign_failure
			where org_id = @org and campaign_id = @campaign and reason = 'spam') as filtered
		from campaign c
		cross join lateral (
			select coalesce(sum(delivered + undelivered + failed), 0) as settled, coalesce(sum(queued), 0) as open
			from campaign_count
			where org_id = @org and campaign_id = @campaign) n
		where c.org_id = @org and c.id = @campaign`, postgres.Args{"campaign": c.ID})
	if err != nil {
		return fmt.Errorf("count the filtered texts of campaign %d: %w", c.ID, err)
	}
	switch {
	case f.pauses() && f.Open > 0 && !c.Paused:
		return d.pauseFiltered(ctx, tx, c, f)
	case f.share() >= tellShare && !f.Told:
		return d.tellFiltered(ctx, tx, c, f)
	}
	return nil
}

const advice = "Texts pass better that say who writes and why, use plain words and no shortened links."

func (d Desk) tellFiltered(ctx context.Context, tx *postgres.Tx, c Campaign, f filtering) error {
	detail := f.sentence() + " " + advice
	if f.Open > 0 {
		detail += " At 10% the campaign pauses itself."
	}
	return d.noteFiltering(ctx, tx, f, Notice{CampaignID: c.ID, Kind: Filtered, Detail: detail})
}

func (d Desk) pauseFiltered(ctx context.Context, tx *postgres.Tx, c Campaign, f filtering) error {
	if err := d.hold(ctx, tx, c.ID, holding{paused: true, why: f.sentence()}); err != nil {
		return err
	}
	detail := fmt.Sprintf("%s It is paused, and %s. %s Resume it if it should go on as it is, or archive it and send a clone with other words.",
		f.sentence(), verb(f.Open, "has not been texted yet", "have not been texted yet"), advice)
	return d.noteFiltering(ctx, tx, f, Notice{CampaignID: c.ID, Kind: FilteredPaused, Detail: detail})
}

// sentence says how many texts were filtered.
func (f filtering) sentence() string {
	return fmt.Sprintf("So far phone companies refused %d of %d texts as spam.", f.Filtered, f.Settled)
}

// noteFiltering remembers that the managers were told and, of a campaign that paused itself, at which
// share; and tells them.
func (d Desk) noteFiltering(ctx context.Context, tx *postgres.Tx, f filtering, n Notice) error {
	_, err := tx.Exec(ctx, `
		update campaign
		set filtered_told_at = app_now(), filtered_paused_at = case when @paused then @share else filtered_paused_at end
		where org_id = @org and id = @campaign`,
		postgres.Args{"campaign": n.CampaignID, "paused": n.Kind == FilteredPaused, "share": f.share()})
	if err != nil {
		return fmt.Errorf("note the filtering of campaign %d: %w", n.CampaignID, err)
	}
	if err := d.tellManagers(ctx, tx, n); err != nil {
		return err
	}
	tx.Publish(CampaignTopic(n.CampaignID))
	return nil
}
