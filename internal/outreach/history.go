package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/audience"
	"parley/internal/postgres"
)

// Past is an earlier conversation with a contact.
type Past struct {
	ID         ConversationID
	CampaignID *CampaignID
	Title      string
	LastAt     time.Time
	LastAuthor Author
	Waiting    bool
}

// Outcome says in words how it stands.
func (p Past) Outcome() string {
	switch {
	case p.Waiting:
		return "waiting"
	case p.LastAuthor == ByBot:
		return "answered by the bot"
	case p.LastAuthor == ByAgent:
		return "answered by a person"
	case p.LastAuthor == ByTest:
		return "a test"
	default:
		return "replied"
	}
}

// History reads the latest conversations with a contact that the actor may see.
func (d Desk) History(ctx context.Context, contact audience.ContactID) (past []Past, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		past, err = postgres.Rows[Past](ctx, tx, `
			select v.id, v.campaign_id, coalesce(k.title, '1:1 with ' || o.name) as title, v.last_at, v.last_author,
				v.waiting_since is not null as waiting
			from conversation v
			join phone_number n on n.org_id = @org and n.id = v.number_id
			join office o on o.org_id = @org and o.id = v.office_id
			left join campaign k on k.org_id = @org and k.id = v.campaign_id
			where v.org_id = @org and v.contact_id = @contact`+mineSQL+`
			order by v.last_at desc
			limit 5`, d.mine(postgres.Args{"contact": contact}))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the history of contact %d: %w", contact, err)
	}
	return past, nil
}
