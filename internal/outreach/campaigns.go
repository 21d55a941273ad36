package outreach

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Area is one of the two lists of campaigns.
type Area string

// The two areas: archived, and everything else.
const (
	ActiveArea   Area = "active"
	ArchivedArea Area = "archived"
)

// CampaignQuery asks for a page of campaigns, the last updated first.
type CampaignQuery struct {
	Area    Area
	Status  string   // "", draft, scheduled or active; active holds those sending, too
	Search  string   // every word must begin a word of the title or a tag
	Tags    []string // all of which the campaign must have
	Waiting bool     // only where somebody waits for an answer
	After   Cursor
	Limit   int // 0: 25
}

// Listed is a campaign in a list, with its counts.
type Listed struct {
	Campaign
	Progress
}

const campaignsPage = 25

// Campaigns reads a page of the campaigns of the actor's offices.
func (d Desk) Campaigns(ctx context.Context, q CampaignQuery) (page Page[Listed], err error) {
	if q.Limit == 0 {
		q.Limit = campaignsPage
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		rows, err := postgres.Rows[Campaign](ctx, tx, campaignSQL+campaignFilterSQL+`
			and (@first_page or (c.updated_at, c.id) < (@at, @id))
			order by c.updated_at desc, c.id desc
			limit @limit`, d.campaignArgs(q))
		if err != nil {
			return fmt.Errorf("read the campaigns: %w", err)
		}
		found := paged(rows, q.Limit, func(c Campaign) Cursor { return Cursor{At: c.UpdatedAt, ID: int64(c.ID)} })
		page.Next = found.Next
		page.Rows, err = withCounts(ctx, tx, found.Rows)
		return err
	})
	return page, err
}

const campaignFilterSQL = `
	and (c.state = 'archived') = (@area = 'archived')
	and (@status = '' or c.state = @status or @status = 'active' and c.state = 'sending')
	and (@offices::bigint[] is null or c.office_id = any (@offices))
	and c.tags @> @tags::text[]
	and (not @waiting or exists (
		select from conversation v
		where v.org_id = @org and v.campaign_id = c.id and v.waiting_since is not null))
	and not exists (
		select from unnest(@words::text[]) word
		where not (' ' || c.title_key like '% ' || word || '%'
			or exists (select from unnest(c.tags) tag where tag like word || '%')))`

func (d Desk) campaignArgs(q CampaignQuery) postgres.Args {
	tags := q.Tags
	if tags == nil {
		tags = []string{}
	}
	return postgres.Args{"area": q.Area, "status": q.Status, "offices": d.offices(), "tags": tags, "waiting": q.Waiting, "words": searchWords(q.Search),
		"first_page": q.After == Cursor{}, "at": q.After.At, "id": q.After.ID, "limit": q.Limit + 1}
}

// searchWords folds a search into its words, made harmless for LIKE.
func searchWords(search string) []string {
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	return strings.Fields(escape.Replace(sms.Fold(search)))
}

func withCounts(ctx context.Context, tx *postgres.Tx, campaigns []Campaign) ([]Listed, error) {
	listed := make([]Listed, len(campaigns))
	for i, c := range campaigns {
		p, err := postgres.Row[Progress](ctx, tx, progressSQL, postgres.Args{"campaign": c.ID})
		if err != nil {
			return nil, fmt.Errorf("read the counts of campaign %d: %w", c.ID, err)
		}
		listed[i] = Listed{Campaign: c, Progress: p}
	}
	return listed, nil
}

// CampaignCounts are how many campaigns of the actor's offices stand where.
type CampaignCounts struct {
	Draft, Scheduled, Active, Archived int
	Waiting                            int // where somebody waits for an answer
}

// CountCampaigns counts the campaigns of the actor's offices by status.
func (d Desk) CountCampaigns(ctx context.Context) (n CampaignCounts, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		n, err = postgres.Row[CampaignCounts](ctx, tx, `
			select count(*) filter (where state = 'draft') as draft, count(*) filter (where state = 'scheduled') as scheduled,
				count(*) filter (where state in ('sending', 'active')) as active, count(*) filter (where state = 'archived') as archived,
				count(*) filter (where state <> 'archived' and exists (
					select from conversation v
					where v.org_id = @org and v.campaign_id = campaign.id and v.waiting_since is not null)) as waiting
			from campaign
			where org_id = @org and (@offices::bigint[] is null or office_id = any (@offices))`,
			postgres.Args{"offices": d.offices()})
		return err
	})
	if err != nil {
		return n, fmt.Errorf("count the campaigns: %w", err)
	}
	return n, nil
}

// Tags are the tags most used in the campaigns of the actor's offices that are not archived.
func (d Desk) Tags(ctx context.Context) (tags []string, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		tags, err = postgres.Values[string](ctx, tx, `
			select tag
			from campaign c, unnest(c.tags) tag
			where c.org_id = @org and c.state <> 'archived' and (@offices::bigint[] is null or c.office_id = any (@offices))
			group by tag
			order by count(*) desc, tag
			limit 12`, postgres.Args{"offices": d.offices()})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the tags: %w", err)
	}
	return tags, nil
}

// SendingNow are the campaigns of the actor's offices that send at this moment, newest first.
func (d Desk) SendingNow(ctx context.Context) (sending []Listed, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		rows, err := postgres.Rows[Campaign](ctx, tx, campaignSQL+`
			and c.state = 'sending' and (@offices::bigint[] is null or c.office_id = any (@offices))
			order by c.id desc
			limit 3`, postgres.Args{"offices": d.offices()})
		if err != nil {
			return fmt.Errorf("read what is being sent: %w", err)
		}
		sending, err = withCounts(ctx, tx, rows)
		return err
	})
	return sending, err
}

// Pause holds a campaign's texts back until Resume; those already with the carrier go out. Pausing
// what is paused changes nothing.
func (d Desk) Pause(ctx context.Context, id CampaignID) error { return d.setPaused(ctx, id, true) }

// Resume lets a paused campaign send again: each of the rest once.
func (d Desk) Resume(ctx context.Context, id CampaignID) error { return d.setPaused(ctx, id, false) }

func (d Desk) setPaused(ctx context.Context, id CampaignID, paused bool) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		if _, err := d.campaign(ctx, tx, id); err != nil {
			return err
		}
		touched, err := tx.Exec(ctx, `
			update campaign
			set paused = @paused, updated_at = app_now()
			where org_id = @org and id = @campaign and state in ('sending', 'active') and paused <> @paused`,
			postgres.Args{"campaign": id, "paused": paused})
		if err != nil || touched == 0 {
			return err
		}
		verb := "resume"
		if paused {
			verb = "pause"
			tx.Publish(fmt.Sprintf("pause:%d", id))
		}
		tx.Publish(QueueTopic)
		tx.Publish(CampaignTopic(id))
		return d.actor.Record(ctx, tx, account.Change{Verb: verb, Subject: "campaign", SubjectID: int64(id)})
	})
}
