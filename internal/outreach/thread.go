package outreach

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
)

// opening is where a conversation is: one contact on one number, within a campaign or, without one, the
// person's thread with the number.
type opening struct {
	Number   NumberID
	Contact  audience.ContactID
	Campaign *CampaignID
	Office   account.OfficeID
	Mode     Mode   // of a conversation that begins
	Author   Author // of its first text
}

// opened is a conversation that was found or begun, its row held until the end of the transaction.
type opened struct {
	ID            ConversationID
	Fresh         bool
	OfficeID      account.OfficeID
	Mode          Mode
	WaitingSince  *time.Time
	WaitingReason Reason
	Replied       bool // the person has texted in it
	HandedOver    bool // people are needed in it, or have written in it
	Answer        Answer
}

const openedColumns = `id, office_id, mode, waiting_since, coalesce(waiting_reason, '') as waiting_reason, replied, handed_over,
	coalesce(answer, '') as answer`

// find finds the conversation that it describes and holds it; postgres.ErrNotFound if it has not begun.
func (p opening) find(ctx context.Context, tx *postgres.Tx) (opened, error) {
	place := `number_id = @number and contact_id = @contact and campaign_id is null`
	if p.Campaign != nil {
		place = `campaign_id = @campaign and contact_id = @contact`
	}
	return postgres.Row[opened](ctx, tx, `
		select false as fresh, `+openedColumns+`
		from conversation
		where org_id = @org and `+place+`
		for update`, postgres.Args{"contact": p.Contact, "number": p.Number, "campaign": p.Campaign})
}

// begins is the mode of a conversation that begins.
func (p opening) begins() Mode {
	if p.Mode == "" {
		return AgentMode
	}
	return p.Mode
}

// open finds or begins the conversation that it describes. Two at once get the same one.
func (p opening) open(ctx context.Context, tx *postgres.Tx) (opened, error) {
	key := `(org_id, number_id, contact_id) where campaign_id is null`
	if p.Campaign != nil {
		key = `(org_id, campaign_id, contact_id) where campaign_id is not null`
	}
	for {
		o, err := p.find(ctx, tx)
		if errors.Is(err, postgres.ErrNotFound) {
			o, err = postgres.Row[opened](ctx, tx, `
				insert into conversation (org_id, contact_id, number_id, campaign_id, office_id, mode, last_author)
				values (@org, @contact, @number, @campaign, @office, @mode, @author)
				on conflict `+key+` do nothing
				returning true as fresh, `+openedColumns, postgres.Args{"contact": p.Contact, "number": p.Number, "campaign": p.Campaign,
				"office": p.Office, "mode": p.begins(), "author": p.Author})
		}
		if errors.Is(err, postgres.ErrNotFound) {
			continue // somebody has begun it since
		}
		if err != nil {
			return o, fmt.Errorf("open the conversation of contact %d on number %d: %w", p.Contact, p.Number, err)
		}
		return o, nil
	}
}

// hold holds all conversations of the person with the number until the end of the transaction, in one
// order, for what touches several of them.
func (p opening) hold(ctx context.Context, tx *postgres.Tx) error {
	_, err := tx.Exec(ctx, `
		select from conversation
		where org_id = @org and number_id = @number and contact_id = @contact
		order by id
		for update`, postgres.Args{"number": p.Number, "contact": p.Contact})
	if err != nil {
		return fmt.Errorf("hold the conversations of contact %d: %w", p.Contact, err)
	}
	return nil
}

// wait is a conversation of an archived campaign in which somebody waits, under the number's policy.
type wait struct {
	ID       ConversationID
	Campaign CampaignID
	Since    time.Time
	Reason   Reason
	Policy   PolicyID
}

// leftWaiting reads the conversations of archived campaigns in which the person still waits for an
// answer from the number. They must be held.
func leftWaiting(ctx context.Context, tx *postgres.Tx, p opening) ([]wait, error) {
	waits, err := postgres.Rows[wait](ctx, tx, `
		select v.id, v.campaign_id as campaign, v.waiting_since as since, v.waiting_reason as reason,
			coalesce(n.policy_id, v.waiting_policy_id) as policy
		from conversation v
		join phone_number n on n.org_id = @org and n.id = v.number_id
		join campaign k on k.org_id = @org and k.id = v.campaign_id and k.state = 'archived'
		where v.org_id = @org and v.number_id = @number and v.contact_id = @contact and v.waiting_since is not null
		order by v.id`, postgres.Args{"number": p.Number, "contact": p.Contact})
	if err != nil {
		return nil, fmt.Errorf("look for waits of contact %d since archived campaigns: %w", p.Contact, err)
	}
	return waits, nil
}

// handOver moves waits to the person's thread with the number: the longest wait and its reason stay.
func handOver(ctx context.Context, tx *postgres.Tx, waits []wait, to ConversationID) error {
	if len(waits) == 0 {
		return nil
	}
	longest := slices.MinFunc(waits, func(a, b wait) int { return a.Since.Compare(b.Since) })
	_, err := tx.Exec(ctx, `
		update conversation
		set waiting_reason = case when waiting_since <= @since then waiting_reason else @reason end,
			waiting_since = least(waiting_since, @since), waiting_policy_id = @policy, handed_over = true
		where org_id = @org and id = @conversation`,
		postgres.Args{"conversation": to, "since": longest.Since, "reason": longest.Reason, "policy": longest.Policy})
	if err != nil {
		return fmt.Errorf("hand the wait over to conversation %d: %w", to, err)
	}
	for _, w := range waits {
		if err := settle(ctx, tx, Conversation{ID: w.ID, CampaignID: &w.Campaign}); err != nil {
			return err
		}
		err := account.System(tx.Org()).Record(ctx, tx, account.Change{Verb: "hand over", Subject: "conversation", SubjectID: int64(w.ID), Became: to})
		if err != nil {
			return err
		}
		tx.Publish(ConversationTopic(w.ID))
	}
	return nil
}

// carryOn is the conversation in which an answer is to go out: the one that it was written in, or,
// once that one's campaign is archived, the person's thread with the reusable number (AR17). Who
// waits goes along. The person's conversations must be held.
func carryOn(ctx context.Context, tx *postgres.Tx, c Conversation) (Conversation, error) {
	if c.CampaignState != Archived {
		return c, nil
	}
	p := opening{Number: c.NumberID, Contact: c.ContactID, Author: ByAgent}
	type settings struct {
		OfficeID account.OfficeID
		Mode     Mode
	}
	s, err := postgres.Row[settings](ctx, tx, `
		select n.office_id, p.mode
		from phone_number n
		join response_policy p on p.org_id = @org and p.id = n.policy_id
		where n.org_id = @org and n.id = @number`, postgres.Args{"number": c.NumberID})
	if err != nil {
		return c, fmt.Errorf("read the settings of number %d: %w", c.NumberID, err)
	}
	p.Office, p.Mode = s.OfficeID, s.Mode
	waits, err := leftWaiting(ctx, tx, p)
	if err != nil {
		return c, err
	}
	o, err := p.open(ctx, tx)
	if err != nil {
		return c, err
	}
	if err := handOver(ctx, tx, waits, o.ID); err != nil {
		return c, err
	}
	return conversationByID(ctx, tx, o.ID)
}
