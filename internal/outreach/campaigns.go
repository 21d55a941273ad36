package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/postgres"
)

// Area is one of the two lists of campaigns.
type Area string

// The two areas: archived, and everything else.
const (
	ActiveArea   Area = "active"
	ArchivedArea Area = "archived"
)

// Sort is the order of a list of campaigns.
type Sort string

// The orders.
const (
	ByUpdate Sort = ""       // the last updated first
	ByLaunch Sort = "launch" // the latest launch first, those without one last
	ByTitle  Sort = "title"  // from A
)

// CampaignQuery asks for a page of campaigns.
type CampaignQuery struct {
	Area    Area
	Status  string   // "", draft, scheduled or active; active holds those sending, too
	Search  string   // every word must begin a word of the title or a tag
	Tags    []string // all of which the campaign must have
	Waiting bool     // only where somebody waits for an answer
	Sort    Sort
	After   CampaignCursor
	Limit   int // 0: 25
}

// CampaignCursor is a place in a list of campaigns: the last row of the page before, with the key of the
// order. The zero value is the beginning.
type CampaignCursor struct {
	At    time.Time // of ByUpdate and ByLaunch
	Title string    // folded, of ByTitle
	ID    CampaignID
}

// CampaignPage is a part of a list; Next is where the following part begins, nil at the end.
type CampaignPage struct {
	Rows []Listed
	Next *CampaignCursor
}

// Listed is a campaign in a list, with its counts.
type Listed struct {
	Campaign
	Progress
}

const campaignsPage = 25

// Campaigns reads a page of the campaigns of the actor's offices. Its cost does not grow with the number
// of campaigns: for each office and shelf it reads one short range of an index.
func (d Desk) Campaigns(ctx context.Context, q CampaignQuery) (page CampaignPage, err error) {
	if q.Limit == 0 {
		q.Limit = campaignsPage
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		places, err := d.places(ctx, tx, q)
		if err != nil {
			return fmt.Errorf("find the campaigns: %w", err)
		}
		if len(places) > q.Limit {
			places = places[:q.Limit]
			page.Next = &places[q.Limit-1]
		}
		page.Rows, err = listed(ctx, tx, places)
		return err
	})
	return page, err
}

// shelves are the values of campaign.shelf that a query asks for.
func (q CampaignQuery) shelves() []string {
	switch {
	case q.Area == ArchivedArea:
		return []string{"archived"}
	case q.Status != "":
		return []string{q.Status}
	}
	return []string{"draft", "scheduled", "active"}
}

func (q CampaignQuery) order() order {
	if o, ok := orders[q.Sort]; ok {
		return o
	}
	return orders[ByUpdate]
}

// places finds one campaign more than the page holds, in order.
func (d Desk) places(ctx context.Context, tx *postgres.Tx, q CampaignQuery) ([]CampaignCursor, error) {
	l := campaignList{order: q.order(), offices: d.actor.OfficesSeen(), shelves: q.shelves(), after: q.After, limit: q.Limit + 1}
	asked := readTerms(q)
	if q.Waiting {
		l.tested = asked
		return l.waiting(ctx, tx)
	}
	narrow, broad, err := asked.split(ctx, tx)
	if err != nil {
		return nil, err
	}
	l.tested = broad
	if narrow.none() {
		found, ok, err := l.walk(ctx, tx, everything, max(mostTested, l.limit))
		if ok || err != nil {
			return found, err
		}
		narrow, l.tested = broad, terms{}
	}
	m, err := narrow.matches(ctx, tx)
	if err != nil {
		return nil, err
	}
	return l.matching(ctx, tx, m)
}

// listed reads the campaigns of places with their counts, in the order of the places.
func listed(ctx context.Context, tx *postgres.Tx, places []CampaignCursor) ([]Listed, error) {
	if len(places) == 0 {
		return nil, nil
	}
	ids := make([]CampaignID, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	campaigns, err := postgres.Rows[Campaign](ctx, tx, campaignsSQL, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("read the campaigns: %w", err)
	}
	type counted struct {
		CampaignID CampaignID
		Progress
	}
	counts, err := postgres.Rows[counted](ctx, tx, `
		select campaign_id, `+progressColumns+`
		from campaign_count
		where org_id = @org and campaign_id = any (@ids::bigint[])
		group by campaign_id`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("read the counts of the campaigns: %w", err)
	}
	progress := make(map[CampaignID]Progress, len(counts))
	for _, c := range counts {
		progress[c.CampaignID] = c.Progress
	}
	rows := make([]Listed, len(campaigns))
	for i, c := range campaigns {
		rows[i] = Listed{Campaign: c, Progress: progress[c.ID]}
	}
	return rows, nil
}

// SendingNow are the campaigns of the actor's offices that send at this moment and are not paused, newest first.
func (d Desk) SendingNow(ctx context.Context) (sending []Listed, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		places, err := postgres.Rows[CampaignCursor](ctx, tx, `
			select c.id, '' as title, c.updated_at as at
			from campaign c
			where c.org_id = @org and c.state = 'sending' and not c.paused and (@offices::bigint[] is null or c.office_id = any (@offices))
			order by c.id desc
			limit 3`, postgres.Args{"offices": d.actor.OfficesSeen()})
		if err != nil {
			return fmt.Errorf("find what is being sent: %w", err)
		}
		sending, err = listed(ctx, tx, places)
		return err
	})
	return sending, err
}
