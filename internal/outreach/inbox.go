package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
)

// Inbox is a place where conversations wait for people: the actor's own, or one of an office.
type Inbox struct {
	ID      account.InboxID
	Name    string
	Own     bool
	Waiting int
}

// inboxesSQL are the inboxes of the actor: their own, and those of the offices they see.
const inboxesSQL = `
	select b.id, coalesce(o.name, u.name) as name, b.user_id is not null as own,
		(select count(*) from conversation v
			where v.org_id = @org and v.waiting_since is not null and v.waiting_policy_id in (
				select p.policy_id from policy_inbox p where p.org_id = @org and p.inbox_id = b.id)) as waiting
	from inbox b
	left join office o on o.org_id = @org and o.id = b.office_id
	left join app_user u on u.org_id = @org and u.id = b.user_id
	where b.org_id = @org and (b.user_id = @user or b.office_id = any (@own_offices) or @all and b.office_id is not null)
	order by own desc, name`

// Inboxes are the actor's inboxes, their own first, with how many conversations wait in each.
func (d Desk) Inboxes(ctx context.Context) (inboxes []Inbox, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		inboxes, err = postgres.Rows[Inbox](ctx, tx, inboxesSQL, d.inboxArgs())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the inboxes of user %d: %w", d.actor.User, err)
	}
	return inboxes, nil
}

func (d Desk) inboxArgs() postgres.Args {
	return postgres.Args{"user": d.actor.User, "own_offices": d.actor.Offices, "all": d.actor.SeesAll()}
}

// waitingSQL keeps what waits in one inbox of the actor's, or in any of them for @inbox = 0.
const waitingSQL = `
	and v.waiting_since is not null
	and v.waiting_policy_id in (
		select p.policy_id
		from policy_inbox p
		join inbox b on b.org_id = @org and b.id = p.inbox_id
		where p.org_id = @org and (@inbox = 0 or p.inbox_id = @inbox)
			and (b.user_id = @user or b.office_id = any (@own_offices) or @all and b.office_id is not null))`

// Waiting reads who needs attention in one of the actor's inboxes, or in all of them for 0: the
// longest wait first, each once.
func (d Desk) Waiting(ctx context.Context, inbox account.InboxID, after Cursor) (page Page[Conversation], err error) {
	args := d.inboxArgs()
	args["inbox"], args["at"], args["id"], args["first_page"], args["limit"] = inbox, after.At, after.ID, after == Cursor{}, pageSize+1
	err = d.org(ctx, func(tx *postgres.Tx) error {
		rows, err := postgres.Rows[Conversation](ctx, tx, conversationSQL+waitingSQL+`
			and (@first_page or (v.waiting_since, v.id) > (@at, @id))
			order by v.waiting_since, v.id
			limit @limit`, args)
		page = paged(rows, pageSize, func(c Conversation) Cursor { return Cursor{At: *c.WaitingSince, ID: int64(c.ID)} })
		return err
	})
	if err != nil {
		return page, fmt.Errorf("read who waits: %w", err)
	}
	return page, nil
}

// CountWaiting is how many conversations wait in the actor's inboxes, each once.
func (d Desk) CountWaiting(ctx context.Context) (n int, err error) {
	args := d.inboxArgs()
	args["inbox"] = 0
	err = d.org(ctx, func(tx *postgres.Tx) error {
		n, err = postgres.Value[int](ctx, tx, `select count(*) from conversation v where v.org_id = @org`+waitingSQL, args)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count who waits: %w", err)
	}
	return n, nil
}

// Participating reads the conversations that the actor has answered, newest first. Those of archived
// campaigns have left it (AR8).
func (d Desk) Participating(ctx context.Context, after Cursor) (page Page[Conversation], err error) {
	args := postgres.Args{"user": d.actor.User, "at": after.At, "id": after.ID, "first_page": after == Cursor{}, "limit": pageSize + 1}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		rows, err := postgres.Rows[Conversation](ctx, tx, conversationSQL+`
			and k.state is distinct from 'archived'
			and exists (select from participant t
				where t.org_id = @org and t.user_id = @user and t.conversation_id = v.id)
			and (@first_page or (v.last_at, v.id) < (@at, @id))
			order by v.last_at desc, v.id desc
			limit @limit`, args)
		page = paged(rows, pageSize, func(c Conversation) Cursor { return Cursor{At: c.LastAt, ID: int64(c.ID)} })
		return err
	})
	if err != nil {
		return page, fmt.Errorf("read who participates: %w", err)
	}
	return page, nil
}

// CountParticipating is how many conversations the actor has answered.
func (d Desk) CountParticipating(ctx context.Context) (n int, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		n, err = postgres.Value[int](ctx, tx, `
			select count(*)
			from participant t
			join conversation v on v.org_id = @org and v.id = t.conversation_id
			left join campaign k on k.org_id = @org and k.id = v.campaign_id
			where t.org_id = @org and t.user_id = @user and k.state is distinct from 'archived'`,
			postgres.Args{"user": d.actor.User})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count where user %d takes part: %w", d.actor.User, err)
	}
	return n, nil
}

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

// Choice is an inbox that a policy may name.
type Choice struct {
	ID     account.InboxID
	Name   string
	Office bool
	People int // who look into it
}

// Choices are the inboxes that a policy of the organization may name: offices first.
func (d Desk) Choices(ctx context.Context) (choices []Choice, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		choices, err = postgres.Rows[Choice](ctx, tx, `
			select b.id, coalesce(o.name, u.name) as name, b.office_id is not null as office,
				case when b.office_id is null then 1
					else (select count(*) from user_office s
						join app_user w on w.org_id = @org and w.id = s.user_id and w.deactivated_at is null
						where s.org_id = @org and s.office_id = b.office_id)
				end as people
			from inbox b
			left join office o on o.org_id = @org and o.id = b.office_id
			left join app_user u on u.org_id = @org and u.id = b.user_id
			where b.org_id = @org and (u.id is null or u.deactivated_at is null)
			order by office desc, name`, nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the inboxes to choose from: %w", err)
	}
	return choices, nil
}
