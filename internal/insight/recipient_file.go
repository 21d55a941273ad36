package insight

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"parley/internal/audience"
	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// recipient is a person of a campaign with what became of their text.
type recipient struct {
	ContactID audience.ContactID
	Phone     sms.Phone
	FirstName string
	LastName  string
	State     dispatch.State
	Reason    dispatch.Reason
	ErrorCode int
	SettledAt *time.Time
	Answer    outreach.Answer
}

// WriteRecipients writes the recipients of a campaign as a CSV file: who, what became of their text, and
// why. states are of message.state, nil for all. Of a campaign that the actor may not see nothing is
// written.
func (d Desk) WriteRecipients(ctx context.Context, id outreach.CampaignID, states []string, w io.Writer) error {
	if _, err := d.outreach().Campaign(ctx, id); err != nil {
		return err
	}
	f := newFile(w, "Phone number", "First name", "Last name", "Text", "Why", "Carrier's error code", d.inZone("Settled"), answerHeading)
	args := postgres.Args{"campaign": id, "states": states, "limit": piece, "after": audience.ContactID(0)}
	for {
		rows, err := d.recipients(ctx, args)
		if err != nil {
			return err
		}
		for _, r := range rows {
			f.row(r.cells(d)...)
		}
		if err := f.flush(); err != nil {
			return fmt.Errorf("write the recipients of campaign %d: %w", id, err)
		}
		if len(rows) < piece {
			return nil
		}
		args["after"] = rows[len(rows)-1].ContactID
	}
}

// recipients reads a piece in the order of contacts, in which the texts are sent.
func (d Desk) recipients(ctx context.Context, args postgres.Args) (rows []recipient, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		rows, err = postgres.Rows[recipient](ctx, tx, `
			select m.contact_id, c.phone, c.first_name, c.last_name, m.state, m.reason, m.error_code, m.settled_at,
				coalesce(v.answer, '') as answer
			from (
				select contact_id, state, reason, coalesce(error_code, 0) as error_code, settled_at
				from message
				where org_id = @org and campaign_id = @campaign and author = 'campaign'
					and (@states::text[] is null or state = any (@states)) and contact_id > @after
				order by contact_id
				limit @limit
			) m
			join contact c on c.org_id = @org and c.id = m.contact_id
			left join lateral (
				select answer
				from conversation
				where org_id = @org and campaign_id = @campaign and contact_id = m.contact_id
				limit 1) v on true
			order by m.contact_id`, args)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the recipients of campaign %d: %w", args["campaign"], err)
	}
	return rows, nil
}

func (r recipient) cells(d Desk) []string {
	code, settled := "", ""
	if r.ErrorCode != 0 {
		code = strconv.Itoa(r.ErrorCode)
	}
	if r.SettledAt != nil {
		settled = d.moment(*r.SettledAt)
	}
	return []string{string(r.Phone), r.FirstName, r.LastName, inWords(r.State), r.Reason.Sentence(), code, settled, said[r.Answer]}
}

// inWords says where one of our texts stands; nothing of a text that was received.
func inWords(s dispatch.State) string {
	switch s {
	case dispatch.StateQueued, dispatch.StateInflight:
		return "Waiting to be sent"
	case dispatch.StateAccepted, dispatch.StateSent:
		return "Sent"
	case dispatch.StateDelivered:
		return "Delivered"
	case dispatch.StateUndelivered, dispatch.StateFailed:
		return "Not delivered"
	case dispatch.StateSkipped, dispatch.StateCancelled:
		return "Not sent"
	case dispatch.StateUnknown, dispatch.StateUnresolved:
		return "Outcome unknown"
	}
	return ""
}
