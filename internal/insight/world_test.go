package insight_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/insight"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// zone is that of every organization of these tests: 7 hours behind UTC in winter, 6 in summer.
const zone = "America/Denver"

// at reads a time in the organization's zone: "2026-11-09 10:30".
func at(text string) time.Time {
	denver, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04", text, denver)
	if err != nil {
		panic(err)
	}
	return when
}

// world is an organization of one test, written row by row, so that every expectation can be counted by
// hand.
type world struct {
	t      *testing.T
	db     *postgres.DB
	org    account.OrgID
	admin  account.Actor
	office account.OfficeID
	number outreach.NumberID
	people int
}

func newWorld(t *testing.T) *world { return newWorldIn(t, pgtest.DB(t)) }

func newWorldIn(t *testing.T, db *postgres.DB) *world {
	t.Helper()
	w := &world{t: t, db: db}
	var err error
	w.org, err = account.Found(t.Context(), db, account.NewOrganization{Name: t.Name(), TimeZone: zone,
		Administrator: account.NewUser{Email: "ann@example.edu", Name: "Ann", Password: "correct horse"}})
	if err != nil {
		t.Fatal(err)
	}
	w.admin = w.who(id[account.UserID](w, "select id from app_user where org_id = @org", nil))
	w.office = w.addOffice("Aid")
	w.number = w.addNumber(w.office)
	return w
}

func (w *world) who(user account.UserID) account.Actor {
	w.t.Helper()
	actor, err := account.Who(w.t.Context(), w.db, w.org, user)
	if err != nil {
		w.t.Fatal(err)
	}
	return actor
}

// user is a desk for a person who sees only the offices given.
func (w *world) user(role account.Role, offices ...account.OfficeID) insight.Desk {
	w.t.Helper()
	u := account.NewUser{Email: string(role) + "@example.edu", Name: "Ben", Password: "correct horse", Role: role, Offices: offices}
	var user account.UserID
	w.in(func(ctx context.Context, tx *postgres.Tx) (err error) {
		user, err = account.AddUser(ctx, tx, u)
		return err
	})
	return insight.NewDesk(w.db, w.who(user))
}

func (w *world) desk() insight.Desk { return insight.NewDesk(w.db, w.admin) }

