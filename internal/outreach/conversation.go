package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Reason says why a conversation needs attention.
type Reason string

// The reasons for needing attention.
const (
	ReasonIDK            Reason = "idk"              // the bot does not know
	ReasonAgentMode      Reason = "agent_mode"       // a new text where agents answer
	ReasonAskedForPerson Reason = "asked_for_person" // "can somebody call me"
	ReasonCrisis         Reason = "crisis"           // words of danger
	ReasonLoopGuard      Reason = "loop_guard"       // the bot has answered too often
	ReasonConsent        Reason = "consent_unclear"  // may have asked to opt out
	ReasonMedia          Reason = "media"            // a picture, which the bot cannot read
)

// Conversation is one contact on one of our numbers, within a campaign or unsolicited.
type Conversation struct {
	ID            ConversationID
	ContactID     audience.ContactID
	Phone         sms.Phone
	FirstName     string
	LastName      string
	Language      string
	NumberID      NumberID
	NumberPhone   sms.Phone
	NumberKind    Kind
	CampaignID    *CampaignID // nil: unsolicited
	CampaignTitle string
	CampaignState State
	OfficeID      account.OfficeID
	OfficeName    string
	Mode          Mode
	WaitingSince  *time.Time
	WaitingReason Reason
	Answer        Answer // to its campaign's yes or no question
	LastAt        time.Time
	LastAuthor    Author
	Preview       string
	OptedOut      bool // may not be texted
	Held          bool // may not be texted until a person has read what may be a request to opt out
	NumberGone    bool // its number is released, or about to be
	Ungoverned    bool // unsolicited, on a provisioned number that no campaign runs on
}

// Waiting says whether a person owes this conversation an answer.
func (c Conversation) Waiting() bool { return c.WaitingSince != nil }

// Plus says whether it is unsolicited on a provisioned number: somebody who is not on the list of the
// campaign that runs there (AP7).
func (c Conversation) Plus() bool { return c.CampaignID == nil && c.NumberKind == Provisioned }

// Closed says why nobody can answer here any more; empty means that one can (AP9).
func (c Conversation) Closed() string {
	switch {
	case c.NumberGone:
		return "Its number has been given back to the carrier."
	case c.CampaignState == Archived && c.NumberKind == Provisioned:
		return "This campaign is archived and its number is free for another."
	case c.Ungoverned:
		return "The campaign on this number is archived and the number is free for another."
	}
	return ""
}

// refuseClosed refuses what nobody can do in a closed conversation, with the way out (AP9).
func (c Conversation) refuseClosed() error {
	if why := c.Closed(); why != "" {
		return account.Conflict(why + " Start a 1:1 conversation from one of your reusable numbers.")
	}
	return nil
}

// conversationSQL reads conversations as lists show them; a query adds which.
const conversationSQL = conversationColumnsSQL + `
	from conversation v` + conversationNamesSQL

// conversationColumnsSQL and conversationNamesSQL are what a conversation v is shown with.
const conversationColumnsSQL = `
	select v.id, v.contact_id, c.phone, c.first_name, c.last_name, c.language, v.number_id, n.phone as number_phone,
		n.kind as number_kind, v.campaign_id, coalesce(k.title, '') as campaign_title, coalesce(k.state, '') as campaign_state,
		v.office_id, o.name as office_name, v.mode, v.waiting_since, coalesce(v.waiting_reason, '') as waiting_reason,
		coalesce(v.answer, '') as answer, v.last_at, v.last_author, v.preview,
		x.phone is not null and not x.held as opted_out, x.phone is not null and x.held as held,
		coalesce(n.released_at, n.releasing_at) is not null as number_gone,
		n.kind = 'provisioned' and v.campaign_id is null and not exists (
			select from campaign g
			where g.org_id = @org and g.number_id = n.id and g.state in ('sending', 'active')) as ungoverned`

const conversationNamesSQL = `
	join contact c on c.org_id = @org and c.id = v.contact_id
	left join opt_out x on x.org_id = @org and x.phone = c.phone
	join phone_number n on n.org_id = @org and n.id = v.number_id
	join office o on o.org_id = @org and o.id = v.office_id
	left join campaign k on k.org_id = @org and k.id = v.campaign_id
	where v.org_id = @org`

// conversationsSQL reads the conversations of @ids in their order, each with one probe of its key,
// whatever the planner knows of a table that has just grown.
const conversationsSQL = conversationColumnsSQL + `
	from unnest(@ids::bigint[]) with ordinality as listed (id, place)
	cross join lateral (
		select org_id, id, contact_id, number_id, campaign_id, office_id, mode, waiting_since, waiting_reason, waiting_policy_id,
			answer, last_at, last_author, preview
		from conversation
		where org_id = @org and id = listed.id
		limit 1) v` + conversationNamesSQL

// mineSQL keeps what the actor may see: conversations of their offices, those that they take part in,
// those that wait, or would wait, in an inbox of theirs, and those that they have written in before.
const mineSQL = `
	and (@offices::bigint[] is null
		or v.office_id = any (@offices)
		or exists (
			select from participant t
			where t.org_id = @org and t.user_id = @user and t.conversation_id = v.id)
		or exists (
			select from policy_inbox p
			join inbox b on b.org_id = @org and b.id = p.inbox_id
			where p.org_id = @org and p.policy_id in (v.waiting_policy_id, k.policy_id, n.policy_id)
				and (b.user_id = @user or b.office_id = any (@offices)))
		or exists (
			select from message m
			where m.org_id = @org and m.number_id = v.number_id and m.contact_id = v.contact_id and m.conversation_id = v.id
				and m.user_id = @user))`

