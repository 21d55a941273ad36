package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/postgres"
)

// Planned is a campaign on the calendar: one that was launched then, or is scheduled for then.
type Planned struct {
	ID         CampaignID
	Title      string
	OfficeName string
	State      State
	Paused     bool
	At         time.Time
}

// CalendarLimit bounds what one month of a calendar reads.
const CalendarLimit = 1000

// Calendar reads the campaigns of the actor's offices that were or will be launched from a moment on and
// before another, in that order: a thousand at most.
func (d Desk) Calendar(ctx context.Context, from, before time.Time) (planned []Planned, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		planned, err = postgres.Rows[Planned](ctx, tx, `
			select c.id, c.title, o.name as office_name, c.state, c.paused, c.launch_at as at
			from office o
			cross join unnest('{scheduled,active,archived}'::text[]) as asked (shelf)
			join campaign c on c.org_id = @org and c.office_id = o.id and c.shelf = asked.shelf
				and c.launch_at >= @from and c.launch_at < @before
			where o.org_id = @org and (@offices::bigint[] is null or o.id = any (@offices))
				and (c.launched_at is not null or c.state = 'scheduled')
			order by c.launch_at, c.id
			limit @limit`, postgres.Args{"from": from, "before": before, "offices": d.actor.OfficesSeen(), "limit": CalendarLimit})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the calendar: %w", err)
	}
	return planned, nil
}
