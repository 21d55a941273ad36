package outreach_test

import (
	"testing"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// tried is the newest text on the thread of a phone with the world's number.
func (w *world) tried(name string) (author outreach.Author, body string) {
	w.t.Helper()
	transcript, err := w.desk(w.org.Admin).Transcript(w.ctx, w.conversation(name).ID, 0)
	w.must(err)
	last := transcript.Texts[len(transcript.Texts)-1]
	return last.Author, last.Body
}

func TestSendTest_IsATextButNoRecipients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	id := w.draft("Open day", "Hi {{first_name}}, coming?", outreach.PolicyForm{Mode: outreach.AgentMode, IDKType: outreach.IDKAgent}, "ada", "ben")
	w.people["dana"] = "+12085550199" // nobody's contact yet
	test := outreach.TestText{Campaign: id, Person: 1, Phone: "(208) 555-0199", Key: "0123456789abcdef0123456789abcdef"}
	w.must(desk.SendTest(w.ctx, test))
	w.must(desk.SendTest(w.ctx, test)) // the same form
	if got := w.sent("dana"); len(got) != 1 || got[0] != "Hi ben, coming?" {
		t.Errorf("the phone gets %q, want what ben would get", got)
	}
	if author, body := w.tried("dana"); author != outreach.ByTest || body != "Hi ben, coming?" {
		t.Errorf("the transcript shows %q by %s", body, author)
	}
	if p, err := desk.Progress(w.ctx, id); err != nil || p != (outreach.Progress{}) {
		t.Errorf("a test counts: %+v, %v", p, err)
	}
	if n := w.audits("test", "campaign", int64(id)); n != 1 {
		t.Errorf("%d audit rows, want 1", n)
	}
	if page, err := desk.Participating(w.ctx, outreach.Cursor{}); err != nil || len(page.Rows) > 0 {
		t.Errorf("a test is an answer: %v, %v", page.Rows, err)
	}

	w.text("dana", "looks good") // under the number's own settings
	if v := w.conversation("dana"); v.CampaignID != nil || v.WaitingReason != outreach.ReasonAgentMode {
		t.Errorf("the answer is in campaign %v and waits for %q", v.CampaignID, v.WaitingReason)
	}
	test.Key = "1123456789abcdef0123456789abcdef"
	w.must(desk.SendTest(w.ctx, test))
	if v := w.conversation("dana"); !v.Waiting() {
		t.Error("a test answers who waits")
	}
	w.sent("dana")
	w.launch(id)
	w.sent("ada")
	if r := w.recipients(id); len(r) != 2 {
		t.Errorf("%d recipients, want 2", len(r))
	}
	refused[account.Conflict](t, desk.SendTest(w.ctx, test), "already been launched")
	if err := w.desk(w.agent).SendTest(w.ctx, test); err == nil {
		t.Error("an agent sends a test")
	}
}

// recipients are all recipients of a campaign.
func (w *world) recipients(id outreach.CampaignID) []outreach.Recipient {
	w.t.Helper()
	rows, _, err := w.desk(w.manager).Recipients(w.ctx, outreach.RecipientQuery{Campaign: id})
	w.must(err)
	return rows
}

// TestSendTest_KeepsTheHoursOfThePhonesDay, since it answers nothing.
func TestSendTest_KeepsTheHoursOfThePhonesDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft("Open day", "Hi", askBot, "ada")
	w.people["dana"] = "+12125550199"
	w.must(w.desk(w.manager).SendTest(w.ctx, outreach.TestText{Campaign: id, Phone: "+12125550199"}))
	w.in(func(tx *postgres.Tx) error {
		zone, err := postgres.Value[string](w.ctx, tx, `select zone from message where org_id = @org and author = 'test'`, nil)
		if zone != "America/New_York" {
			t.Errorf("it keeps the hours of %q", zone)
		}
		return err
	})
}

func TestSendTest_Refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	id := w.draft("Open day", "Hi {{first_name}}", askBot, "ada", "ben")
	w.text("ada", "STOP")
	w.text("cleo", "maybe stop this at some point")
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `
			insert into opt_out (org_id, phone, event_id, held) select org_id, @phone, event_id, true from opt_out where org_id = @org limit 1
			on conflict do nothing`, postgres.Args{"phone": w.person("cleo")})
		return err
	})
	said := func(words string, test outreach.TestText) {
		t.Helper()
		test.Campaign = id
		refused[account.Invalid](t, desk.SendTest(w.ctx, test), words)
	}
	said("has opted out", outreach.TestText{Phone: string(w.person("ada"))})
	said("may have asked to opt out", outreach.TestText{Phone: string(w.person("cleo"))})
	said("Type a phone number", outreach.TestText{Phone: "12"})

	general := outreach.General{Title: "Open day", Office: w.office, Message: "Hi {{first_name}}", List: *w.read(id).ListID}
	change := func(edit func(*outreach.General)) {
		g := general
		edit(&g)
		w.must(desk.SaveGeneral(w.ctx, id, g))
	}
	change(func(*outreach.General) {})
	said("phone number first", outreach.TestText{Phone: "+12085550199"})
	busy := w.addNumber(outreach.NewNumber{Phone: "+12085590001", Kind: outreach.Provisioned, Office: w.office})
	general.Number = busy
	other := w.draft("Other", "Hi", askBot, "dan")
	w.must(desk.SaveGeneral(w.ctx, other, outreach.General{Title: "Other", Office: w.office, Message: "Hi", List: *w.read(other).ListID, Number: busy}))
	w.launch(other)
	change(func(*outreach.General) {})
	said("“Other” runs on it", outreach.TestText{Phone: "+12085550199"})
	general.Number = w.number
	change(func(g *outreach.General) { g.Message = "" })
	said("Write the message", outreach.TestText{Phone: "+12085550199"})
	change(func(g *outreach.General) { g.Message = "Hi {{" })
	said("broken merge field", outreach.TestText{Phone: "+12085550199"})
	change(func(g *outreach.General) { g.List = w.list("ada") })
	said("Nobody on the list", outreach.TestText{Phone: "+12085550199"})
	change(func(*outreach.General) {})
	if s, err := desk.TestSample(w.ctx, id, 7); err != nil || s.Text != "Hi ben" {
		t.Errorf("behind the last person it is %q, %v", s.Text, err)
	}
	if w.phones("+12085550199") != 0 {
		t.Error("a refused test has left a contact")
	}
}

// phones counts the contacts with a phone.
func (w *world) phones(phone string) (n int) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](w.ctx, tx, `select count(*) from contact where org_id = @org and phone = @phone`, postgres.Args{"phone": phone})
		return err
	})
	return n
}
