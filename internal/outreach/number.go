package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Kind says how a phone number is used.
type Kind string

// The two kinds of numbers.
const (
	Reusable    Kind = "reusable"    // kept by an office, used again and again, has unsolicited message settings
	Provisioned Kind = "provisioned" // bought for one campaign at a time
)

// Number is one of the organization's phone numbers.
type Number struct {
	ID                NumberID
	Phone             sms.Phone
	Name              string
	Kind              Kind
	OfficeID          account.OfficeID
	OfficeName        string
	PolicyID          *PolicyID
	SegmentsPerSecond float64
	RegisteredAt      *time.Time
	FreeFrom          *time.Time // while it cools down
	ReleasingAt       *time.Time // it is being given back to the carrier
	ReleaseError      string     // what the carrier said to the last try
	ReleasedAt        *time.Time // it is not ours any more
	Waiting           int        // people who wait under its unsolicited message settings
	// The campaign that runs on it now: the latest of those not archived, 0 for none.
	CampaignID    CampaignID
	CampaignTitle string
	Campaigns     int // how many run on it now
}

// State is where the number stands, in a word for its badge.
func (n Number) State() string {
	switch {
	case n.ReleasedAt != nil:
		return "released"
	case n.ReleasingAt != nil:
		return "releasing"
	case n.RegisteredAt == nil:
		return "pending registration"
	case n.Campaigns > 0:
		return "in use"
	case n.FreeFrom != nil:
		return "cooling"
	default:
		return "active"
	}
}

// unready says why a campaign cannot be launched on this number; empty means that it can.
func (n Number) unready(campaign CampaignID) string {
	switch {
	case n.ReleasedAt != nil || n.ReleasingAt != nil:
		return "It has been given back to the carrier."
	case n.RegisteredAt == nil:
		return "It is not registered at the carrier yet."
	case n.Kind == Provisioned && n.Campaigns > 0 && n.CampaignID != campaign:
		return "The campaign “" + n.CampaignTitle + "” runs on it. A provisioned number serves one campaign at a time."
	case n.Kind == Provisioned && n.FreeFrom != nil:
		return "It rests until " + n.FreeFrom.Format("January 2") + "."
	}
	return ""
}

// anyNumberSQL reads numbers, also released ones; a query adds which.
const anyNumberSQL = `
	select n.id, n.phone, n.name, n.kind, n.office_id, o.name as office_name, n.policy_id,
		n.segments_per_second::float8 as segments_per_second, n.registered_at,
		case when n.free_from > app_now() then n.free_from end as free_from,
		n.releasing_at, n.release_error, n.released_at,
		(select count(*) from conversation v
			where v.org_id = @org and v.waiting_policy_id = n.policy_id and v.waiting_since is not null) as waiting,
		coalesce(u.id, 0) as campaign_id, coalesce(u.title, '') as campaign_title, coalesce(u.campaigns, 0) as campaigns
	from phone_number n
	join office o on o.org_id = @org and o.id = n.office_id
	left join lateral (
		select max(c.id) as id, count(*) as campaigns,
			(array_agg(c.title order by c.id desc))[1] as title
		from campaign c
		where c.org_id = @org and c.number_id = n.id and c.state in ('scheduled', 'sending', 'active')
	) u on true
	where n.org_id = @org`

// numberSQL reads the numbers that are not released; a query adds which.
const numberSQL = anyNumberSQL + ` and n.released_at is null`

func number(ctx context.Context, tx *postgres.Tx, id NumberID) (Number, error) {
	n, err := postgres.Row[Number](ctx, tx, numberSQL+` and n.id = @number`, postgres.Args{"number": id})
	if err != nil {
		return n, fmt.Errorf("read phone number %d: %w", id, err)
	}
	return n, nil
}

// anyNumber reads a number that may have been released since.
func anyNumber(ctx context.Context, tx *postgres.Tx, id NumberID) (Number, error) {
	n, err := postgres.Row[Number](ctx, tx, anyNumberSQL+` and n.id = @number`, postgres.Args{"number": id})
	if err != nil {
		return n, fmt.Errorf("read phone number %d: %w", id, err)
	}
	return n, nil
}

