package outreach

import (
	"context"
	"time"

	"parley/internal/postgres"
)

// Filter chooses among the conversations of a campaign.
type Filter string

// The filters of the Activity tab.
const (
	All            Filter = ""
	NeedsAttention Filter = "attention"
	WithBot        Filter = "bot"
	WithAgent      Filter = "agent"
	Replied        Filter = "replied"
	Failed         Filter = "failed" // a text of ours did not arrive
	OptedOut       Filter = "opted-out"
	// Of a yes or no question: by the latest answer. In any other campaign nobody has given one.
	OnlyYes   Filter = Filter(SaidYes)
	OnlyNo    Filter = Filter(SaidNo)
	OnlyOther Filter = Filter(SaidOther)
)

// ActivityQuery asks for a page of a campaign's conversations, newest first.
type ActivityQuery struct {
	Campaign CampaignID
	Filter   Filter
	Name     string // prefix of first or last name; case and accents do not matter (CV14)
	// WaitingFirst puts those who need attention on top, the longest wait first.
	WaitingFirst bool
	After        Cursor
	Limit        int // 0: 50
}

// Cursor is a place in a list that is sorted by time: the last row of the page before. The zero value
// is the beginning.
type Cursor struct {
	At time.Time
	ID int64
	// Waiting says that the place is among those who wait, where these come first.
	Waiting bool
}

// Page is a part of a list; Next is where the following part begins, nil at the end. Whatever does not
// change while pages are turned comes exactly once. What moves to the front meanwhile, by a new text or an
// edit, comes at most once, and if it had not come yet, it is on a first page that is read anew.
type Page[T any] struct {
	Rows []T
	Next *Cursor
}

const pageSize = 50

// filterSQL keeps the conversations that a filter asks for.
const filterSQL = `
	and (@filter = ''
		or (@filter = 'attention' and v.waiting_since is not null)
		or (@filter in ('bot', 'agent') and v.mode = @filter)
		or (@filter = 'replied' and v.replied)
		or (@filter in ('yes', 'no', 'other') and v.answer = @filter)
		or (@filter = 'failed' and exists (
			select from message m
			where m.org_id = @org and m.number_id = v.number_id and m.contact_id = v.contact_id
				and m.state in ('failed', 'undelivered') and m.campaign_id is not distinct from v.campaign_id))
		or (@filter = 'opted-out' and exists (
			select from contact p
			join opt_out x on x.org_id = @org and x.phone = p.phone
			where p.org_id = @org and p.id = v.contact_id)))`

// Activity reads a page of a campaign's conversations.
func (d Desk) Activity(ctx context.Context, q ActivityQuery) (page Page[Conversation], err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if _, err := d.campaign(ctx, tx, q.Campaign); err != nil {
			return err
		}
		page, err = activity(ctx, tx, q)
		return err
	})
	return page, err
}

// activity reads those who wait first, if that is asked for, the longest wait on top, and then the others.
func activity(ctx context.Context, tx *postgres.Tx, q ActivityQuery) (page Page[Conversation], err error) {
	if q.Limit == 0 {
		q.Limit = pageSize
	}
	people, err := readNamesakes(ctx, tx, q.Campaign, q.Name)
	if err != nil {
		return page, err
	}
	var places []spot
	if q.WaitingFirst && (q.After == Cursor{} || q.After.Waiting) {
		if places, err = q.readPlaces(ctx, tx, people, waitingPlaces); err != nil {
			return page, err
		}
		q.After = Cursor{}
	}
	if len(places) <= q.Limit {
		others, err := q.readPlaces(ctx, tx, people, q.otherPlaces())
		if err != nil {
			return page, err
		}
		places = append(places, others...)
	}
	if len(places) > q.Limit {
		places = places[:q.Limit]
		last := places[q.Limit-1]
		page.Next = &Cursor{At: last.At, ID: int64(last.ID), Waiting: last.Waiting}
	}
	page.Rows, err = conversations(ctx, tx, places)
	return page, err
}

// paged cuts the extra row that tells whether there is a next page.
func paged[T any](rows []T, limit int, cursor func(T) Cursor) Page[T] {
	p := Page[T]{Rows: rows}
	if len(rows) > limit {
		p.Rows = rows[:limit]
		next := cursor(p.Rows[limit-1])
		p.Next = &next
	}
	return p
}
