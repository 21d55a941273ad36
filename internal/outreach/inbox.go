package outreach

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Inbox is a place where conversations wait for people: the actor's own, or one of an office.
type Inbox struct {
	ID      account.InboxID
	Name    string
	Own     bool
	Waiting int
}

// What waits is found from the side of those who wait, who are few, and not from that of the policies
// of an inbox, which are as many as campaigns: from policy to policy through the index of the waits,
// then only those that the actor sees.
const (
	// waitingPoliciesSQL are the policies in which somebody waits, each found with one probe.
	waitingPoliciesSQL = `
		with recursive waiting as (
			(select v.waiting_policy_id as policy
			from conversation v
			where v.org_id = @org and v.waiting_since is not null
			order by v.waiting_policy_id
			limit 1)
			union all
			select (select v.waiting_policy_id
				from conversation v
				where v.org_id = @org and v.waiting_since is not null and v.waiting_policy_id > w.policy
				order by v.waiting_policy_id
				limit 1)
			from waiting w
			where w.policy is not null
		)`

	// waitsSQL is how many wait in the policy of w, counted up to a bound.
	waitsSQL = `
		select count(*)
		from (
			select from conversation v
			where v.org_id = @org and v.waiting_policy_id = w.policy and v.waiting_since is not null
			limit @most) bounded`

	// myInboxSQL keeps the actor's inboxes b: their own, and those of the offices they see.
	myInboxSQL = `(b.user_id = @user or b.office_id = any (@own_offices) or @all and b.office_id is not null)`

	// mineWaitingSQL are those policies that the actor sees, in one inbox or in any for @inbox = 0.
	mineWaitingSQL = waitingPoliciesSQL + `, mine as (
			select w.policy
			from waiting w
			where w.policy is not null and exists (
				select from policy_inbox p
				join inbox b on b.org_id = @org and b.id = p.inbox_id
				where p.org_id = @org and p.policy_id = w.policy and (@inbox = 0 or p.inbox_id = @inbox) and ` + myInboxSQL + `)
		)`
)

// MostCounted is where counting ends, so that a count on every page has a bound: from there on a number
// tells nobody more.
const MostCounted = 1000

// Inboxes are the actor's inboxes, their own first, with how many conversations wait in each, counted
// up to MostCounted.
func (d Desk) Inboxes(ctx context.Context) (inboxes []Inbox, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		inboxes, err = postgres.Rows[Inbox](ctx, tx, waitingPoliciesSQL+`, counted as (
				select w.policy, (`+waitsSQL+`) as n
				from waiting w
				where w.policy is not null
			), seen as (
				select p.inbox_id as inbox, sum(c.n) as n
				from counted c
				join policy_inbox p on p.org_id = @org and p.policy_id = c.policy
				group by p.inbox_id
			)
			select b.id, coalesce(o.name, u.name) as name, b.user_id is not null as own,
				least(coalesce(s.n, 0), @most)::bigint as waiting
			from inbox b
			left join seen s on s.inbox = b.id
			left join office o on o.org_id = @org and o.id = b.office_id
			left join app_user u on u.org_id = @org and u.id = b.user_id
			where b.org_id = @org and `+myInboxSQL+`
			order by own desc, name`, d.inboxArgs(0))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the inboxes of user %d: %w", d.actor.User, err)
	}
	return inboxes, nil
}

func (d Desk) inboxArgs(inbox account.InboxID) postgres.Args {
	return postgres.Args{"user": d.actor.User, "own_offices": d.actor.Offices, "all": d.actor.SeesAll(), "inbox": inbox, "most": MostCounted}
}

// CountWaiting is how many conversations wait in the actor's inboxes, each once, counted up to MostCounted.
func (d Desk) CountWaiting(ctx context.Context) (n int, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		n, err = postgres.Value[int](ctx, tx, mineWaitingSQL+`
			select least(coalesce(sum((`+waitsSQL+`)), 0), @most)::bigint
			from mine w`, d.inboxArgs(0))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count who waits: %w", err)
	}
	return n, nil
}

// Waiting reads who needs attention in one of the actor's inboxes, or in all of them for 0: the
// longest wait first, each once.
func (d Desk) Waiting(ctx context.Context, inbox account.InboxID, after Cursor) (page Page[Conversation], err error) {
	args := d.inboxArgs(inbox)
	args["at"], args["id"], args["limit"] = after.At, after.ID, pageSize+1
	err = d.org(ctx, func(tx *postgres.Tx) error {
		ids, err := postgres.Values[ConversationID](ctx, tx, longestWaitsSQL, args)
		if err != nil {
			return err
		}
		rows, err := postgres.Rows[Conversation](ctx, tx, conversationsSQL+` and v.waiting_since is not null order by listed.place`, postgres.Args{"ids": ids})
		page = paged(rows, pageSize, func(c Conversation) Cursor { return Cursor{At: *c.WaitingSince, ID: int64(c.ID)} })
		return err
	})
	if err != nil {
		return page, fmt.Errorf("read who waits: %w", err)
	}
	return page, nil
}

// longestWaitsSQL are the conversations of a page. A page of n rows comes from the n policies whose
// own longest waits are the longest, and from the first n of each.
const longestWaitsSQL = mineWaitingSQL + `, head as (
		select m.policy
		from mine m
		cross join lateral (
			select v.waiting_since, v.id
			from conversation v
			where v.org_id = @org and v.waiting_policy_id = m.policy and v.waiting_since is not null
				and (v.waiting_since, v.id) > (@at, @id)
			order by v.waiting_since, v.id
			limit 1) v
		order by v.waiting_since, v.id
		limit @limit
	)
	select v.id
	from head h
	cross join lateral (
		select v.waiting_since, v.id
		from conversation v
		where v.org_id = @org and v.waiting_policy_id = h.policy and v.waiting_since is not null
			and (v.waiting_since, v.id) > (@at, @id)
		order by v.waiting_since, v.id
		limit @limit) v
	order by v.waiting_since, v.id
	limit @limit`

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
