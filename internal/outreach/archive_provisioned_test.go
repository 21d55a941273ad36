package outreach_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/account/accounttest"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// The rules of stop and archive on a provisioned number.

func newProvisioned(t *testing.T) *routed {
	t.Helper()
	w := newRouted(t)
	w.teach()
	w.provision()
	return w
}

// cooling sets how long provisioned numbers of the organization rest.
func (w *world) cooling(days int) {
	w.t.Helper()
	people := account.NewDesk(w.db, w.org.Admin)
	o, err := people.Organization(w.ctx)
	w.must(err)
	w.must(people.SaveOrganization(w.ctx, account.OrganizationForm{Name: o.Name, TimeZone: o.TimeZone, QuietUntil: o.QuietUntil,
		QuietFrom: o.QuietFrom, HelpText: o.HelpText, CoolingDays: days}))
}

func TestAP1_WhoGetsNoAnswerMustBeAccepted(t *testing.T) {
	w := newProvisioned(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada", "cleo")
	w.text("ada", unknown)
	w.text("zoe", unknown) // not on the list
	a, err := w.desk(w.manager).Archiving(w.ctx, id)
	w.must(err)
	if a.Waiting != 2 {
		t.Errorf("the dialog says that %d people wait", a.Waiting)
	}
	refused[account.Invalid](t, w.desk(w.manager).Archive(w.ctx, id, false), "2 people wait")
	c, err := w.desk(w.manager).Campaign(w.ctx, id)
	w.must(err)
	if c.State == outreach.Archived || !w.conversation("ada").Waiting() {
		t.Error("it was archived without the tick")
	}
}

func TestAP2_LeavesEveryQueueWithTheReason(t *testing.T) {
	w := newProvisioned(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar"), w.ben.PersonalInboxID), "ada")
	w.text("ada", unknown)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar", &w.ben: "Ben"})
	w.archive(id)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: "", &w.org.Admin: ""})
	transcript, err := w.desk(w.agent).Transcript(w.ctx, w.conversation("ada").ID, 0)
	w.must(err)
	if len(transcript.Texts) != 2 || len(transcript.Happenings) != 1 || transcript.Happenings[0].Became != "campaign ended" {
		t.Errorf("the history is %+v", transcript)
	}
	w.promises()
}

func TestAP3_LateReplyIsKeptAndNobodyAnswers(t *testing.T) {
	w := newProvisioned(t)
	id := w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), "ada")
	w.archive(id)
	for _, body := range []string{known, unknown, "HELP", "can i talk to a real person please"} {
		w.text("ada", body)
		w.nothingSent("ada")
	}
	v := w.conversation("ada")
	if v.CampaignID == nil || *v.CampaignID != id || v.Waiting() {
		t.Errorf("the late reply is in campaign %v, waiting: %v", v.CampaignID, v.Waiting())
	}
	if v := w.conversationOf("ada", id); v.Preview != "can i talk to a real person please" {
		t.Errorf("the archived campaign's Activity shows %q", v.Preview)
	}
	w.text("zoe", "who are you?") // nobody's: kept, too
	w.nothingSent("zoe")
	w.wantSees("zoe", map[*account.Actor]string{&w.org.Admin: ""})
	w.promises()
}

func TestAP4_StopCountsAllTheSame(t *testing.T) {
	w := newProvisioned(t)
	id := w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), "ada", "cleo")
	w.archive(id)
	w.text("ada", "STOP")
	w.text("cleo", "please stop texting me")
	for _, name := range []string{"ada", "cleo"} {
		w.nothingSent(name)
		if !w.conversation(name).OptedOut {
			t.Errorf("%s has not opted out", name)
		}
	}
}

