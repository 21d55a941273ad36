package outreach_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/account/accounttest"
	"parley/internal/audience"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/internal/sms"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// world is an organization at work: one office, its people, a reusable number, and a clock that the
// test moves.
type world struct {
	t       *testing.T
	ctx     context.Context
	db      *postgres.DB
	org     accounttest.Org
	office  account.OfficeID
	manager account.Actor
	agent   account.Actor
	number  outreach.NumberID
	phone   sms.Phone
	library *knowledge.Library
	intake  *outreach.Intake
	people  map[string]sms.Phone
	ahead   atomic.Int64 // nanoseconds that the clock is ahead
	sids    int
}

var numbers atomic.Int64

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, func(clock postgres.Option) *postgres.DB { return pgtest.Open(t, clock) })
}

func newWorldOn(t *testing.T, open func(clock postgres.Option) *postgres.DB) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), people: map[string]sms.Phone{}}
	start := time.Now()
	w.db = open(postgres.WithClock(func() time.Time { return start.Add(time.Duration(w.ahead.Load())) }))
	w.org = accounttest.Found(t, w.db)
	w.office = w.org.Office(t, "Registrar")
	w.manager = w.org.User(t, "Dana", account.Manager, w.office)
	w.agent = w.org.User(t, "Ann", account.Agent, w.office)
	w.library = knowledge.NewLibrary(w.db, 64<<20)
	t.Cleanup(w.library.Close)
	w.intake = outreach.NewIntake(w.db, w.library)
	w.phone = sms.Phone(fmt.Sprintf("+1208556%04d", numbers.Add(1)))
	w.number = w.addNumber(outreach.NewNumber{Phone: w.phone, Kind: outreach.Reusable, Office: w.office})
	return w
}

func (w *world) addNumber(n outreach.NewNumber) (id outreach.NumberID) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) (err error) {
		id, err = outreach.AddNumber(w.ctx, tx, n)
		return err
	})
	return id
}

// in runs fn in a transaction of the organization.
func (w *world) in(fn func(*postgres.Tx) error) {
	w.t.Helper()
	if err := w.db.Org(w.ctx, w.org.ID, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) desk(a account.Actor) outreach.Desk { return outreach.NewDesk(w.db, a) }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// person gives somebody a phone and makes them a contact.
func (w *world) person(name string) sms.Phone {
	w.t.Helper()
	if phone, ok := w.people[name]; ok {
		return phone
	}
	phone := sms.Phone(fmt.Sprintf("+1541555%04d", 1000+len(w.people)))
	w.people[name] = phone
	_, err := audience.NewDesk(w.db, w.manager).AddContact(w.ctx, audience.Person{Phone: string(phone), FirstName: name})
	w.must(err)
	return phone
}

// list is a list of people.
func (w *world) list(names ...string) audience.ListID {
	w.t.Helper()
	desk := audience.NewDesk(w.db, w.manager)
	list, err := desk.MakeList(w.ctx, fmt.Sprintf("List %d", numbers.Add(1)))
	w.must(err)
	for _, name := range names {
		phone := w.person(name)
		w.in(func(tx *postgres.Tx) error {
			c, err := audience.Find(w.ctx, tx, phone)
			if err != nil {
				return err
			}
			return audience.NewDesk(w.db, w.manager).AddToList(w.ctx, list, c.ID)
		})
	}
	return list
}

// draft is a campaign that is ready to be launched.
func (w *world) draft(title, message string, policy outreach.PolicyForm, names ...string) outreach.CampaignID {
	w.t.Helper()
	desk := w.desk(w.manager)
	id, err := desk.Begin(w.ctx, title, w.office)
	w.must(err)
	w.must(desk.SaveGeneral(w.ctx, id, outreach.General{Title: title, Office: w.office, Message: message, List: w.list(names...), Number: w.number}))
	if policy.Inboxes == nil {
		policy.Inboxes = w.officeInboxes()
	}
	w.must(desk.SaveAdvanced(w.ctx, id, outreach.Advanced{Policy: policy, AutoArchiveDays: 7}))
	return id
}

// launch launches what the review shows, and takes the texts as sent, since no sender runs here.
func (w *world) launch(id outreach.CampaignID) {
	w.t.Helper()
	review, err := w.desk(w.manager).Review(w.ctx, id)
	w.must(err)
	w.must(w.desk(w.manager).Launch(w.ctx, id, review.Fingerprint))
}

func (w *world) officeInboxes() (inboxes []account.InboxID) {
	w.t.Helper()
	choices, err := w.desk(w.manager).Choices(w.ctx)
	w.must(err)
	for _, c := range choices {
		if c.Office {
			inboxes = append(inboxes, c.ID)
		}
	}
	return inboxes
}

// sent takes the queued texts to a person off the queue, as a sender would, and returns them.
func (w *world) sent(name string) []string {
	w.t.Helper()
	var bodies []string
	w.in(func(tx *postgres.Tx) (err error) {
		bodies, err = postgres.Values[string](w.ctx, tx, `
			with taken as (
				update message m
				set state = 'delivered'
				from contact c
				where m.org_id = @org and c.org_id = @org and c.id = m.contact_id and c.phone = @phone and m.state = 'queued'
				returning m.id, m.body, m.campaign_id, m.author
			), moved as (
				insert into campaign_count (org_id, campaign_id, slot, queued, delivered)
				select @org, campaign_id, 0, -count(*), count(*) from taken where author = 'campaign' group by campaign_id
				on conflict (org_id, campaign_id, slot) do update
				set queued = campaign_count.queued + excluded.queued, delivered = campaign_count.delivered + excluded.delivered
			)
			select body from taken order by id`, postgres.Args{"phone": w.people[name]})
		return err
	})
	return bodies
}

// text is a text from a person to the organization's number.
func (w *world) text(name, body string) {
	w.t.Helper()
	w.sids++
	w.must(w.intake.Receive(w.ctx, w.org.ID, outreach.Inbound{SID: fmt.Sprintf("SM%032x", w.sids), From: w.person(name), To: w.phone, Body: body}))
}

// conversation is the latest conversation with a person.
func (w *world) conversation(name string) (found outreach.Conversation) {
	w.t.Helper()
	var id outreach.ConversationID
	w.in(func(tx *postgres.Tx) (err error) {
		id, err = postgres.Value[outreach.ConversationID](w.ctx, tx, `
			select v.id from conversation v join contact c on c.org_id = @org and c.id = v.contact_id
			where v.org_id = @org and c.phone = @phone order by v.last_at desc, v.id desc limit 1`, postgres.Args{"phone": w.people[name]})
		return err
	})
	found, err := w.desk(w.agent).Conversation(w.ctx, id)
	w.must(err)
	return found
}
