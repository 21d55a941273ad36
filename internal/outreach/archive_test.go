package outreach_test

import (
	"slices"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
)

// The rules of stop and archive on a reusable number. U are the inboxes of its unsolicited message
// settings, C those of the campaign.

func TestAR1_WhoWaitsKeepsTheirPlaceAndMovesToEveryInboxOfU(t *testing.T) {
	w := newRouted(t)
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Aid"), w.ben.PersonalInboxID))
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	before := w.conversation("ada")
	w.ahead.Add(int64(time.Hour))
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar", &w.ben: ""})
	w.archive(id)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: "Aid, Ben"})
	after := w.conversation("ada")
	if !after.Waiting() || !after.WaitingSince.Equal(*before.WaitingSince) || after.WaitingReason != before.WaitingReason {
		t.Errorf("waits since %v for %s, want %v for %s", after.WaitingSince, after.WaitingReason, before.WaitingSince, before.WaitingReason)
	}
	c, err := w.desk(w.manager).Campaign(w.ctx, id)
	w.must(err)
	if c.State != outreach.Archived || c.ArchivedAt == nil {
		t.Errorf("the campaign is %s", c.State)
	}
	w.promises()
}

func TestAR2_LeavesAPersonalInboxThatIsNotInU(t *testing.T) {
	w := newRouted(t)
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Aid")))
	id := w.run("Open day", settings(outreach.AgentMode, w.agent.PersonalInboxID), "ada")
	w.text("ada", unknown)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Ann", &w.ben: ""})
	w.archive(id)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: "Aid"})
}

func TestAR2b_SeesItInTheInboxOfTheirOffice(t *testing.T) {
	w := newRouted(t)
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Registrar")))
	id := w.run("Open day", settings(outreach.AgentMode, w.agent.PersonalInboxID), "ada")
	w.text("ada", unknown)
	a, err := w.desk(w.manager).Archiving(w.ctx, id)
	w.must(err)
	if leaves := a.Leaves(); len(leaves) != 1 || leaves[0].Name != "Ann" || len(leaves[0].Still) != 1 || leaves[0].Still[0].Name != "Registrar" {
		t.Errorf("the dialog says that those who wait leave %+v", leaves)
	}
	w.archive(id)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar", &w.ben: ""})
}

func TestAR3_InBothCAndUStaysOnce(t *testing.T) {
	w := newRouted(t)
	w.unsolicited(settings(outreach.AgentMode, w.agent.PersonalInboxID))
	id := w.run("Open day", settings(outreach.AgentMode, w.agent.PersonalInboxID), "ada")
	w.text("ada", unknown)
	w.archive(id)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Ann", &w.ben: ""})
}

func TestAR4_LeavesTheOfficeAndIsInThePersonalInbox(t *testing.T) {
	w := newRouted(t)
	w.unsolicited(settings(outreach.AgentMode, w.ben.PersonalInboxID))
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Aid")), "ada")
	w.text("ada", unknown)
	w.wantSees("ada", map[*account.Actor]string{&w.ben: "Aid"})
	w.archive(id)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: "Ben"})
}

func TestAR5_AgentSettingsTakeOver(t *testing.T) {
	w := newRouted(t)
	w.teach()
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Registrar")))
	id := w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	w.archive(id)
	if v := w.conversation("ada"); v.Mode != outreach.AgentMode {
		t.Errorf("the mode is %s", v.Mode)
	}
	w.must(w.desk(w.agent).Clear(w.ctx, w.conversation("ada").ID))
	w.text("ada", known)
	w.nothingSent("ada")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar"})
}

func TestAR6_TheBotTakesOverOnceThePersonHasTheirAnswer(t *testing.T) {
	w := newRouted(t)
	w.unsolicited(settings(outreach.BotMode, w.officeInbox("Registrar")))
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", known)
	w.teach()
	w.archive(id)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar"})
	w.text("ada", known)
	w.nothingSent("ada") // the bot stays out while a person is owed an answer
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar"})
	w.must(w.desk(w.agent).Clear(w.ctx, w.conversation("ada").ID))
	w.nothingSent("ada") // and never answers the old texts
	w.text("ada", known)
	w.wantSent("ada", lotC)
	w.promises()
}

func TestAR7_TheBotAnswersUnderTheNumbersSettings(t *testing.T) {
	w := newRouted(t)
	w.teach()
	form := settings(outreach.BotMode, w.officeInbox("Aid"))
	form.IDKType, form.CustomResponse = outreach.IDKCustom, "See open.example.edu."
	w.unsolicited(form)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.archive(id)
	w.text("ada", known)
	w.wantSent("ada", lotC)
	w.text("ada", unknown)
	w.wantSent("ada", "See open.example.edu.")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: ""})
}

