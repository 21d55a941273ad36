package dispatchtest

import (
	"fmt"
	"sync/atomic"

	"parley/internal/dispatch"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/sms"
	"parley/internal/twilio"
)

// Org is an organization with an office, an account at the network and one number.
type Org struct {
	*World
	ID      postgres.OrgID
	Account twilio.Account
	Office  int64
	Number  int64
	Phone   sms.Phone
}

var phones atomic.Int64

// NewPhone is a phone number that no other test has.
func NewPhone() sms.Phone {
	n := phones.Add(1)
	return sms.Phone(fmt.Sprintf("+1%03d555%04d", 201+n/10_000, n%10_000))
}

// NewOrg makes an organization whose texts are not limited by hours, with a number that sends as fast
// as it is given texts.
func (w *World) NewOrg() *Org {
	w.T.Helper()
	o := &Org{World: w, Phone: NewPhone()}
	err := w.DB.Everyone(w.T.Context(), func(tx *postgres.Tx) (err error) {
		o.ID, err = postgres.Value[postgres.OrgID](w.T.Context(), tx, `
			insert into organization (name, quiet_until, quiet_from)
			values ('Idaho State', '00:00', '24:00')
			returning org_id`, nil)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	o.Account = twilio.Account{Org: o.ID, SID: fmt.Sprintf("AC%032x", int64(o.ID)), Token: fmt.Sprintf("token%d", o.ID)}
	if err := w.Network.AddAccount(phonenet.Account{SID: o.Account.SID, Token: o.Account.Token, Name: "test"}); err != nil {
		w.T.Fatal(err)
	}
	w.Org(o.ID, func(tx *postgres.Tx) (err error) {
		o.Office, err = postgres.Value[int64](w.T.Context(), tx,
			"insert into office (org_id, name) values (@org, 'Admissions') returning id", nil)
		if err != nil {
			return err
		}
		return w.Vault.Connect(w.T.Context(), tx, o.Account)
	})
	o.Number = o.NewNumber(o.Phone, 1_000_000)
	return o
}

// NewNumber gives the organization a further number of a speed.
func (o *Org) NewNumber(phone sms.Phone, speed float64) (id int64) {
	o.T.Helper()
	if err := o.Network.AddNumber(o.Account.SID, string(phone), o.Public.URL+twilio.MessagesPath); err != nil {
		o.T.Fatal(err)
	}
	o.Org(func(tx *postgres.Tx) (err error) {
		id, err = postgres.Value[int64](o.T.Context(), tx, `
			with owned as (
				insert into number_owner (phone, org_id) values (@phone, @org))
			insert into phone_number (org_id, phone, kind, office_id, segments_per_second)
			values (@org, @phone, 'provisioned', @office, @speed)
			returning id`, postgres.Args{"phone": phone, "office": o.Office, "speed": speed})
		return err
	})
	return id
}

// Org runs fn in the organization and fails the test if it fails.
func (o *Org) Org(fn func(*postgres.Tx) error) {
	o.T.Helper()
	o.World.Org(o.ID, fn)
}

// Exec runs a statement in the organization.
func (o *Org) Exec(sql string, args postgres.Args) {
	o.T.Helper()
	o.Org(func(tx *postgres.Tx) error {
		_, err := tx.Exec(o.T.Context(), sql, args)
		return err
	})
}

// Launch makes a campaign to n new contacts, as the launch does: everything in one transaction.
func (o *Org) Launch(n int) (campaign int64, to []sms.Phone) {
	o.T.Helper()
	for range n {
		to = append(to, NewPhone())
	}
	o.Org(func(tx *postgres.Tx) (err error) {
		campaign, err = o.launch(tx, to)
		return err
	})
	return campaign, to
}

func (o *Org) launch(tx *postgres.Tx, to []sms.Phone) (campaign int64, err error) {
	ctx := o.T.Context()
	campaign, err = postgres.Value[int64](ctx, tx, `
		with list as (
			insert into contact_list (org_id, name) values (@org, @title) returning id
		), policy as (
			insert into response_policy (org_id) values (@org) returning id
		)
		insert into campaign (org_id, title, title_key, office_id, state, list_id, number_id, policy_id, launched_at, materialised_at)
		select @org, @title, @title, @office, 'sending', list.id, @number, policy.id, app_now(), app_now()
		from list, policy
		returning id`, postgres.Args{"title": fmt.Sprintf("launch %s", to[0]), "office": o.Office, "number": o.Number})
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `
		insert into contact (org_id, phone)
		select @org, phone
		from unnest(@to::text[]) with ordinality as p (phone, place)
		order by place`, postgres.Args{"to": to})
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `
		insert into message (org_id, contact_id, number_id, campaign_id, author, body, segments, state)
		select @org, c.id, @number, @campaign, 'campaign', 'Hi, coming on Saturday?', 1, 'queued'
		from contact c
		where c.org_id = @org and c.phone = any(@to)
		order by c.id`, postgres.Args{"to": to, "number": o.Number, "campaign": campaign})
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `call move_counts(@org, array_fill(@campaign::bigint, array[@n::int]), array_fill(''::text, array[@n::int]),
		array_fill('queued'::text, array[@n::int]))`, postgres.Args{"campaign": campaign, "n": len(to)})
	tx.Publish(dispatch.TopicQueue)
	return campaign, err
}

