package outreach

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/internal/postgres"
	"parley/internal/sms"
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

// Page is a part of a list; Next is where the following part begins, nil at the end.
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
		or (@filter = 'failed' and exists (
			select from message m
			where m.org_id = @org and m.number_id = v.number_id and m.contact_id = v.contact_id
				and m.state in ('failed', 'undelivered') and m.campaign_id is not distinct from v.campaign_id))
		or (@filter = 'opted-out' and exists (
			select from contact p
			join opt_out x on x.org_id = @org and x.phone = p.phone
			where p.org_id = @org and p.id = v.contact_id)))`

// nameSQL keeps the contacts whose first or last name begins with @name, or whose first begins with
// the first word and last with the rest. Ranges on folded columns, so that the index serves and the
// operators are leakproof.
const nameSQL = `
	and (c.first_key ~>=~ @name and c.first_key ~<~ @name_end
		or c.last_key ~>=~ @name and c.last_key ~<~ @name_end
		or @rest <> '' and c.first_key = @first and c.last_key ~>=~ @rest and c.last_key ~<~ @rest_end)`

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
	var places []spot
	if q.WaitingFirst && (q.After == Cursor{} || q.After.Waiting) {
		if places, err = q.readPlaces(ctx, tx, waitingPlaces); err != nil {
			return page, err
		}
		q.After = Cursor{}
	}
	if len(places) <= q.Limit {
		others, err := q.readPlaces(ctx, tx, q.otherPlaces())
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

func nameArgs(name string) postgres.Args {
	key := sms.Fold(name)
	first, rest, _ := strings.Cut(key, " ")
	return postgres.Args{"name": key, "name_end": prefixEnd(key), "first": first, "rest": rest, "rest_end": prefixEnd(rest)}
}

// prefixEnd is a key that sorts, byte by byte, after all that begin with prefix.
func prefixEnd(prefix string) string { return prefix + "\U0010FFFF" }

// Recipient is one person of a campaign with what became of their text.
type Recipient struct {
	ID        MessageID
	ContactID int64
	FirstName string
	LastName  string
	Phone     sms.Phone
	State     string // as message.state
	Reason    string
	ErrorCode int
	SettledAt *time.Time
}

// RecipientQuery asks for a page of a campaign's recipients, in the order in which they are texted.
type RecipientQuery struct {
	Campaign CampaignID
	States   []string // of message.state; nil for all
	Name     string   // prefix of first or last name
	After    MessageID
	Limit    int // 0: 50
}

// Recipients reads a page of a campaign's recipients; more says whether another follows.
func (d Desk) Recipients(ctx context.Context, q RecipientQuery) (rows []Recipient, more bool, err error) {
	if q.Limit == 0 {
		q.Limit = pageSize
	}
	args := nameArgs(q.Name)
	args["campaign"], args["states"], args["after"], args["limit"] = q.Campaign, q.States, q.After, q.Limit+1
	sql := recipientSQL
	if q.Name != "" {
		sql += nameSQL
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if _, err := d.campaign(ctx, tx, q.Campaign); err != nil {
			return err
		}
		rows, err = postgres.Rows[Recipient](ctx, tx, sql+`
			order by m.id
			limit @limit`, args)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("read the recipients of campaign %d: %w", q.Campaign, err)
	}
	if more = len(rows) > q.Limit; more {
		rows = rows[:q.Limit]
	}
	return rows, more, nil
}

const recipientSQL = `
	select m.id, m.contact_id, c.first_name, c.last_name, c.phone, m.state, m.reason,
		coalesce(m.error_code, 0) as error_code, m.settled_at
	from message m
	join contact c on c.org_id = @org and c.id = m.contact_id
	where m.org_id = @org and m.campaign_id = @campaign and m.author = 'campaign'
		and (@states::text[] is null or m.state = any (@states)) and m.id > @after`