func (d Desk) mine(args postgres.Args) postgres.Args {
	args["offices"], args["user"] = d.actor.OfficesSeen(), d.actor.User
	return args
}

func (d Desk) conversation(ctx context.Context, tx *postgres.Tx, id ConversationID) (Conversation, error) {
	c, err := postgres.Row[Conversation](ctx, tx, conversationSQL+mineSQL+` and v.id = @conversation`,
		d.mine(postgres.Args{"conversation": id}))
	if err != nil {
		return c, fmt.Errorf("read conversation %d: %w", id, err)
	}
	return c, nil
}

// conversationByID reads a conversation for the program itself, whoever may see it.
func conversationByID(ctx context.Context, tx *postgres.Tx, id ConversationID) (Conversation, error) {
	c, err := postgres.Row[Conversation](ctx, tx, conversationSQL+` and v.id = @conversation`, postgres.Args{"conversation": id})
	if err != nil {
		return c, fmt.Errorf("read conversation %d: %w", id, err)
	}
	return c, nil
}

// lock holds the campaign that governs the conversation, and then the person's conversations with the
// number, until the transaction ends, in the order in which archiving and inbound texts take them. It
// reads what is true then (L2).
func (d Desk) lock(ctx context.Context, tx *postgres.Tx, id ConversationID) (Conversation, error) {
	_, err := tx.Exec(ctx, `
		select from campaign k
		where k.org_id = @org and k.id = (
			select coalesce(v.campaign_id, (
				select max(g.id)
				from campaign g
				join phone_number n on n.org_id = @org and n.id = g.number_id and n.kind = 'provisioned'
				where g.org_id = @org and g.number_id = v.number_id and g.state in ('sending', 'active')))
			from conversation v
			where v.org_id = @org and v.id = @conversation)
		for share`, postgres.Args{"conversation": id})
	if err != nil {
		return Conversation{}, fmt.Errorf("hold the campaign of conversation %d: %w", id, err)
	}
	_, err = tx.Exec(ctx, `
		select from conversation v
		where v.org_id = @org and (v.number_id, v.contact_id) = (
			select number_id, contact_id from conversation where org_id = @org and id = @conversation)
		order by v.id
		for update`, postgres.Args{"conversation": id})
	if err != nil {
		return Conversation{}, fmt.Errorf("hold conversation %d: %w", id, err)
	}
	return d.conversation(ctx, tx, id)
}

// Clear says that the conversation does not need attention. It leaves every inbox; clearing what
// does not wait changes nothing (CV4). Somebody who was held because they may have asked to opt out
// has then been read, and may be texted again.
func (d Desk) Clear(ctx context.Context, id ConversationID) error {
	return d.change(ctx, id, func(tx *postgres.Tx, c Conversation) error {
		if !c.Waiting() {
			return nil
		}
		if c.Held {
			if _, err := audience.Release(ctx, tx, d.consent(c, "read: no request to opt out")); err != nil {
				return err
			}
		}
		if err := settle(ctx, tx, c); err != nil {
			return err
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "clear", Subject: "conversation", SubjectID: int64(id), Was: c.WaitingReason})
	})
}

// OptOut takes what the person wrote as a request to opt out. Nothing is sent to them any more.
func (d Desk) OptOut(ctx context.Context, id ConversationID) error {
	return d.change(ctx, id, func(tx *postgres.Tx, c Conversation) error {
		changed, err := audience.OptOut(ctx, tx, d.consent(c, "read as a request to opt out"))
		if err != nil || !changed {
			return err
		}
		tally(tx, c.CampaignID, counts{OptedOut: 1})
		if err := settle(ctx, tx, c); err != nil {
			return err
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "opt out", Subject: "conversation", SubjectID: int64(id)})
	})
}

func (d Desk) consent(c Conversation, reason string) audience.Consent {
	return audience.Consent{Phone: c.Phone, Source: audience.FromUser, User: d.actor.User, Reason: reason}
}

// settle takes a conversation out of the inboxes where it waits.
func settle(ctx context.Context, tx *postgres.Tx, c Conversation) error {
	touched, err := tx.Exec(ctx, `
		update conversation
		set waiting_since = null, waiting_reason = null, waiting_policy_id = null
		where org_id = @org and id = @conversation and waiting_since is not null`, postgres.Args{"conversation": c.ID})
	if err != nil {
		return fmt.Errorf("settle conversation %d: %w", c.ID, err)
	}
	tally(tx, c.CampaignID, counts{Waiting: -int(touched)})
	return nil
}

// change runs a verb on one conversation that the actor may see, and tells open pages of it.
func (d Desk) change(ctx context.Context, id ConversationID, fn func(*postgres.Tx, Conversation) error) error {
	if err := d.actor.May(account.Answer); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := fn(tx, c); err != nil {
			return err
		}
		announce(tx, c)
		return nil
	})
}

// announce tells open pages that a conversation has changed.
func announce(tx *postgres.Tx, c Conversation) {
	tx.Publish(ConversationTopic(c.ID))
	tx.Publish(InboxTopic)
	if c.CampaignID != nil {
		tx.Publish(CampaignTopic(*c.CampaignID))
	}
}

// Conversation reads one conversation.
func (d Desk) Conversation(ctx context.Context, id ConversationID) (c Conversation, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		c, err = d.conversation(ctx, tx, id)
		return err
	})
	return c, err
}
