package outreach

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// freshFor is how long after a person's text an answer to it may leave at any hour.
const freshFor = time.Hour

// OneToOne is a conversation that a manager starts outside any campaign.
type OneToOne struct {
	Number  NumberID
	Contact audience.ContactID // 0: whoever has Phone
	Phone   string             // any spelling; read in the organization's country
	Body    string
	Key     string // a UUID made with the form: the same form twice is one text
}

// StartOneToOne texts one person from a reusable number of an office of the actor's, and returns their
// thread with it, which the actor then takes part in. A number that nobody had becomes a contact. Who
// has opted out, or may have, is refused. The text keeps to the hours of the person's day unless it
// answers one of theirs: they wait for an answer, or wrote within the last hour.
func (d Desk) StartOneToOne(ctx context.Context, o OneToOne) (id ConversationID, err error) {
	if err := d.actor.May(account.StartOneToOne); err != nil {
		return 0, err
	}
	v := account.Invalid{}
	body, err := readBody(o.Body, "Type the text.")
	var invalid account.Invalid
	if errors.As(err, &invalid) {
		v = invalid
	}
	var phone sms.Phone
	if o.Contact == 0 {
		if phone, err = sms.ParsePhone(o.Phone, d.actor.OrgCountry); err != nil {
			v.Add("phone", "Type a phone number, for example (208) 555-0142.")
		}
	}
	if err := v.Err(); err != nil {
		return 0, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		id, err = d.startOneToOne(ctx, tx, o, phone, body)
		return err
	})
	return id, err
}

func (d Desk) startOneToOne(ctx context.Context, tx *postgres.Tx, o OneToOne, phone sms.Phone, body string) (ConversationID, error) {
	n, err := number(ctx, tx, o.Number)
	if errors.Is(err, account.ErrNotFound) || err == nil && (n.Kind != Reusable || !d.actor.SeesOffice(n.OfficeID)) {
		return 0, account.Invalid{"number": "Choose one of the reusable numbers of your offices."}
	}
	if err != nil {
		return 0, err
	}
	if why := n.unready(0); why != "" {
		return 0, account.Invalid{"number": why}
	}
	contact, err := d.addressee(ctx, tx, o.Contact, phone)
	if err != nil {
		return 0, err
	}
	c, fresh, err := d.openOneToOne(ctx, tx, n, contact)
	if err != nil {
		return 0, err
	}
	text := outgoing{conversation: c, author: ByAgent, user: d.actor.User, body: body, formKey: o.Key, answers: c.WaitingSince}
	if text.zone, err = hoursOf(ctx, tx, c, contact); err != nil {
		return 0, err
	}
	created, err := queue(ctx, tx, text)
	if err != nil || !created {
		return c.ID, err
	}
	if err := involve(ctx, tx, c); err != nil {
		return 0, err
	}
	if err := settle(ctx, tx, c); err != nil {
		return 0, err
	}
	announce(tx, c)
	if err := d.participate(ctx, tx, c); err != nil || !fresh {
		return c.ID, err
	}
	return c.ID, d.actor.Record(ctx, tx, account.Change{Verb: "start", Subject: "conversation", SubjectID: int64(c.ID), Became: string(contact.Phone)})
}

// addressee is the contact who is to be texted, and who may be.
func (d Desk) addressee(ctx context.Context, tx *postgres.Tx, id audience.ContactID, phone sms.Phone) (c audience.Contact, err error) {
	if id != 0 {
		if phone, err = postgres.Value[sms.Phone](ctx, tx, `
			select phone from contact where org_id = @org and id = @contact`, postgres.Args{"contact": id}); err != nil {
			return c, fmt.Errorf("find contact %d: %w", id, err)
		}
	}
	status, err := audience.ConsentOf(ctx, tx, phone)
	if err != nil {
		return c, err
	}
	switch status {
	case audience.OptedOut:
		return c, account.Invalid{"phone": "This person has opted out and may not be texted."}
	case audience.Held:
		return c, account.Invalid{"phone": "This person may have asked to opt out. Somebody has to read that first."}
	}
	return audience.Meet(ctx, tx, phone)
}

// openOneToOne opens the person's thread with the number, with what they still wait for.
func (d Desk) openOneToOne(ctx context.Context, tx *postgres.Tx, n Number, contact audience.Contact) (c Conversation, fresh bool, err error) {
	p, err := policy(ctx, tx, *n.PolicyID)
	if err != nil {
		return c, false, err
	}
	thread := opening{Number: n.ID, Contact: contact.ID, Office: n.OfficeID, Mode: p.Mode, Author: ByAgent}
	if err := thread.hold(ctx, tx); err != nil {
		return c, false, err
	}
	waits, err := leftWaiting(ctx, tx, thread)
	if err != nil {
		return c, false, err
	}
	o, err := thread.open(ctx, tx)
	if err != nil {
		return c, false, err
	}
	if err := handOver(ctx, tx, waits, o.ID); err != nil {
		return c, false, err
	}
	c, err = conversationByID(ctx, tx, o.ID)
	return c, o.Fresh, err
}

// hoursOf are the time zones whose hours a text to the person keeps; none if it answers theirs.
func hoursOf(ctx context.Context, tx *postgres.Tx, c Conversation, contact audience.Contact) (string, error) {
	if c.Waiting() {
		return "", nil
	}
	type hours struct {
		Zone  string
		Fresh bool
	}
	h, err := postgres.Row[hours](ctx, tx, `
		select time_zone as zone, exists (
			select from message m
			where m.org_id = @org and m.number_id = @number and m.contact_id = @contact and m.author = 'contact'
				and m.created_at > app_now() - make_interval(secs => @fresh)) as fresh
		from organization
		where org_id = @org`, postgres.Args{"number": c.NumberID, "contact": c.ContactID, "fresh": freshFor.Seconds()})
	if err != nil {
		return "", fmt.Errorf("read the hours of contact %d: %w", c.ContactID, err)
	}
	if h.Fresh {
		return "", nil
	}
	return strings.Join(sms.Zones(contact.TimeZone, contact.ZIP, contact.Phone, h.Zone), ","), nil
}

// SendingHours are the hours of a person's day in which texts of our own accord leave: "09:00" and
// "20:00"; "00:00" and "24:00" are no limit.
func (d Desk) SendingHours(ctx context.Context) (from, to string, err error) {
	type hours struct{ From, To string }
	var h hours
	err = d.org(ctx, func(tx *postgres.Tx) error {
		h, err = postgres.Row[hours](ctx, tx, `
			select to_char(quiet_until, 'HH24:MI') as "from", to_char(quiet_from, 'HH24:MI') as "to"
			from organization
			where org_id = @org`, nil)
		return err
	})
	if err != nil {
		return "", "", fmt.Errorf("read the hours of sending: %w", err)
	}
	return h.From, h.To, nil
}
