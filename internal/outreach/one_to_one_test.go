package outreach_test

import (
	"slices"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// quietUntil makes the next hours of everybody's day quiet.
func (w *world) quiet() {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `update organization set quiet_until = '23:58', quiet_from = '23:59' where org_id = @org`, nil)
		return err
	})
}

// zoneOf is the zone whose hours the newest text to somebody keeps; "" for none.
func (w *world) zoneOf(name string) (zone string) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) (err error) {
		zone, err = postgres.Value[string](w.ctx, tx, `
			select m.zone from message m join contact c on c.org_id = @org and c.id = m.contact_id
			where m.org_id = @org and c.phone = @phone order by m.id desc limit 1`, postgres.Args{"phone": w.people[name]})
		return err
	})
	return zone
}

func TestOneToOne_FromAReusableNumberOfTheirOffice(t *testing.T) {
	w := newRouted(t)
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Registrar")))
	phone := w.person("ada")
	desk := w.desk(w.manager)
	form := outreach.OneToOne{Number: w.number, Phone: string(phone), Body: "Your book is here.", Key: "0f2d5b1a-3b0f-4a54-9d3a-1f2e3d4c5b6a"}
	id, err := desk.StartOneToOne(w.ctx, form)
	w.must(err)
	if again, err := desk.StartOneToOne(w.ctx, form); err != nil || again != id {
		t.Errorf("the same form again: conversation %d, %v", again, err)
	}
	w.wantSent("ada", "Your book is here.")
	if v := w.conversation("ada"); v.ID != id || v.CampaignID != nil || v.Waiting() {
		t.Errorf("%+v", v)
	}
	if got := w.participating(w.manager); !slices.Equal(got, []string{"ada"}) {
		t.Errorf("Dana takes part in %q", got)
	}
	w.text("ada", "thank you")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar", &w.ben: ""})
	other, err := desk.StartOneToOne(w.ctx, outreach.OneToOne{Number: w.number, Contact: w.contactID("ada"), Body: "Once more."})
	if err != nil || other != id {
		t.Errorf("by contact: conversation %d, %v", other, err)
	}
	w.must(errOf(desk.StartOneToOne(w.ctx, outreach.OneToOne{Number: w.number, Phone: "(208) 555-0199", Body: "Hello, stranger."})))
	if n := w.audited("start", "conversation", int64(id)); n != 1 {
		t.Errorf("%d audit rows", n)
	}
}

func errOf[T any](_ T, err error) error { return err }

func TestOneToOne_Refused(t *testing.T) {
	w := newRouted(t)
	elsewhere := w.org.User(t, "Eve", account.Manager, w.aid)
	reusable := w.number
	w.person("ada")
	w.text("ada", "STOP")
	w.person("cleo")
	w.text("cleo", "hi")
	w.provision()
	start := func(a account.Actor, o outreach.OneToOne) error {
		return errOf(w.desk(a).StartOneToOne(w.ctx, o))
	}
	cleo := string(w.person("cleo"))
	refused[account.Invalid](t, start(w.manager, outreach.OneToOne{Number: reusable, Phone: string(w.person("ada")), Body: "Hi"}), "opted out")
	refused[account.Invalid](t, start(w.manager, outreach.OneToOne{Number: w.number, Phone: cleo, Body: "Hi"}), "reusable")
	refused[account.Invalid](t, start(elsewhere, outreach.OneToOne{Number: reusable, Phone: cleo, Body: "Hi"}), "reusable")
	refused[account.Invalid](t, start(w.manager, outreach.OneToOne{Number: reusable, Phone: "12", Body: "Hi"}), "phone")
	refused[account.Invalid](t, start(w.manager, outreach.OneToOne{Number: reusable, Phone: cleo}), "Type the text")
	if err := start(w.agent, outreach.OneToOne{Number: reusable, Phone: cleo, Body: "Hi"}); err == nil {
		t.Error("an agent starts a 1:1")
	}
	w.nothingSent("ada")
	w.nothingSent("cleo")
}

func TestOneToOne_KeepsQuietHoursUnlessItAnswers(t *testing.T) {
	w := newRouted(t)
	w.quiet()
	phone := string(w.person("ada"))
	desk := w.desk(w.manager)
	start := func() {
		t.Helper()
		w.must(errOf(desk.StartOneToOne(w.ctx, outreach.OneToOne{Number: w.number, Phone: phone, Body: "Hi"})))
	}
	start()
	if zone := w.zoneOf("ada"); zone == "" {
		t.Error("a text of our own accord keeps no hours")
	}
	w.text("ada", "who is this?")
	start()
	if zone := w.zoneOf("ada"); zone != "" {
		t.Errorf("the answer to somebody who waits keeps the hours of %s", zone)
	}
	start()
	if zone := w.zoneOf("ada"); zone != "" {
		t.Errorf("the answer to a fresh text keeps the hours of %s", zone)
	}
	w.ahead.Add(int64(2 * time.Hour))
	start()
	if zone := w.zoneOf("ada"); zone == "" {
		t.Error("two hours later it keeps no hours")
	}
}

func TestOperator_StrayTextsAndFailedWebhooks(t *testing.T) {
	w := newRouted(t)
	var webhook int64
	w.in(func(tx *postgres.Tx) (err error) {
		if _, err := tx.Exec(w.ctx, `
			insert into stray_text (org_id, sid, sender, recipient, body) values (@org, 'SM1', '+12085550123', '+12085550999', 'Anybody?')`, nil); err != nil {
			return err
		}
		webhook, err = postgres.Value[int64](w.ctx, tx, `
			insert into webhook (org_id, kind, sid, form, error, due_at)
			values (@org, 'message', 'SM2', '{"From": "+12085550123", "Body": "hi"}', 'ask the bot: away', app_now() + interval '1 hour')
			returning id`, nil)
		return err
	})
	admin := w.desk(w.org.Admin)
	strays, err := admin.StrayTexts(w.ctx, 0)
	w.must(err)
	if len(strays.Rows) != 1 || strays.Rows[0].Body != "Anybody?" {
		t.Errorf("%+v", strays)
	}
	w.must(admin.RetryWebhook(w.ctx, webhook))
	failed, err := admin.FailedWebhooks(w.ctx, 0)
	w.must(err)
	if len(failed.Rows) != 1 || failed.Rows[0].Body != "hi" || time.Until(failed.Rows[0].DueAt) > time.Minute {
		t.Errorf("%+v", failed)
	}
	if n := w.audited("retry", "webhook", webhook); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	refused[error](t, admin.RetryWebhook(w.ctx, webhook+1), "not found")
	for _, err := range []error{errOf(w.desk(w.manager).StrayTexts(w.ctx, 0)), errOf(w.desk(w.manager).FailedWebhooks(w.ctx, 0)), w.desk(w.manager).RetryWebhook(w.ctx, webhook)} {
		refused[error](t, err, "not allowed")
	}
}
