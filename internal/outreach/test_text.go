package outreach

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// ByTest is the author of a draft's text that was tried on a phone. Nobody's answer and no recipient's
// text, it counts in no figure, and whoever waits goes on waiting.
const ByTest Author = "test"

// TestText is a draft's text to be tried on a phone.
type TestText struct {
	Campaign CampaignID
	Person   int    // whose text it is, of those who will be texted, in the order of the list: 0 is the first; behind the last it is the last's
	Phone    string // any spelling; read in the organization's country
	Key      string // a UUID made with the form: the same form twice is one text
}

// TestSample is the text that SendTest sends: what that person of the list will read. An account.Invalid
// says at the field "phone" what the draft lacks for a test.
func (d Desk) TestSample(ctx context.Context, id CampaignID, person int) (s Sample, err error) {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return s, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		s, err = testSample(ctx, tx, c, person)
		return err
	})
	return s, err
}

// SendTest texts a draft to one phone, from the campaign's number and by the way of every other text: who
// has opted out or may have is refused, and the hours of that phone's day are kept. The phone becomes a
// contact, whose thread with the number shows the text as a test; what is answered to it is handled as
// unsolicited. An audit row of the campaign says to which phone.
func (d Desk) SendTest(ctx context.Context, t TestText) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		if err := d.lockDraft(ctx, tx, t.Campaign); err != nil {
			return err
		}
		c, err := d.campaign(ctx, tx, t.Campaign)
		if err != nil {
			return err
		}
		phone, err := sms.ParsePhone(t.Phone, d.actor.OrgCountry)
		if err != nil {
			return account.Invalid{"phone": "Type a phone number, for example (208) 555-0142."}
		}
		n, err := testNumber(ctx, tx, c)
		if err != nil {
			return err
		}
		s, err := testSample(ctx, tx, c, t.Person)
		if err != nil {
			return err
		}
		contact, err := d.addressee(ctx, tx, 0, phone)
		if err != nil {
			return err
		}
		return d.sendTest(ctx, tx, trial{n, contact, s, t})
	})
}

// trial is a test whose parts are found.
type trial struct {
	number  Number
	contact audience.Contact
	sample  Sample
	TestText
}

func (d Desk) sendTest(ctx context.Context, tx *postgres.Tx, t trial) error {
	at, err := organization(ctx, tx)
	if err != nil {
		return err
	}
	thread := opening{Number: t.number.ID, Contact: t.contact.ID, Office: t.number.OfficeID, Author: ByTest}
	if t.number.PolicyID != nil {
		p, err := policy(ctx, tx, *t.number.PolicyID)
		if err != nil {
			return err
		}
		thread.Mode = p.Mode
	}
	o, err := thread.open(ctx, tx)
	if err != nil {
		return err
	}
	c, err := conversationByID(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	created, err := queue(ctx, tx, outgoing{conversation: c, author: ByTest, user: d.actor.User, body: t.sample.Text, formKey: t.Key,
		zone: zones(recipient{Contact: t.contact}, at.TimeZone)})
	if err != nil || !created {
		return err
	}
	announce(tx, c)
	return d.actor.Record(ctx, tx, account.Change{Verb: "test", Subject: "campaign", SubjectID: int64(t.Campaign),
		Became: t.contact.Phone.Format(d.actor.OrgCountry)})
}

// testNumber is the campaign's number, if a text can leave from it now.
func testNumber(ctx context.Context, tx *postgres.Tx, c Campaign) (n Number, err error) {
	if c.NumberID == nil {
		return n, account.Invalid{"phone": "Choose the campaign’s phone number first. The test goes out from it."}
	}
	n, err = number(ctx, tx, *c.NumberID)
	if errors.Is(err, postgres.ErrNotFound) {
		return n, account.Invalid{"phone": "The campaign’s phone number is gone. Choose another one first."}
	}
	if err != nil {
		return n, err
	}
	if why := n.unready(c.ID); why != "" {
		return n, account.Invalid{"phone": "The campaign’s phone number is not ready. " + why}
	}
	return n, nil
}

// testSample reads the list as far as the person whose text it is.
func testSample(ctx context.Context, tx *postgres.Tx, c Campaign, person int) (s Sample, err error) {
	fill, err := newFill(c)
	if err != nil {
		return s, account.Invalid{"phone": "The message has a broken merge field. " + err.Error()}
	}
	if c.Message == "" || c.ListID == nil {
		return s, account.Invalid{"phone": "Write the message and choose a contact list first."}
	}
	const piece = 200
	after := audience.ContactID(0)
	for {
		q := recipients(*c.ListID, after, piece)
		list, err := postgres.Rows[recipient](ctx, tx, q.SQL, q.Args)
		if err != nil {
			return s, fmt.Errorf("read the list of campaign %d: %w", c.ID, err)
		}
		for _, r := range list {
			text, _, why := fill.text(r)
			if why != "" {
				continue
			}
			s = Sample{Name: r.Name(), Phone: r.Phone, Text: text, Length: sms.Count(text)}
			if person--; person < 0 {
				return s, s.sendable()
			}
		}
		switch {
		case len(list) == piece:
		case s.Phone == "":
			return s, account.Invalid{"phone": "Nobody on the list would get this text."}
		default:
			return s, s.sendable()
		}
		after = list[piece-1].ID
	}
}

// sendable refuses what the carrier would.
func (s Sample) sendable() error {
	switch {
	case s.Text == "":
		return account.Invalid{"phone": "The text would be empty for " + s.Name + "."}
	case s.TooLong():
		return account.Invalid{"phone": fmt.Sprintf("The text is too long. The longest has %s characters.", count(sms.MaxBody))}
	}
	return nil
}
