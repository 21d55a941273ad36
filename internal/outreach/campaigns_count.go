package outreach

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// CampaignCounts are how many campaigns of the actor's offices stand where, each counted up to MostCounted.
type CampaignCounts struct {
	Draft, Scheduled, Active, Archived int
	Waiting                            int // not archived, and somebody waits for an answer
}

// CountCampaigns counts the campaigns of the actor's offices by status, from an index alone.
func (d Desk) CountCampaigns(ctx context.Context) (n CampaignCounts, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		n, err = postgres.Row[CampaignCounts](ctx, tx, waitingCampaignsSQL+`, shelved as (
				select asked.shelf, (
					select count(*) from (
						select from office o
						cross join lateral (
							select from campaign c
							where c.org_id = @org and c.office_id = o.id and c.shelf = asked.shelf
							limit @most) one
						where o.org_id = @org and (@offices::bigint[] is null or o.id = any (@offices))
						limit @most) found) as n
				from unnest(array['draft', 'scheduled', 'active', 'archived']) as asked (shelf)
			)
			select sum(n) filter (where shelf = 'draft') as draft, sum(n) filter (where shelf = 'scheduled') as scheduled,
				sum(n) filter (where shelf = 'active') as active, sum(n) filter (where shelf = 'archived') as archived,
				(select count(*) from waiting w
					join campaign c on c.org_id = @org and c.id = w.campaign_id
					where c.shelf <> 'archived' and (@offices::bigint[] is null or c.office_id = any (@offices))) as waiting
			from shelved`, postgres.Args{"offices": d.actor.OfficesSeen(), "most": MostCounted})
		return err
	})
	if err != nil {
		return n, fmt.Errorf("count the campaigns: %w", err)
	}
	return n, nil
}

// lately is how many of the campaigns last updated are looked at for their tags.
const lately = 100

// Tags are the tags most used in those campaigns of an area and the actor's offices that were last updated.
func (d Desk) Tags(ctx context.Context, area Area) (tags []string, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		places, err := d.places(ctx, tx, CampaignQuery{Area: area, Limit: lately})
		if err != nil {
			return err
		}
		ids := make([]CampaignID, len(places))
		for i, p := range places {
			ids[i] = p.ID
		}
		tags, err = postgres.Values[string](ctx, tx, `
			select tag
			from campaign c, unnest(c.tags) tag
			where c.org_id = @org and c.id = any (@ids::bigint[])
			group by tag
			order by count(*) desc, tag
			limit 12`, postgres.Args{"ids": ids})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the tags: %w", err)
	}
	return tags, nil
}