// Numbers are the phone numbers of the actor's offices that can be used.
func (d Desk) Numbers(ctx context.Context) (numbers []Number, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		numbers, err = postgres.Rows[Number](ctx, tx, numberSQL+` and n.releasing_at is null
			and (@offices::bigint[] is null or n.office_id = any (@offices))
			order by o.name, n.kind, n.phone`, postgres.Args{"offices": d.actor.OfficesSeen()})
		return err
	})
	return numbers, err
}

// AllNumbers are Numbers and, at the end, those that were released.
func (d Desk) AllNumbers(ctx context.Context) (numbers []Number, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		numbers, err = postgres.Rows[Number](ctx, tx, anyNumberSQL+`
			and (@offices::bigint[] is null or n.office_id = any (@offices))
			order by n.released_at is not null, o.name, n.kind, n.phone`, postgres.Args{"offices": d.actor.OfficesSeen()})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the phone numbers: %w", err)
	}
	return numbers, nil
}

// Number reads one phone number, with the unsolicited message settings of a reusable one.
func (d Desk) Number(ctx context.Context, id NumberID) (n Number, p Policy, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if n, err = anyNumber(ctx, tx, id); err != nil {
			return err
		}
		if !d.actor.SeesOffice(n.OfficeID) {
			return account.ErrNotFound
		}
		if n.PolicyID != nil {
			p, err = policy(ctx, tx, *n.PolicyID)
		}
		return err
	})
	return n, p, err
}

// NumberForm is what an administrator sets for a number.
type NumberForm struct {
	Name   string
	Office account.OfficeID
	// Unsolicited are the unsolicited message settings of a reusable number; a provisioned one has none.
	Unsolicited PolicyForm
}

// NewNumber is a number of the organization's carrier account to be used here.
type NewNumber struct {
	Phone             sms.Phone
	Name              string
	Kind              Kind
	Office            account.OfficeID
	CarrierSID        string
	SegmentsPerSecond float64 // 0: one a second, the speed of a US long code
	// Unsolicited is the policy of a reusable number; the zero value asks its office's inbox.
	Unsolicited PolicyForm
}

// AddNumber takes a number into use. A number that any organization has is refused.
func AddNumber(ctx context.Context, tx *postgres.Tx, n NewNumber) (NumberID, error) {
	if n.SegmentsPerSecond == 0 {
		n.SegmentsPerSecond = 1
	}
	policy, err := unsolicited(ctx, tx, n)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `insert into number_owner (org_id, phone) values (@org, @phone)`, postgres.Args{"phone": n.Phone}); err != nil {
		if postgres.Violates(err, "number_owner_pkey") {
			return 0, account.Invalid{"phone": "This number is in use already."}
		}
		return 0, fmt.Errorf("take number %s: %w", n.Phone, err)
	}
	id, err := postgres.Value[NumberID](ctx, tx, `
		insert into phone_number (org_id, phone, name, kind, office_id, policy_id, carrier_sid, segments_per_second, registered_at)
		values (@org, @phone, @name, @kind, @office, @policy, nullif(@sid, ''), @speed, app_now())
		returning id`, postgres.Args{"phone": n.Phone, "name": n.Name, "kind": n.Kind, "office": n.Office, "policy": policy,
		"sid": n.CarrierSID, "speed": n.SegmentsPerSecond})
	if err != nil {
		return 0, fmt.Errorf("add number %s: %w", n.Phone, err)
	}
	if policy == nil {
		return id, nil
	}
	return id, reroute(ctx, tx, *policy)
}

// unsolicited makes the policy that a reusable number owns; a provisioned one has none.
func unsolicited(ctx context.Context, tx *postgres.Tx, n NewNumber) (*PolicyID, error) {
	if n.Kind == Provisioned {
		return nil, nil
	}
	form := n.Unsolicited
	if form.Mode == "" {
		inbox, err := postgres.Value[account.InboxID](ctx, tx, `
			select id from inbox where org_id = @org and office_id = @office`, postgres.Args{"office": n.Office})
		if err != nil {
			return nil, fmt.Errorf("find the inbox of office %d: %w", n.Office, err)
		}
		form = PolicyForm{Mode: AgentMode, IDKType: IDKAgent, Inboxes: []account.InboxID{inbox}}
	}
	v := account.Invalid{}
	if form.check(v); len(v) > 0 {
		return nil, v
	}
	id, err := insertPolicy(ctx, tx, form)
	return &id, err
}