func (w *world) in(fn func(context.Context, *postgres.Tx) error) {
	w.t.Helper()
	if err := w.db.Org(w.t.Context(), w.org, func(tx *postgres.Tx) error { return fn(w.t.Context(), tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) exec(sql string, args postgres.Args) {
	w.t.Helper()
	w.in(func(ctx context.Context, tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, sql, args)
		return err
	})
}

// id is the one value of a statement.
func id[T any](w *world, sql string, args postgres.Args) (value T) {
	w.t.Helper()
	w.in(func(ctx context.Context, tx *postgres.Tx) (err error) {
		value, err = postgres.Value[T](ctx, tx, sql, args)
		return err
	})
	return value
}

func (w *world) addOffice(name string) (office account.OfficeID) {
	w.t.Helper()
	w.in(func(ctx context.Context, tx *postgres.Tx) (err error) {
		office, err = account.AddOffice(ctx, tx, name)
		return err
	})
	return office
}

func (w *world) addNumber(office account.OfficeID) outreach.NumberID {
	w.t.Helper()
	w.people++
	return id[outreach.NumberID](w, `
		with policy as (
			insert into response_policy (org_id) values (@org) returning id
		)
		insert into phone_number (org_id, phone, kind, office_id, policy_id, registered_at)
		select @org, @phone, 'reusable', @office, id, app_now() from policy
		returning id`, postgres.Args{"phone": fmt.Sprintf("+1208556%04d", w.people), "office": office})
}

func (w *world) addContact(first, last string) audience.ContactID {
	w.t.Helper()
	w.people++
	return id[audience.ContactID](w, `
		insert into contact (org_id, phone, first_name, last_name) values (@org, @phone, @first, @last)
		returning id`, postgres.Args{"phone": fmt.Sprintf("+1208555%04d", w.people), "first": first, "last": last})
}

// launch is a campaign to be written.
type launch struct {
	title  string
	office account.OfficeID // 0: the world's
	mode   outreach.Mode    // empty: bot
	idk    outreach.IDKType // empty: agent
	at     time.Time        // zero: a draft
}

func (w *world) addCampaign(l launch) outreach.CampaignID {
	w.t.Helper()
	if l.office == 0 {
		l.office = w.office
	}
	if l.mode == "" {
		l.mode = outreach.BotMode
	}
	if l.idk == "" {
		l.idk = outreach.IDKAgent
	}
	state, launched := outreach.Draft, (*time.Time)(nil)
	if !l.at.IsZero() {
		state, launched = outreach.Active, &l.at
	}
	return id[outreach.CampaignID](w, `
		with policy as (
			insert into response_policy (org_id, mode, idk_type, custom_response) values (@org, @mode, @idk, 'Ask us.') returning id
		), list as (
			insert into contact_list (org_id, name) values (@org, @title) returning id
		)
		insert into campaign (org_id, title, title_key, office_id, policy_id, list_id, number_id, state, launched_at)
		select @org, @title, @title, @office, policy.id, list.id, @number, @state, @launched from policy, list
		returning id`, postgres.Args{"title": l.title, "office": l.office, "mode": l.mode, "idk": l.idk, "number": w.number,
		"state": state, "launched": launched})
}

// talk is a conversation to be written.
type talk struct {
	contact  audience.ContactID  // 0: a new one
	campaign outreach.CampaignID // 0: outside of campaigns
	office   account.OfficeID    // 0: the world's
	mode     outreach.Mode       // empty: bot
	began    time.Time
	last     time.Time // zero: when it began
	waiting  bool
}

func (w *world) addConversation(c talk) outreach.ConversationID {
	w.t.Helper()
	if c.contact == 0 {
		c.contact = w.addContact("Ada", "Lovelace")
	}
	if c.office == 0 {
		c.office = w.office
	}
	if c.mode == "" {
		c.mode = outreach.BotMode
	}
	if c.last.IsZero() {
		c.last = c.began
	}
	if c.campaign != 0 {
		w.exec(`
			insert into campaign_response (org_id, campaign_id, hour, slot, people)
			values (@org, @campaign, date_trunc('hour', @began::timestamptz at time zone @zone), @slot, 1)
			on conflict (org_id, campaign_id, hour, slot) do update set people = campaign_response.people + 1`,
			postgres.Args{"campaign": c.campaign, "began": c.began, "zone": zone, "slot": w.people % 3})
	}
	return id[outreach.ConversationID](w, `
		insert into conversation (org_id, contact_id, number_id, campaign_id, office_id, mode, last_at, last_author, replied, created_at,
			preview, waiting_since, waiting_reason, waiting_policy_id)
		select @org, @contact, @number, nullif(@campaign, 0), @office, @mode, @last::timestamptz, 'contact', true, @began, 'where do i park',
			case when @waiting::boolean then @last end, case when @waiting then 'idk' end, case when @waiting then n.policy_id end
		from phone_number n
		where n.org_id = @org and n.id = @number
		returning id`, postgres.Args{"contact": c.contact, "number": w.number, "campaign": c.campaign, "office": c.office, "mode": c.mode,
		"last": c.last, "began": c.began, "waiting": c.waiting})
}

// said is a text to be written.
type said struct {
	conversation outreach.ConversationID // 0: the text of the campaign itself
	contact      audience.ContactID      // with conversation 0
	campaign     outreach.CampaignID     // with conversation 0
	author       outreach.Author
	body         string
	state        string
	reason       string
	code         int
	at           time.Time
	waited       time.Duration // for an agent's text; 0: nobody waited
}

func (w *world) addText(s said) outreach.MessageID {
	w.t.Helper()
	if s.state == "" {
		s.state = "delivered"
		if s.author == outreach.ByContact {
			s.state = "received"
		}
	}
	args := postgres.Args{"conversation": s.conversation, "contact": s.contact, "campaign": s.campaign, "number": w.number, "author": s.author,
		"body": s.body, "state": s.state, "reason": s.reason, "code": s.code, "at": s.at, "user": w.admin.User,
		"waiting_since": nil}
	if s.waited > 0 {
		args["waiting_since"] = s.at.Add(-s.waited)
	}
	if s.author == outreach.ByCampaign && (s.state == "failed" || s.state == "undelivered") {
		w.exec(`
			insert into campaign_failure (org_id, campaign_id, reason, slot, texts)
			values (@org, @campaign, coalesce(nullif(@reason, ''), 'no_reason'), @slot, 1)
			on conflict (org_id, campaign_id, reason, slot) do update set texts = campaign_failure.texts + 1`,
			postgres.Args{"campaign": s.campaign, "reason": s.reason, "slot": w.people % 3})
	}
	return id[outreach.MessageID](w, `
		insert into message (org_id, contact_id, number_id, campaign_id, conversation_id, author, user_id, body, state, reason, error_code,
			created_at, settled_at, waiting_since)
		select @org, coalesce(v.contact_id, @contact), @number, coalesce(v.campaign_id, nullif(@campaign, 0)), v.id, @author::text,
			case @author when 'agent' then @user::bigint end, @body, @state::text, @reason, nullif(@code::int, 0), @at::timestamptz,
			case when @state in ('delivered', 'undelivered', 'failed', 'skipped') then @at end, @waiting_since::timestamptz
		from (select) one
		left join conversation v on v.org_id = @org and v.id = @conversation
		returning id`, args)
}

// count adds to a slot of a campaign's counts: columns is part of an insert.
func (w *world) count(campaign outreach.CampaignID, slot int, columns, values string) {
	w.t.Helper()
	w.exec(`insert into campaign_count (org_id, campaign_id, slot, `+columns+`) values (@org, @campaign, @slot, `+values+`)`,
		postgres.Args{"campaign": campaign, "slot": slot})
}
