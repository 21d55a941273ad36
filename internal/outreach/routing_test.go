package outreach_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Texts of which the bot knows the first and not the second.
const (
	known   = "where do i park"
	unknown = "do llamas like jazz"
	lotC    = "Lot C is free all day."
)

// routed is a world with a second office, Aid, and people in both: Ann answers for the Registrar and
// Ben for Aid.
type routed struct {
	*world
	aid account.OfficeID
	ben account.Actor
}

func newRouted(t *testing.T) *routed {
	t.Helper()
	t.Parallel()
	w := &routed{world: newWorld(t)}
	w.aid = w.org.Office(t, "Aid")
	w.ben = w.org.User(t, "Ben", account.Agent, w.aid)
	return w
}

// teach tells the bot where to park.
func (w *world) teach() {
	w.t.Helper()
	_, err := knowledge.NewDesk(w.db, w.library, w.manager).Save(w.ctx, knowledge.Draft{Title: "where can i park", Text: lotC, Language: "en", Enabled: true,
		Variants: "where do i park\nparking\nis there parking\nwhere can i leave my car\nparking lot\nwhere should we park the car"})
	w.must(err)
}

// officeInbox is the inbox of an office by its name.
func (w *world) officeInbox(name string) account.InboxID {
	w.t.Helper()
	choices, err := w.desk(w.manager).Choices(w.ctx)
	w.must(err)
	for _, c := range choices {
		if c.Office && c.Name == name {
			return c.ID
		}
	}
	w.t.Fatalf("there is no office %s", name)
	return 0
}

// settings are unsolicited message settings with these inboxes.
func settings(mode outreach.Mode, inboxes ...account.InboxID) outreach.PolicyForm {
	return outreach.PolicyForm{Mode: mode, IDKType: outreach.IDKAgent, Inboxes: inboxes}
}

// unsolicited sets U, the settings of the world's number.
func (w *world) unsolicited(form outreach.PolicyForm) {
	w.t.Helper()
	w.must(w.desk(w.org.Admin).SaveNumber(w.ctx, w.number, outreach.NumberForm{Office: w.office, Unsolicited: form}))
}

// run launches a campaign to people and delivers its texts.
func (w *world) run(title string, form outreach.PolicyForm, names ...string) outreach.CampaignID {
	w.t.Helper()
	id := w.draft(title, "Hi {{first_name}}, coming on Saturday?", form, names...)
	w.launch(id)
	for _, name := range names {
		w.sent(name)
	}
	return id
}

func (w *world) archive(id outreach.CampaignID) {
	w.t.Helper()
	w.must(w.desk(w.manager).Archive(w.ctx, id, true))
}

// provision puts the following campaigns on a provisioned number.
func (w *world) provision() {
	w.t.Helper()
	w.phone = sms.Phone(fmt.Sprintf("+1208558%04d", numbers.Add(1)))
	w.number = w.addNumber(outreach.NewNumber{Phone: w.phone, Kind: outreach.Provisioned, Office: w.office})
}

// sees are the inboxes of an actor in which a person waits, by their names.
func (w *world) sees(a account.Actor, person string) string {
	w.t.Helper()
	desk := w.desk(a)
	inboxes, err := desk.Inboxes(w.ctx)
	w.must(err)
	found := []string{}
	for _, inbox := range inboxes {
		page, err := desk.Waiting(w.ctx, inbox.ID, outreach.Cursor{})
		w.must(err)
		if inbox.Waiting != len(page.Rows) {
			w.t.Errorf("the inbox %s counts %d and shows %d", inbox.Name, inbox.Waiting, len(page.Rows))
		}
		for _, v := range page.Rows {
			if v.FirstName == person {
				found = append(found, inbox.Name)
			}
		}
	}
	slices.Sort(found)
	w.countsWaiting(desk, person, len(found) > 0)
	return strings.Join(found, ", ")
}

// countsWaiting checks that all inboxes together show the person once, or not.
func (w *world) countsWaiting(desk outreach.Desk, person string, waits bool) {
	w.t.Helper()
	page, err := desk.Waiting(w.ctx, 0, outreach.Cursor{})
	w.must(err)
	n, err := desk.CountWaiting(w.ctx)
	w.must(err)
	times := 0
	for _, v := range page.Rows {
		if v.FirstName == person {
			times++
		}
	}
	if times > 1 || waits != (times == 1) || n != len(page.Rows) {
		w.t.Errorf("all inboxes show %s %d times; %d rows, counted %d", person, times, len(page.Rows), n)
	}
}