// Queue makes a text of an author to a phone, whose contact is made if needed, and returns its id.
func (o *Org) Queue(to sms.Phone, author, body string) (id int64) {
	o.T.Helper()
	o.Org(func(tx *postgres.Tx) (err error) {
		_, err = tx.Exec(o.T.Context(), "insert into contact (org_id, phone) values (@org, @to) on conflict do nothing",
			postgres.Args{"to": to})
		if err != nil {
			return err
		}
		id, err = postgres.Value[int64](o.T.Context(), tx, `
			insert into message (org_id, contact_id, number_id, author, body, segments, state, priority)
			select @org, c.id, @number, @author, @body, 1, 'queued', 0
			from contact c
			where c.org_id = @org and c.phone = @to
			returning id`, postgres.Args{"to": to, "number": o.Number, "author": author, "body": body})
		tx.Publish(dispatch.TopicQueue)
		return err
	})
	return id
}

// States counts the organization's outbound texts by state.
func (o *Org) States() map[dispatch.State]int {
	o.T.Helper()
	type count struct {
		State dispatch.State
		N     int
	}
	states := map[dispatch.State]int{}
	o.Org(func(tx *postgres.Tx) error {
		rows, err := postgres.Rows[count](o.T.Context(), tx, `
			select state, count(*) as n
			from message
			where org_id = @org and author <> 'contact'
			group by state`, nil)
		for _, r := range rows {
			states[r.State] = r.N
		}
		return err
	})
	return states
}

// AwaitStates waits until the organization's outbound texts are in these states.
func (o *Org) AwaitStates(want map[dispatch.State]int) {
	o.T.Helper()
	got := map[dispatch.State]int{}
	defer func() {
		if o.T.Failed() {
			o.T.Logf("states are %v, want %v", got, want)
		}
	}()
	o.Await(fmt.Sprintf("texts in states %v", want), func() bool {
		got = o.States()
		return fmt.Sprint(got) == fmt.Sprint(want)
	})
}

// Busy says whether any text is queued or in flight.
func (o *Org) Busy() bool {
	o.T.Helper()
	s := o.States()
	return s[dispatch.StateQueued]+s[dispatch.StateInflight] > 0
}

// Message is the state of one text.
type Message struct {
	State     dispatch.State
	Reason    dispatch.Reason
	ErrorCode int
	SID       string
	Token     dispatch.Token
}

// Message reads a text.
func (o *Org) Message(id int64) (m Message) {
	o.T.Helper()
	o.Org(func(tx *postgres.Tx) (err error) {
		m, err = postgres.Row[Message](o.T.Context(), tx, `
			select state, reason, coalesce(error_code, 0) as error_code, coalesce(sid, '') as sid, token
			from message
			where org_id = @org and id = @id`, postgres.Args{"id": id})
		return err
	})
	return m
}

// Value is the one column of the one row of a statement in the organization.
func Value[T any](o *Org, sql string, args postgres.Args) (v T) {
	o.T.Helper()
	o.Org(func(tx *postgres.Tx) (err error) {
		v, err = postgres.Value[T](o.T.Context(), tx, sql, args)
		return err
	})
	return v
}