func TestAR8_LeavesParticipatingAndStaysReadable(t *testing.T) {
	w := newRouted(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada", "cleo")
	w.text("ada", unknown)
	answered := w.conversation("ada").ID
	w.must(w.desk(w.agent).Reply(w.ctx, answered, outreach.Reply{Body: "Only if it carries an umbrella."}))
	if got := w.participating(w.agent); !slices.Equal(got, []string{"ada"}) {
		t.Fatalf("Ann takes part in %q", got)
	}
	a, err := w.desk(w.manager).Archiving(w.ctx, id)
	w.must(err)
	if a.Participating != 1 || a.Colleagues != 1 || a.Waiting != 0 {
		t.Errorf("the dialog counts %d conversations of %d colleagues, %d waiting", a.Participating, a.Colleagues, a.Waiting)
	}
	w.archive(id)
	if got := w.participating(w.agent); len(got) > 0 {
		t.Errorf("Ann still takes part in %q", got)
	}
	transcript, err := w.desk(w.agent).Transcript(w.ctx, answered, 0)
	w.must(err)
	if len(transcript.Texts) != 3 || w.conversationOf("ada", id).ID != answered {
		t.Errorf("%d texts can be read", len(transcript.Texts))
	}
	w.promises()
}

func TestAR9_ThreadWithTheWholeHistoryOfNumberAndPerson(t *testing.T) {
	w := newRouted(t)
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Aid")))
	id := w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	in := w.conversation("ada")
	w.archive(id)
	w.text("ada", "hello?")
	w.text("ada", "anybody?")
	v := w.conversation("ada")
	if v.CampaignID != nil || v.ID == in.ID {
		t.Fatalf("the later text is in conversation %d of campaign %v", v.ID, v.CampaignID)
	}
	if !v.Waiting() || !v.WaitingSince.Equal(*in.WaitingSince) {
		t.Errorf("waits since %v, want since %v", v.WaitingSince, in.WaitingSince)
	}
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: "Aid"}) // once
	transcript, err := w.desk(w.ben).Transcript(w.ctx, v.ID, 0)
	w.must(err)
	bodies := []string{}
	for _, text := range transcript.Texts {
		bodies = append(bodies, text.Body)
	}
	want := []string{"Hi ada, coming on Saturday?", unknown, "hello?", "anybody?"}
	if !slices.Equal(bodies, want) {
		t.Errorf("the thread shows %q, want %q", bodies, want)
	}
	w.promises()
}

func TestAR10_NeverOutOfReach(t *testing.T) {
	w := newRouted(t)
	cleo := w.org.User(t, "Cleo", account.Agent)
	w.unsolicited(settings(outreach.AgentMode, cleo.PersonalInboxID))
	id := w.run("Open day", settings(outreach.AgentMode, cleo.PersonalInboxID), "ada")
	w.text("ada", unknown)
	w.archive(id)
	w.text("zoe", unknown)
	both := func(want map[*account.Actor]string) {
		t.Helper()
		w.wantSees("ada", want)
		w.wantSees("zoe", want)
		w.promises()
	}
	people := account.NewDesk(w.db, w.org.Admin)
	both(map[*account.Actor]string{&cleo: "Cleo", &w.agent: "", &w.manager: ""})
	w.deactivate(cleo)
	both(map[*account.Actor]string{&w.agent: "Registrar", &w.ben: "", &w.manager: "Registrar"}) // the number's office
	w.deactivate(w.agent)
	both(map[*account.Actor]string{&w.manager: "Registrar"})
	w.must(people.EditUser(w.ctx, w.manager.User, account.UserForm{Name: "Dana", Role: account.Manager, Offices: []account.OfficeID{w.aid}}))
	both(map[*account.Actor]string{&w.org.Admin: "Ada Admin", &w.ben: ""}) // nobody is left there: the administrators
	w.must(people.Reactivate(w.ctx, w.agent.User))
	both(map[*account.Actor]string{&w.agent: "Registrar", &w.org.Admin: "Registrar"})
	w.must(people.Reactivate(w.ctx, cleo.User))
	both(map[*account.Actor]string{&cleo: "Cleo", &w.agent: ""})
	_, p, err := w.desk(w.org.Admin).Number(w.ctx, w.number)
	w.must(err)
	if !slices.Equal(p.Inboxes, []account.InboxID{cleo.PersonalInboxID}) {
		t.Errorf("the settings say %v, want what was chosen", p.Inboxes)
	}
}

