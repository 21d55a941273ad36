package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Wish is when a draft is to be launched: at once, or at a wall time in the organization's zone.
type Wish struct {
	LaunchLater bool
	LaunchDate  string // "2026-11-30", empty while not chosen
	LaunchTime  string // "09:00"
}

// check adds what cannot be stored. What is missing yet is Review's to say.
func (w *Wish) check(v account.Invalid) {
	if _, err := time.Parse(time.DateOnly, w.LaunchDate); err != nil && w.LaunchDate != "" {
		v.Add("date", "Type the date as in 2026-11-30.")
	}
	if _, err := time.Parse("15:04", w.LaunchTime); err != nil && w.LaunchTime != "" {
		v.Add("time", "Type the time as in 09:30.")
	}
}

// Moment is an instant that a person has named by a wall time.
type Moment struct {
	At time.Time
	// Twice says that the clocks are set back over this wall time, so that it comes twice; At is the
	// first of the two.
	Twice bool
}

// moment finds the instant of the wish. Where clocks are set back, a wall time comes twice and the
// first is taken. Where they are set forward, some do not come at all: these are refused, with the
// wall time at which the day goes on.
func (w Wish) moment(zone *time.Location) (Moment, error) {
	v := account.Invalid{}
	w.check(v)
	if w.LaunchDate == "" {
		v.Add("date", "Choose the date of the launch.")
	}
	if w.LaunchTime == "" {
		v.Add("time", "Choose the time of the launch.")
	}
	if err := v.Err(); err != nil {
		return Moment{}, err
	}
	wall, err := time.Parse(time.DateOnly+" 15:04", w.LaunchDate+" "+w.LaunchTime)
	if err != nil {
		return Moment{}, fmt.Errorf("read the time of the launch: %w", err)
	}
	return onWall(wall, zone)
}

// onWall finds the instants at which clocks in the zone show a wall time, given as if in UTC. The zone's
// offsets of a day before and a day after are the only ones it can have: no zone changes twice in two days.
func onWall(wall time.Time, zone *time.Location) (Moment, error) {
	before, after := offset(wall.Add(-24*time.Hour), zone), offset(wall.Add(24*time.Hour), zone)
	early, late := wall.Add(-before), wall.Add(-after)
	earlyFits, lateFits := shows(early, wall, zone), shows(late, wall, zone)
	switch {
	case earlyFits && lateFits:
		return Moment{At: early, Twice: !early.Equal(late)}, nil
	case earlyFits:
		return Moment{At: early}, nil
	case lateFits:
		return Moment{At: late}, nil
	}
	_, change := late.In(zone).ZoneBounds()
	return Moment{}, account.Invalid{"time": fmt.Sprintf("On that day the clocks are set forward and %s does not come. Choose %s or later.",
		wall.Format("3:04 PM"), change.In(zone).Format("3:04 PM"))}
}

func offset(wall time.Time, zone *time.Location) time.Duration {
	_, seconds := wall.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

func shows(at, wall time.Time, zone *time.Location) bool {
	const minute = "2006-01-02 15:04"
	return at.In(zone).Format(minute) == wall.Format(minute)
}

// Plan keeps when a draft is to be launched. Nothing is scheduled before its review is confirmed.
func (d Desk) Plan(ctx context.Context, id CampaignID, w Wish) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	v := account.Invalid{}
	if w.check(v); len(v) > 0 {
		return v
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		if err := d.lockDraft(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			update campaign
			set launch_later = @later, launch_date = nullif(@date, '')::date, launch_time = nullif(@time, '')::time, updated_at = app_now()
			where org_id = @org and id = @campaign`,
			postgres.Args{"campaign": id, "later": w.LaunchLater, "date": w.LaunchDate, "time": w.LaunchTime})
		if err != nil {
			return fmt.Errorf("plan the launch of campaign %d: %w", id, err)
		}
		return nil
	})
}
