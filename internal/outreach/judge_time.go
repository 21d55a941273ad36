package outreach

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// judgeLaunch looks at the time that is wished for. Of a campaign that is scheduled already it is the
// queue's to keep.
func (r *Review) judgeLaunch(at place) {
	if !r.Campaign.LaunchLater {
		return
	}
	m, err := r.Campaign.moment(at.zone)
	var invalid account.Invalid
	switch {
	case errors.As(err, &invalid):
		r.find(Block, "launch", "The time of the launch is not settled.", invalid.Error())
		return
	case err != nil:
		r.find(Block, "launch", "The time of the launch cannot be read.", err.Error())
		return
	}
	r.LaunchAt = m
	words := inWords(m.At, at.zone)
	switch {
	case r.Campaign.State == Draft && !m.At.After(at.Now):
		r.find(Block, "launch", "The time of the launch has passed.", words+" is over. Choose a later time, or launch now.")
	case m.Twice:
		r.find(Warn, "launch", "The time of the launch comes twice.", "The clocks are set back that night. It launches the first time, "+words+".")
	default:
		r.find(Pass, "launch", "It launches by itself.", words+", "+at.TimeZone+" time.")
	}
}

func inWords(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Mon, Jan 2, 3:04 PM MST")
}

// judgeAudience asks whether the same people are meant, where a clone goes to the list of its source
// and nobody has changed that list since (CL4).
func (r *Review) judgeAudience(ctx context.Context, tx *postgres.Tx, at place) error {
	if r.Campaign.ClonedFrom == nil || r.Campaign.ListID == nil {
		return nil
	}
	found, err := postgres.Rows[SameAudience](ctx, tx, `
		select s.title as source, s.launched_at, coalesce(c.same_audience_at = l.changed_at, false) as confirmed
		from campaign c
		join campaign s on s.org_id = @org and s.id = c.cloned_from
		join contact_list l on l.org_id = @org and l.id = c.list_id
		where c.org_id = @org and c.id = @campaign and s.list_id = c.list_id and s.launched_at >= l.changed_at`,
		postgres.Args{"campaign": r.Campaign.ID})
	if err != nil {
		return fmt.Errorf("compare the list of campaign %d with its source: %w", r.Campaign.ID, err)
	}
	if len(found) == 0 {
		return nil
	}
	r.SameAudience = &found[0]
	r.find(Warn, "audience", "Same list as “"+found[0].Source+"”.", fmt.Sprintf("“%s”, %s, not changed since that launch on %s.",
		r.Campaign.ListName, people(r.Campaign.ListContacts), found[0].LaunchedAt.In(at.zone).Format("January 2, 2006")))
	return nil
}

// ConfirmAudience keeps whether the person who launches means the same people again. It holds for the
// list as it is now: a list that changes is no longer the same audience, and nothing is asked.
func (d Desk) ConfirmAudience(ctx context.Context, id CampaignID, same bool) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		if err := d.lockDraft(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			update campaign c
			set same_audience_at = case when @same then (select l.changed_at from contact_list l where l.org_id = @org and l.id = c.list_id) end
			where c.org_id = @org and c.id = @campaign`, postgres.Args{"campaign": id, "same": same})
		if err != nil {
			return fmt.Errorf("confirm the audience of campaign %d: %w", id, err)
		}
		return nil
	})
}

func (r *Review) judgeNumber(ctx context.Context, tx *postgres.Tx, a *readThrough) error {
	if r.Campaign.NumberID == nil {
		r.find(Block, "number", "No phone number is chosen.", "Choose the number that people will see.")
		return nil
	}
	n, err := number(ctx, tx, *r.Campaign.NumberID)
	if errors.Is(err, postgres.ErrNotFound) {
		r.find(Block, "number", "The number is gone.", "Choose another number.")
		return nil
	}
	if err != nil {
		return err
	}
	if problem := n.unready(r.Campaign.ID); problem != "" {
		r.find(Block, "number", "The number is not ready.", problem)
		return nil
	}
	r.Seconds = float64(r.Segments) / n.SegmentsPerSecond
	detail := fmt.Sprintf("%s sends %s.", n.Phone.Format(a.place.Country), speed(n.SegmentsPerSecond))
	if r.Texted > 0 && a.problem == nil {
		detail += fmt.Sprintf(" %s texts take about %s.", count(r.Segments), duration(r.Seconds))
		r.judgeHours(a, n.SegmentsPerSecond)
	}
	r.find(Pass, "number", "The number is ready.", detail)
	return nil
}

// judgeHours says when the texts are expected to leave, within the hours that the organization allows.
func (r *Review) judgeHours(a *readThrough, perSecond float64) {
	from, h := a.place.Now, hours{open: a.place.QuietTill, shut: a.place.QuietFrom}
	if r.LaunchAt.At.After(from) {
		from = r.LaunchAt.At
	}
	f, ok := h.forecast(from, slices.Collect(maps.Values(a.crowds)), perSecond)
	if !ok {
		r.find(Block, "hours", "Nobody can be texted within the quiet hours.", "There is no hour of the day that your organization allows. See Settings.")
		return
	}
	when := f.inWords(a.place.zone)
	switch {
	case h.always():
		r.find(Warn, "hours", "Quiet hours are switched off.", "Texts leave at any hour of the day. "+when)
		return
	case f.later > 0:
		when += fmt.Sprintf(" For %s the day begins later.", people(f.later))
	}
	r.find(Pass, "hours", "Quiet hours are kept.", fmt.Sprintf("%s Only between %s and %s of each person's own day.", when, clock(h.open), clock(h.shut)))
}

// inWords says when the texts leave, the day once if it is one.
func (f forecast) inWords(zone *time.Location) string {
	first, last := f.first.In(zone), f.last.In(zone)
	switch {
	case last.Sub(first) < time.Minute:
		return fmt.Sprintf("All leave %s.", inWords(first, zone))
	case first.Format(time.DateOnly) == last.Format(time.DateOnly):
		return fmt.Sprintf("They leave %s to about %s.", first.Format("Mon, Jan 2, 3:04 PM"), last.Format("3:04 PM MST"))
	}
	return fmt.Sprintf("They leave from %s to about %s.", inWords(first, zone), inWords(last, zone))
}

// clock writes minutes since midnight: 540 is "9:00 AM".
func clock(minutes int) string {
	return time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).Format("3:04 PM")
}
