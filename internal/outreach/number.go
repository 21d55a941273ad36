package outreach

import (
	"context"
	"fmt"
	"strings"
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
	FreeFrom          *time.Time
	// The campaign that runs on it now: the latest of those not archived, 0 for none.
	CampaignID    CampaignID
	CampaignTitle string
	Campaigns     int // how many run on it now
}

// State is where the number stands, in a word for its badge.
func (n Number) State() string {
	switch {
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
	case n.RegisteredAt == nil:
		return "It is not registered at the carrier yet."
	case n.Kind == Provisioned && n.Campaigns > 0 && n.CampaignID != campaign:
		return "The campaign “" + n.CampaignTitle + "” runs on it. A provisioned number serves one campaign at a time."
	case n.Kind == Provisioned && n.FreeFrom != nil:
		return "It rests until " + n.FreeFrom.Format("January 2") + "."
	}
	return ""
}

// numberSQL reads the numbers that are not released; a query adds which.
const numberSQL = `
	select n.id, n.phone, n.name, n.kind, n.office_id, o.name as office_name, n.policy_id,
		n.segments_per_second::float8 as segments_per_second, n.registered_at,
		case when n.free_from > app_now() then n.free_from end as free_from,
		coalesce(u.id, 0) as campaign_id, coalesce(u.title, '') as campaign_title, coalesce(u.campaigns, 0) as campaigns
	from phone_number n
	join office o on o.org_id = @org and o.id = n.office_id
	left join lateral (
		select max(c.id) as id, count(*) as campaigns,
			(array_agg(c.title order by c.id desc))[1] as title
		from campaign c
		where c.org_id = @org and c.number_id = n.id and c.state in ('scheduled', 'sending', 'active')
	) u on true
	where n.org_id = @org and n.released_at is null`

func number(ctx context.Context, tx *postgres.Tx, id NumberID) (Number, error) {
	n, err := postgres.Row[Number](ctx, tx, numberSQL+` and n.id = @number`, postgres.Args{"number": id})
	if err != nil {
		return n, fmt.Errorf("read phone number %d: %w", id, err)
	}
	return n, nil
}

// Numbers are the phone numbers of the actor's offices.
func (d Desk) Numbers(ctx context.Context) (numbers []Number, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		numbers, err = postgres.Rows[Number](ctx, tx, numberSQL+`
			and (@offices::bigint[] is null or n.office_id = any (@offices))
			order by o.name, n.kind, n.phone`, postgres.Args{"offices": d.offices()})
		return err
	})
	return numbers, err
}

// Number reads one phone number, with the unsolicited message settings of a reusable one.
func (d Desk) Number(ctx context.Context, id NumberID) (n Number, p Policy, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if n, err = number(ctx, tx, id); err != nil {
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

// SaveNumber changes a number's name, office and unsolicited message settings. Conversations that the
// settings govern follow at once (AR13); settings without an inbox are refused (AR11).
func (d Desk) SaveNumber(ctx context.Context, id NumberID, form NumberForm) error {
	if err := d.actor.May(account.Administer); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		n, err := number(ctx, tx, id)
		if err != nil {
			return err
		}
		form.Name = strings.TrimSpace(sms.Clean(form.Name))
		was := NumberForm{Name: n.Name, Office: n.OfficeID}
		if n.PolicyID != nil {
			p, err := policy(ctx, tx, *n.PolicyID)
			if err != nil {
				return err
			}
			was.Unsolicited = p.form()
			if err := saveUnsolicited(ctx, tx, p.ID, form.Unsolicited); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `
			update phone_number set name = @name, office_id = @office where org_id = @org and id = @number`,
			postgres.Args{"number": id, "name": form.Name, "office": form.Office})
		if postgres.IsForeignKeyViolation(err) {
			return account.Invalid{"office": "Choose one of the organization's offices."}
		}
		if err != nil {
			return fmt.Errorf("save phone number %d: %w", id, err)
		}
		tx.Publish(InboxTopic)
		return d.actor.Record(ctx, tx, account.Change{Verb: "edit", Subject: "phone_number", SubjectID: int64(id), Was: was, Became: form})
	})
}

func saveUnsolicited(ctx context.Context, tx *postgres.Tx, id PolicyID, form PolicyForm) error {
	v := account.Invalid{}
	if form.check(v); len(v) > 0 {
		return v
	}
	return updatePolicy(ctx, tx, id, form)
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
	return id, nil
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
