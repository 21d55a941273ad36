package insight

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// TranscriptQuery asks for conversations, those with the latest text first.
type TranscriptQuery struct {
	Period   Period              // of the last text
	Office   account.OfficeID    // 0: all that the actor sees
	Campaign outreach.CampaignID // 0: all, and outside of campaigns
	Mode     outreach.Mode       // empty: both
	Unread   bool                // only those where a person owes an answer
	After    outreach.Cursor
	Limit    int // 0: 50
}

// Transcript is a conversation in the list of all.
type Transcript struct {
	ID            outreach.ConversationID
	FirstName     string
	LastName      string
	Phone         sms.Phone
	CampaignID    *outreach.CampaignID // nil: outside of campaigns
	CampaignTitle string
	OfficeName    string
	Mode          outreach.Mode
	WaitingSince  *time.Time
	LastAt        time.Time
	LastAuthor    outreach.Author
	Preview       string
	Texts         int // in and out, those that were never sent left out
}

const pageSize = 50

// Transcripts reads a page of the conversations of the actor's offices.
func (d Desk) Transcripts(ctx context.Context, q TranscriptQuery) (page outreach.Page[Transcript], err error) {
	if q.Limit == 0 {
		q.Limit = pageSize
	}
	args := d.transcriptArgs(q, q.Limit+1)
	err = d.org(ctx, func(tx *postgres.Tx) error {
		page.Rows, err = postgres.Rows[Transcript](ctx, tx, transcriptSQL(q), args)
		return err
	})
	if err != nil {
		return page, fmt.Errorf("read the transcripts: %w", err)
	}
	if len(page.Rows) > q.Limit {
		page.Rows = page.Rows[:q.Limit]
		last := page.Rows[q.Limit-1]
		page.Next = &outreach.Cursor{At: last.LastAt, ID: int64(last.ID)}
	}
	return page, nil
}

func (d Desk) transcriptArgs(q TranscriptQuery, limit int) postgres.Args {
	since, until := q.Period.bounds(d.zone)
	before := outreach.Cursor{At: until}
	if q.After != (outreach.Cursor{}) && q.After.At.Before(until) {
		before = q.After
	}
	modes := []outreach.Mode{q.Mode}
	if q.Mode == "" {
		modes = []outreach.Mode{outreach.BotMode, outreach.AgentMode}
	}
	return postgres.Args{"offices": d.actor.OfficesSeen(), "office": q.Office, "campaign": q.Campaign, "modes": modes, "unread": q.Unread,
		"since": since, "at": before.At, "id": before.ID, "limit": limit}
}

// The latest conversations, found by the index that fits what is asked for: those of one campaign, or
// the heads of the lists of each office and mode, merged.
const (
	inCampaign = `
		select v.id, v.last_at
		from conversation v
		where v.org_id = @org and v.campaign_id = @campaign and v.mode = any (@modes)
			and (@offices::bigint[] is null or v.office_id = any (@offices)) and (@office = 0 or v.office_id = @office)
			and v.last_at >= @since and (v.last_at, v.id) < (@at, @id)
			and (not @unread or v.waiting_since is not null)
		order by v.last_at desc, v.id desc
		limit @limit`
	inOffices = `
		select v.id, v.last_at
		from office o
		cross join unnest(@modes::text[]) as m (mode)
		cross join lateral (
			select v.id, v.last_at
			from conversation v
			where v.org_id = @org and v.office_id = o.id and v.mode = m.mode
				and v.last_at >= @since and (v.last_at, v.id) < (@at, @id)
				and (not @unread or v.waiting_since is not null)
			order by v.last_at desc, v.id desc
			limit @limit
		) v
		where o.org_id = @org and (@offices::bigint[] is null or o.id = any (@offices)) and (@office = 0 or o.id = @office)
		order by v.last_at desc, v.id desc
		limit @limit`
)

func latest(q TranscriptQuery) string {
	if q.Campaign != 0 {
		return inCampaign
	}
	return inOffices
}

// itsTexts keeps the texts m of a conversation v: those written in it, and the one of its campaign.
const itsTexts = `m.org_id = @org and m.number_id = v.number_id and m.contact_id = v.contact_id
	and (m.conversation_id = v.id or m.author = 'campaign' and m.campaign_id = v.campaign_id)
	and m.state not in ('skipped', 'cancelled')`

func transcriptSQL(q TranscriptQuery) string {
	return `
		select v.id, c.first_name, c.last_name, c.phone, v.campaign_id, coalesce(k.title, '') as campaign_title, o.name as office_name,
			v.mode, v.waiting_since, v.last_at, v.last_author, v.preview,
			(select count(*) from message m where ` + itsTexts + `) as texts
		from (` + latest(q) + `) found
		cross join lateral (
			select id, number_id, contact_id, campaign_id, office_id, mode, waiting_since, last_at, last_author, preview
			from conversation
			where org_id = @org and id = found.id
			limit 1) v
		cross join lateral (
			select first_name, last_name, phone from contact where org_id = @org and id = v.contact_id
			limit 1) c
		join office o on o.org_id = @org and o.id = v.office_id
		left join lateral (
			select title from campaign where org_id = @org and id = v.campaign_id
			limit 1) k on true
		order by v.last_at desc, v.id desc`
}