// wantSees compares what people see of somebody who waits: "" for nothing.
func (w *world) wantSees(person string, want map[*account.Actor]string) {
	w.t.Helper()
	for a, inboxes := range want {
		if got := w.sees(*a, person); got != inboxes {
			w.t.Errorf("%s sees %s in %q, want %q", a.Name, person, got, inboxes)
		}
	}
}

// nothingSent fails if a text to the person is queued.
func (w *world) nothingSent(name string) {
	w.t.Helper()
	if got := w.sent(name); len(got) > 0 {
		w.t.Errorf("%s got %q, want nothing", name, got)
	}
}

// wantSent compares what is queued for a person.
func (w *world) wantSent(name string, want ...string) {
	w.t.Helper()
	if got := w.sent(name); !slices.Equal(got, want) {
		w.t.Errorf("%s got %q, want %q", name, got, want)
	}
}

// participating are the people in an actor's Participating.
func (w *world) participating(a account.Actor) []string {
	w.t.Helper()
	page, err := w.desk(a).Participating(w.ctx, outreach.Cursor{})
	w.must(err)
	n, err := w.desk(a).CountParticipating(w.ctx)
	w.must(err)
	names := []string{}
	for _, v := range page.Rows {
		names = append(names, v.FirstName)
	}
	if n != len(names) {
		w.t.Errorf("%s takes part in %q, counted %d", a.Name, names, n)
	}
	return names
}

// refused fails unless err is of the wanted kind and says the words.
func refused[T error](t *testing.T, err error, words string) {
	t.Helper()
	if _, ok := errors.AsType[T](err); !ok || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v (%T), want a refusal that says %q", err, err, words)
	}
}

// audited counts the audit rows of a verb on one thing.
func (w *world) audited(verb, subject string, id int64) (n int) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](w.ctx, tx, `
			select count(*) from audit where org_id = @org and verb = @verb and subject = @subject and subject_id = @id`,
			postgres.Args{"verb": verb, "subject": subject, "id": id})
		return err
	})
	return n
}

// conversationOf is a person's conversation in a campaign.
func (w *world) conversationOf(name string, campaign outreach.CampaignID) outreach.Conversation {
	w.t.Helper()
	page, err := w.desk(w.org.Admin).Activity(w.ctx, outreach.ActivityQuery{Campaign: campaign, Name: name})
	w.must(err)
	if len(page.Rows) != 1 {
		w.t.Fatalf("%d conversations of %s in campaign %d", len(page.Rows), name, campaign)
	}
	return page.Rows[0]
}

// promises fails if a promise is broken in the organization.
func (w *world) promises() {
	w.t.Helper()
	broken, err := outreach.Check(w.ctx, w.db)
	w.must(err)
	for _, v := range broken {
		if strings.Contains(v.Detail, fmt.Sprintf("organization %d,", w.org.ID)) {
			w.t.Error(v)
		}
	}
}

func (w *world) deactivate(a account.Actor) {
	w.t.Helper()
	w.must(account.NewDesk(w.db, w.org.Admin).Deactivate(w.ctx, a.User))
}

func (w *world) contactID(name string) (id audience.ContactID) {
	w.t.Helper()
	phone := w.person(name)
	w.in(func(tx *postgres.Tx) error {
		c, err := audience.Find(w.ctx, tx, phone)
		id = c.ID
		return err
	})
	return id
}

// attempted notes that a campaign's text to a person was handed over then.
func (w *world) attempted(campaign outreach.CampaignID, name string, at time.Time) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `
			insert into attempt (org_id, token, message_id, sender_id, started_at, outcome)
			select @org, gen_random_uuid(), m.id, 1, @at, 'accepted'
			from message m
			where m.org_id = @org and m.campaign_id = @campaign and m.author = 'campaign' and m.contact_id = @contact`,
			postgres.Args{"campaign": campaign, "contact": w.contactID(name), "at": at})
		return err
	})
}
