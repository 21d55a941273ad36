package outreach

import (
	"context"
	"maps"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// campaignList is a list of campaigns to be read from a place on.
type campaignList struct {
	order   order
	offices []account.OfficeID // nil: all
	shelves []string
	tested  terms // that campaigns are tested for as they are read
	after   CampaignCursor
	limit   int
}

// walk reads those that come first of the campaigns that match, looking at more and more in the order of the
// list. It gives up, with ok false, if more than most have been looked at.
func (l campaignList) walk(ctx context.Context, tx *postgres.Tx, match func(CampaignID) bool, most int) (found []CampaignCursor, ok bool, err error) {
	type campaigns struct {
		IDs    []CampaignID
		Titles []string
		Ats    []time.Time
		Holds  []bool
		More   bool // follow
	}
	at := l.after
	for each, seen := l.limit, 0; seen < most; {
		c, err := postgres.Row[campaigns](ctx, tx, l.from(at).walked(l.test()), l.args(at, each))
		if err != nil {
			return nil, false, err
		}
		for i, id := range c.IDs {
			at = CampaignCursor{At: c.Ats[i], Title: c.Titles[i], ID: id}
			if c.Holds[i] && match(id) {
				found = append(found, at)
			}
			if len(found) == l.limit {
				return found, true, nil
			}
		}
		if !c.More {
			return found, true, nil
		}
		seen += len(c.IDs)
		each = max(l.limit, min(4*each, each*l.toLookAt(len(found), seen)/len(c.IDs)))
	}
	return nil, false, nil
}

// toLookAt is how many more are looked at where so many were found among those seen: what would do if the rest
// were like these, and some more.
func (l campaignList) toLookAt(found, seen int) int {
	return (l.limit - found) * seen / max(1, found) * 5 / 4
}

// everything matches all campaigns.
func everything(CampaignID) bool { return true }

// byKey is how many campaigns can be looked at in the order of the list in the time in which one is read by
// its key.
const byKey = 2

// matching reads those that come first of the matches. They are looked for in the order of the list, where
// they are many soon found, as long as that costs less than to read all of them by their keys and to sort
// them: few of them may match, or all be another office's.
func (l campaignList) matching(ctx context.Context, tx *postgres.Tx, m matches) ([]CampaignCursor, error) {
	found, ok, err := l.walk(ctx, tx, m.has, byKey*m.count())
	if ok || err != nil {
		return found, err
	}
	args := l.args(l.after, l.limit)
	args["ids"] = m.ids()
	return postgres.Rows[CampaignCursor](ctx, tx,
		l.from(l.after).named(`select campaign_id from unnest(@ids::bigint[]) as match (campaign_id)`, l.test()), args)
}

// waiting reads those that come first of the campaigns where somebody waits.
func (l campaignList) waiting(ctx context.Context, tx *postgres.Tx) ([]CampaignCursor, error) {
	return postgres.Rows[CampaignCursor](ctx, tx,
		waitingCampaignsSQL+l.from(l.after).named(`select campaign_id from waiting`, l.test()), l.args(l.after, l.limit))
}

// from is the order from a place on.
func (l campaignList) from(place CampaignCursor) order {
	if place.ID == 0 {
		return l.order.first()
	}
	return l.order
}

// test is the condition for the tested terms.
func (l campaignList) test() string {
	if l.tested.none() {
		return "true"
	}
	return hadSQL
}

func (l campaignList) args(after CampaignCursor, limit int) postgres.Args {
	args := postgres.Args{"offices": l.offices, "shelves": l.shelves, "id": after.ID, "title": after.Title, "at": after.At, "limit": limit}
	maps.Copy(args, l.tested.args())
	return args
}
