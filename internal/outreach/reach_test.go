package outreach_test

import (
	"slices"
	"strings"
	"testing"

	"parley/internal/account"
	"parley/internal/outreach"
)

// lone is a launched campaign whose replies wait for Ben alone, in Aid.
func lone(w *routed) outreach.CampaignID {
	w.t.Helper()
	return w.run("Open day", settings(outreach.AgentMode, w.ben.PersonalInboxID), "ada")
}

// reviewed is what the review of a campaign says of who sees replies.
func (w *world) reviewed(id outreach.CampaignID, verdict outreach.Verdict, words ...string) outreach.Review {
	w.t.Helper()
	r := w.review(id)
	f := found(r, "reach")
	if f.Verdict != verdict {
		w.t.Errorf("the review says %s %q, want %s", f.Verdict, f.Title, verdict)
	}
	for _, word := range words {
		if !strings.Contains(f.Title+" "+f.Detail, word) {
			w.t.Errorf("the review says %q %q, want %q", f.Title, f.Detail, word)
		}
	}
	return r
}

// TestAR10_ACloneOfACampaignNobodyLooksInto falls back to the campaign's office, and its review says so.
func TestAR10_ACloneOfACampaignNobodyLooksInto(t *testing.T) {
	w := newRouted(t)
	source := lone(w)
	w.archive(source)
	w.deactivate(w.ben)
	id, err := w.desk(w.manager).Clone(w.ctx, source, "Open day again")
	w.must(err)
	r := w.reviewed(id, outreach.Warn, "Nobody looks into the inbox of Ben any more.", "Replies wait in Registrar instead.")
	if !slices.Equal(r.InboxNames, []string{"Registrar"}) || r.Blocked() > 0 || found(r, "inboxes").Title != "" {
		t.Errorf("replies wait in %q; %+v", r.InboxNames, r.Findings)
	}
	w.must(w.desk(w.manager).ConfirmAudience(w.ctx, id, true))
	w.launch(id)
	w.sent("ada")
	w.text("ada", unknown)
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar"})
	w.promises()
}

// TestAR10_ACloneWhoseOfficeIsEmpty falls back to the administrators; it follows when its office changes.
func TestAR10_ACloneWhoseOfficeIsEmpty(t *testing.T) {
	w := newRouted(t)
	people := account.NewDesk(w.db, w.org.Admin)
	housing := w.org.Office(t, "Housing")
	source := lone(w)
	id, err := w.desk(w.org.Admin).Clone(w.ctx, source, "In Housing")
	w.must(err)
	c := w.read(id)
	w.deactivate(w.ben)
	general := outreach.General{Title: c.Title, Office: housing, Message: c.Message, List: *c.ListID, Number: *c.NumberID}
	w.must(w.desk(w.org.Admin).SaveGeneral(w.ctx, id, general))
	admin := w.org.Admin.Name
	if r, err := w.desk(w.org.Admin).Review(w.ctx, id); err != nil || !slices.Equal(r.InboxNames, []string{admin}) {
		t.Errorf("in an office where nobody is replies wait in %q, want %s; %v", r.InboxNames, admin, err)
	}
	general.Office = w.aid
	w.must(people.EditUser(w.ctx, w.agent.User, account.UserForm{Name: "Ann", Role: account.Agent, Offices: []account.OfficeID{w.aid, w.office}}))
	w.must(w.desk(w.org.Admin).SaveGeneral(w.ctx, id, general))
	if r, err := w.desk(w.org.Admin).Review(w.ctx, id); err != nil || !slices.Equal(r.InboxNames, []string{"Aid"}) {
		t.Errorf("moved to Aid, replies wait in %q; %v", r.InboxNames, err)
	}
	w.promises()
}

// TestReview_OneOfTheInboxesIsLost: the others still see the replies, and the review says which.
func TestReview_OneOfTheInboxesIsLost(t *testing.T) {
	w := newRouted(t)
	id := w.draft("Open day", "Hi", settings(outreach.AgentMode, w.officeInbox("Registrar"), w.ben.PersonalInboxID), "ada")
	if f := found(w.review(id), "reach"); f.Title != "" {
		t.Errorf("all are there, and the review says %q", f.Title)
	}
	w.deactivate(w.ben)
	r := w.reviewed(id, outreach.Warn, "Nobody looks into the inbox of Ben any more.", "Replies wait in Registrar.")
	if f := found(r, "inboxes"); f.Verdict != outreach.Pass || !strings.HasSuffix(f.Detail, "in Registrar.") {
		t.Errorf("the review says %q %q", f.Title, f.Detail)
	}
}
