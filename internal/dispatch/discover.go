package dispatch

import (
	"context"
	"fmt"
	"math"
	"time"

	"parley/internal/postgres"
)

// waiting is a lane with a queued text, and how far away the first one is that may go.
type waiting struct {
	Org      postgres.OrgID
	Number   int64
	Campaign int64
	Seconds  float64 // until it is due and the number and the account are free; negative: now
	Archived bool    // its campaign is: what is queued will never go
}

// discover finds the lanes of all organizations, or of those given. It steps from lane to lane in the
// index and never reads what is queued in between, so it costs some 20 us a lane however long they
// are. It goes through Everyone since finding out who has work is the one question that no single
// organization can answer.
func (s *Sender) discover(ctx context.Context, all bool, orgs []postgres.OrgID) error {
	var found []waiting
	look := func(low, high postgres.OrgID) error {
		return s.db.Everyone(ctx, func(tx *postgres.Tx) error {
			if err := prepare(ctx, tx); err != nil {
				return err
			}
			lanes, err := postgres.Rows[waiting](ctx, tx, discoverSQL, postgres.Args{
				"low": low, "high": high, "ahead": paceAhead.Seconds()})
			found = append(found, lanes...)
			return err
		})
	}
	if all {
		if err := look(0, math.MaxInt64); err != nil {
			return fmt.Errorf("find what is queued: %w", err)
		}
	} else {
		for _, org := range orgs {
			if err := look(org, org); err != nil {
				return fmt.Errorf("find what is queued: %w", err)
			}
		}
	}
	ready := map[postgres.OrgID]map[lane]time.Time{}
	var archived []waiting
	for _, w := range found {
		if w.Archived {
			archived = append(archived, w)
			continue
		}
		if ready[w.Org] == nil {
			ready[w.Org] = map[lane]time.Time{}
		}
		ready[w.Org][lane{w.Number, w.Campaign}] = time.Now().Add(seconds(w.Seconds))
	}
	s.agenda.found(all, orgs, ready)
	return s.cancelArchived(ctx, archived)
}

const discoverSQL = `
	with recursive campaign_lane as (
		(select m.org_id, m.campaign_id
		from message m
		where m.state = 'queued' and m.author = 'campaign' and m.org_id between @low and @high
		order by m.org_id, m.campaign_id
		limit 1)
		union all
		select next.*
		from campaign_lane l
		cross join lateral (
			select m.org_id, m.campaign_id
			from message m
			where m.state = 'queued' and m.author = 'campaign' and m.org_id between @low and @high
				and (m.org_id, m.campaign_id) > (l.org_id, l.campaign_id)
			order by m.org_id, m.campaign_id
			limit 1) next
	), number_lane as (
		(select m.org_id, m.number_id, m.priority
		from message m
		where m.state = 'queued' and m.author <> 'campaign' and m.org_id between @low and @high
		order by m.org_id, m.number_id, m.priority
		limit 1)
		union all
		select next.*
		from number_lane l
		cross join lateral (
			select m.org_id, m.number_id, m.priority
			from message m
			where m.state = 'queued' and m.author <> 'campaign' and m.org_id between @low and @high
				and (m.org_id, m.number_id, m.priority) > (l.org_id, l.number_id, l.priority)
			order by m.org_id, m.number_id, m.priority
			limit 1) next
	), head as (
		select l.org_id, l.campaign_id, first.number_id, first.due_at, c.state = 'archived' as archived
		from campaign_lane l
		cross join lateral (
			select state, paused
			from campaign
			where org_id = l.org_id and id = l.campaign_id
			limit 1) c
		cross join lateral (
			select m.number_id, m.due_at
			from message m
			where m.org_id = l.org_id and m.campaign_id = l.campaign_id and m.state = 'queued' and m.author = 'campaign'
			order by m.due_at, m.id
			limit 1) first
		where c.state in ('sending', 'active') and not c.paused or c.state = 'archived'
		union all
		select l.org_id, 0, l.number_id, min(first.due_at), false
		from number_lane l
		cross join lateral (
			select m.due_at
			from message m
			where m.org_id = l.org_id and m.number_id = l.number_id and m.priority = l.priority
				and m.state = 'queued' and m.author <> 'campaign'
			order by m.due_at, m.id
			limit 1) first
		group by l.org_id, l.number_id
	)
	select h.org_id as org, h.number_id as number, h.campaign_id as campaign, h.archived,
		-- An hour is as good as never: the lane is found anew before. Some of these times are infinite.
		extract(epoch from least(greatest(h.due_at, n.paced_until - make_interval(secs => @ahead), a.throttled_until),
			app_now() + interval '1 hour') - app_now())::float8 as seconds
	from head h
	cross join lateral (
		select released_at, paced_until
		from phone_number
		where org_id = h.org_id and id = h.number_id
		limit 1) n
	left join lateral (
		select stopped_reason, throttled_until
		from carrier_account
		where org_id = h.org_id
		limit 1) a on true
	where h.archived or n.released_at is null and a.stopped_reason = ''`

// cancelArchived cancels texts that came back to the queue of a campaign after it was archived, which
// is what the archiver does to those it finds there.
func (s *Sender) cancelArchived(ctx context.Context, lanes []waiting) error {
	for _, w := range lanes {
		err := s.db.Org(ctx, w.Org, func(tx *postgres.Tx) error {
			if err := prepare(ctx, tx); err != nil {
				return err
			}
			moves, err := postgres.Rows[move](ctx, tx, `
				select `+moveColumns+`
				from message
				where org_id = @org and campaign_id = @campaign and author = 'campaign' and state = 'queued'
				order by due_at, id
				limit 1000
				for update skip locked`, postgres.Args{"campaign": w.Campaign})
			if err != nil {
				return err
			}
			if err := discard(ctx, tx, moves, StateCancelled, ReasonCampaignArchived); err != nil {
				return err
			}
			tx.Publish(TopicQueue) // there may be more
			return settleMoves(ctx, tx, moves)
		})
		if err != nil {
			return fmt.Errorf("cancel what is left of an archived campaign: %w", err)
		}
	}
	return nil
}
