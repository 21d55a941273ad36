package outreach

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/postgres"
	"parley/internal/sms"
)

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
	Answer    Answer // to a yes or no question
}

// RecipientQuery asks for a page of a campaign's recipients, in the order in which they are texted.
type RecipientQuery struct {
	Campaign CampaignID
	States   []string // of message.state; nil for all
	Name     string   // prefix of first or last name
	After    MessageID
	Limit    int // 0: 50
}

// recipientStates are all that a campaign's text can be in.
var recipientStates = []string{"queued", "inflight", "accepted", "sent", "delivered", "undelivered", "failed", "skipped", "cancelled",
	"unknown", "unresolved"}

// Recipients reads a page of a campaign's recipients; more says whether another follows.
func (d Desk) Recipients(ctx context.Context, q RecipientQuery) (rows []Recipient, more bool, err error) {
	if q.Limit == 0 {
		q.Limit = pageSize
	}
	if q.States == nil {
		q.States = recipientStates
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if _, err := d.campaign(ctx, tx, q.Campaign); err != nil {
			return err
		}
		people, err := readNamesakes(ctx, tx, q.Campaign, q.Name)
		if err != nil {
			return err
		}
		args := people.args()
		args["campaign"], args["states"], args["after"], args["limit"] = q.Campaign, q.States, q.After, q.Limit+1
		read := postgres.Rows[Recipient]
		if people.few == nil {
			read = postgres.RowsInOrder[Recipient]
		}
		rows, err = read(ctx, tx, `
			with listed as (`+people.recipients(q.States)+`
				order by id
				limit @limit
			)
			select m.id, m.contact_id, c.first_name, c.last_name, c.phone, m.state, m.reason,
				coalesce(m.error_code, 0) as error_code, m.settled_at,
				coalesce((select v.answer from conversation v
					where v.org_id = @org and v.campaign_id = @campaign and v.contact_id = m.contact_id), '') as answer
			from listed m
			cross join lateral (
				select first_name, last_name, phone from contact where org_id = @org and id = m.contact_id
				limit 1) c
			order by m.id`, args)
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

// recipients are the campaign's texts to these people behind @after, in one of @states: where the people
// are looked up, one by one, else in the order of an index that has them state by state: merged, before anybody's
// name is looked at, so that no state is searched for a name of which another has enough.
func (n namesakes) recipients(states []string) string {
	const texts = `
					select m.id, m.contact_id, m.state, m.reason, m.error_code, m.settled_at
					from message m
					where m.org_id = @org and m.campaign_id = @campaign and m.author = 'campaign' and m.id > @after`
	if n.few != nil {
		return `
				select m.*
				from unnest(@few::bigint[]) as person (id)
				cross join lateral (` + texts + ` and m.contact_id = person.id and m.state = any (@states)
					limit 1) m`
	}
	var inState []string
	for _, state := range recipientStates {
		if slices.Contains(states, state) {
			inState = append(inState, `(`+texts+` and m.state = '`+state+`'
					order by m.id)`)
		}
	}
	return n.with() + `
				select m.*
				from (
					select id, contact_id, state, reason, error_code, settled_at
					from (` + strings.Join(inState, ` union all `) + `) in_states
					order by id
					offset 0) m
				where true` + n.onTheWay("m.contact_id")
}
