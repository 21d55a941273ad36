package outreach

import (
	"context"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Attend looks after a campaign as its job does, and says how long the job sleeps then.
func Attend(ctx context.Context, db *postgres.DB, org account.OrgID, id CampaignID) (time.Duration, error) {
	return attend(ctx, db, org, id)
}

// OnWall finds the instant of a wall time.
func OnWall(wall time.Time, zone *time.Location) (Moment, error) { return onWall(wall, zone) }

// Leaving plays the sending of people, given by the zones they may be in, one text each: when the first
// and the last text leave, and how many people begin later.
func Leaving(open, shut int, from time.Time, people map[string]int, perSecond float64) (first, last time.Time, later int, ok bool) {
	var crowds []*crowd
	for zones, n := range people {
		c := newCrowd(zones)
		c.people, c.segments = n, n
		crowds = append(crowds, c)
	}
	f, ok := hours{open: open, shut: shut}.forecast(from, crowds, perSecond)
	return f.first, f.last, f.later, ok
}