func TestAR11_SettingsWithoutAnInboxAreRefused(t *testing.T) {
	w := newRouted(t)
	err := w.desk(w.org.Admin).SaveNumber(w.ctx, w.number, outreach.NumberForm{Office: w.office, Unsolicited: settings(outreach.AgentMode)})
	refused[account.Invalid](t, err, "inbox")
}

func TestAR13_OpenConversationsFollowNewSettingsAtOnce(t *testing.T) {
	w := newRouted(t)
	w.teach()
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Registrar")))
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	w.archive(id)
	w.text("zoe", unknown)
	for _, name := range []string{"ada", "zoe"} {
		w.wantSees(name, map[*account.Actor]string{&w.agent: "Registrar", &w.ben: ""})
	}
	w.unsolicited(settings(outreach.BotMode, w.officeInbox("Aid")))
	for _, name := range []string{"ada", "zoe"} {
		w.wantSees(name, map[*account.Actor]string{&w.agent: "", &w.ben: "Aid"})
	}
	w.must(w.desk(w.ben).Clear(w.ctx, w.conversation("zoe").ID))
	w.text("zoe", known)
	w.wantSent("zoe", lotC)
}

func TestAR14_TheCampaignThatTextedThemLast(t *testing.T) {
	w := newRouted(t)
	first := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	second := w.run("Aid day", settings(outreach.AgentMode, w.officeInbox("Aid")), "ada")
	w.text("ada", unknown)
	if v := w.conversation("ada"); *v.CampaignID != second {
		t.Errorf("the reply belongs to campaign %d, want %d and not %d", *v.CampaignID, second, first)
	}
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: "Aid"})
}

// A campaign may be launched first and reach somebody last, when their hours allow.
func TestAR14_ByWhenTheTextLeft(t *testing.T) {
	w := newRouted(t)
	first := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	second := w.run("Aid day", settings(outreach.AgentMode, w.officeInbox("Aid")), "ada")
	w.attempted(second, "ada", time.Now().Add(-2*time.Hour))
	w.attempted(first, "ada", time.Now().Add(-time.Hour))
	w.text("ada", unknown)
	if v := w.conversation("ada"); *v.CampaignID != first {
		t.Errorf("the reply belongs to campaign %d, want %d, whose text left last", *v.CampaignID, first)
	}
}

func TestAR15_TheOtherWhileItIsActiveElseUnsolicited(t *testing.T) {
	w := newRouted(t)
	first := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	second := w.run("Aid day", settings(outreach.AgentMode, w.officeInbox("Aid")), "ada")
	w.archive(second)
	w.text("ada", unknown)
	if v := w.conversation("ada"); v.CampaignID == nil || *v.CampaignID != first {
		t.Errorf("the reply belongs to %v, want %d", v.CampaignID, first)
	}
	w.archive(first)
	w.text("ada", "hello?")
	if v := w.conversation("ada"); v.CampaignID != nil {
		t.Errorf("the reply belongs to campaign %d, want unsolicited", *v.CampaignID)
	}
}

func TestAR17_TheReplyStillGoesOutAsOneToOne(t *testing.T) {
	w := newRouted(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	open := w.conversation("ada").ID // in Ann's browser
	transcript, err := w.desk(w.agent).Transcript(w.ctx, open, 0)
	w.must(err)
	w.archive(id)
	reply := outreach.Reply{Body: "Only smooth jazz.", Seen: transcript.Texts[len(transcript.Texts)-1].ID, Key: "6f2d5b1a-3b0f-4a54-9d3a-1f2e3d4c5b6a"}
	w.must(w.desk(w.agent).Reply(w.ctx, open, reply))
	w.must(w.desk(w.agent).Reply(w.ctx, open, reply)) // the same form twice is one text
	w.wantSent("ada", "Only smooth jazz.")
	v := w.conversation("ada")
	if v.CampaignID != nil || v.Waiting() {
		t.Errorf("the answer is in campaign %v; waiting: %v", v.CampaignID, v.Waiting())
	}
	w.wantSees("ada", map[*account.Actor]string{&w.agent: ""})
	if got := w.participating(w.agent); !slices.Equal(got, []string{"ada"}) {
		t.Errorf("Ann takes part in %q", got)
	}
	refused[account.Conflict](t, w.desk(w.agent).SwitchMode(w.ctx, open), "archived")
	w.promises()
}