func TestAP6_TheNumberIsFreeAgainOnceItHasCooled(t *testing.T) {
	w := newProvisioned(t)
	state := func(want string) {
		t.Helper()
		n, _, err := w.desk(w.manager).Number(w.ctx, w.number)
		w.must(err)
		if n.State() != want {
			t.Errorf("the number is %s, want %s", n.State(), want)
		}
	}
	form := settings(outreach.BotMode, w.officeInbox("Registrar"))
	first := w.run("Open day", form, "ada")
	state("in use")
	second := w.draft("Second day", "Hi {{first_name}}, coming?", form, "ada")
	w.archive(first)
	state("active") // no cooling time: free at once
	w.launch(second)
	w.sent("ada")
	w.cooling(7)
	w.archive(second)
	state("cooling")
	third := w.draft("Third day", "Hi {{first_name}}, coming?", form, "ada")
	review, err := w.desk(w.manager).Review(w.ctx, third)
	w.must(err)
	refused[account.Conflict](t, w.desk(w.manager).Launch(w.ctx, third, review.Fingerprint), "Not launched")
	w.ahead.Add(int64(7*24*time.Hour + time.Minute))
	state("active")
	w.launch(third)
}

func TestAP7_TheNextCampaignOnTheNumber(t *testing.T) {
	w := newProvisioned(t)
	form := settings(outreach.AgentMode, w.officeInbox("Registrar"))
	old := w.run("Open day", form, "ada", "cleo")
	w.archive(old)
	next := w.draft("Aid day", "Hi {{first_name}}, coming?", settings(outreach.AgentMode, w.officeInbox("Aid")), "ada")
	w.launch(next) // and nothing of it is sent yet
	w.text("ada", unknown)
	if v := w.conversation("ada"); v.CampaignID == nil || *v.CampaignID != next || v.Plus() {
		t.Errorf("who is on the new list replies in campaign %v", v.CampaignID)
	}
	w.text("cleo", unknown)
	v := w.conversation("cleo")
	if v.CampaignID != nil || !v.Plus() || v.Closed() != "" {
		t.Errorf("who is not is in campaign %v, marked: %v, closed: %q", v.CampaignID, v.Plus(), v.Closed())
	}
	w.wantSees("cleo", map[*account.Actor]string{&w.agent: "", &w.ben: "Aid"})
	w.must(w.desk(w.ben).Reply(w.ctx, v.ID, outreach.Reply{Body: "No jazz."}))
	w.wantSent("cleo", "No jazz.")
	w.text("cleo", "pity")
	if got := w.participating(w.ben); !slices.Equal(got, []string{"cleo"}) {
		t.Errorf("Ben takes part in %q", got)
	}
	third := w.draft("Third day", "Hi", form, "dan") // on the same number, and only an idea
	w.archive(third)
	if got := w.participating(w.ben); !slices.Equal(got, []string{"cleo"}) {
		t.Errorf("with another campaign's draft archived Ben takes part in %q", got)
	}
	a, err := w.desk(w.manager).Archiving(w.ctx, next)
	w.must(err)
	if a.Waiting != 2 || a.Participating != 1 || a.Colleagues != 1 {
		t.Errorf("the dialog counts %d waiting, %d conversations of %d colleagues", a.Waiting, a.Participating, a.Colleagues)
	}
	w.archive(next)
	if got := w.participating(w.ben); len(got) > 0 {
		t.Errorf("Ben still takes part in %q", got)
	}
	w.wantSees("cleo", map[*account.Actor]string{&w.ben: "", &w.org.Admin: ""})
	refused[account.Conflict](t, w.desk(w.ben).Reply(w.ctx, v.ID, outreach.Reply{Body: "Still there?"}), "1:1")
	w.text("cleo", "hello?") // late, to the campaign that texted her
	if v := w.conversation("cleo"); v.CampaignID == nil || *v.CampaignID != old {
		t.Errorf("the late reply is in campaign %v, want %d", v.CampaignID, old)
	}
	w.promises()
}

func TestAP9_AnswerInTheArchivedCampaignIsRefused(t *testing.T) {
	w := newProvisioned(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	w.archive(id)
	v := w.conversation("ada")
	refused[account.Conflict](t, w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "No."}), "Start a 1:1 conversation")
	w.nothingSent("ada")
}

func TestAP8_ReleasedAtTheCarrier(t *testing.T) {
	w := newProvisioned(t)
	form := settings(outreach.AgentMode, w.officeInbox("Registrar"))
	id := w.run("Open day", form, "ada")
	admin := w.desk(w.org.Admin)
	refused[account.Conflict](t, admin.ReleaseNumber(w.ctx, w.number, true), "Open day")
	w.archive(id)
	draft := w.draft("Second day", "Hi", form, "ada")
	if err := w.desk(w.manager).ReleaseNumber(w.ctx, w.number, true); err == nil {
		t.Error("a manager may release a number")
	}
	w.must(admin.ReleaseNumber(w.ctx, w.number, false))
	w.must(admin.ReleaseNumber(w.ctx, w.number, false))
	if n := w.audited("release", "phone_number", int64(w.number)); n != 1 {
		t.Errorf("%d audit rows of the release", n)
	}
	c, err := w.desk(w.manager).Campaign(w.ctx, draft)
	w.must(err)
	if c.NumberID != nil {
		t.Error("a draft still names the number")
	}
	w.text("ada", "hello?") // until the carrier has it, its texts are kept
	w.releasedBy(&carrier{refuses: true}, "being used elsewhere")
	w.ownedByAnother(false)
	gone := &carrier{}
	w.releasedBy(gone, "")
	w.releasedBy(gone, "")
	if gone.released != 1 {
		t.Errorf("released %d times at the carrier", gone.released)
	}
	n, _, err := admin.Number(w.ctx, w.number)
	w.must(err)
	if n.State() != "released" {
		t.Errorf("the number is %s", n.State())
	}
	w.ownedByAnother(true) // bought anew, by its own choice
	refused[account.Conflict](t, w.desk(w.agent).Reply(w.ctx, w.conversation("ada").ID, outreach.Reply{Body: "?"}), "given back")
}

func TestAP8_WhoWaitsOnAReusableNumber(t *testing.T) {
	w := newRouted(t)
	w.text("ada", unknown)
	admin := w.desk(w.org.Admin)
	refused[account.Invalid](t, admin.ReleaseNumber(w.ctx, w.number, false), "1 person waits")
	w.must(admin.ReleaseNumber(w.ctx, w.number, true))
	w.wantSees("ada", map[*account.Actor]string{&w.agent: ""})
	w.text("ada", "hello?")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: ""})
	w.promises()
}

// carrier is the carrier's side of giving a number back.
type carrier struct {
	refuses  bool
	released int
}

func (c *carrier) Find(context.Context, postgres.OrgID, sms.Phone) (string, error) {
	return "PN00000000000000000000000000000001", nil
}

func (c *carrier) Release(context.Context, postgres.OrgID, string) error {
	if c.refuses {
		return errors.New("being used elsewhere")
	}
	c.released++
	return nil
}

// releasedBy works the job; words: what the carrier says against it.
func (w *world) releasedBy(c *carrier, words string) {
	w.t.Helper()
	done, err := outreach.ReleaseAtCarrier(w.ctx, w.db, c, w.org.ID, w.number)
	if words == "" {
		w.must(err)
	} else {
		refused[error](w.t, err, words)
		n, _, err := w.desk(w.org.Admin).Number(w.ctx, w.number)
		w.must(err)
		if n.ReleaseError != words {
			w.t.Errorf("the number says %q", n.ReleaseError)
		}
	}
	if done != (words == "") {
		w.t.Errorf("done: %v", done)
	}
}

// ownedByAnother checks whether another organization can take the number into use.
func (w *world) ownedByAnother(can bool) {
	w.t.Helper()
	other := accounttest.Found(w.t, w.db)
	office := other.Office(w.t, "Other")
	err := w.db.Org(w.ctx, other.ID, func(tx *postgres.Tx) error {
		_, err := outreach.AddNumber(w.ctx, tx, outreach.NewNumber{Phone: w.phone, Kind: outreach.Provisioned, Office: office})
		return err
	})
	if can != (err == nil) {
		w.t.Errorf("another organization adds the number: %v", err)
	}
}
