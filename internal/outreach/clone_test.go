package outreach_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

func (w *world) read(id outreach.CampaignID) outreach.Campaign {
	w.t.Helper()
	c, err := w.desk(w.manager).Campaign(w.ctx, id)
	w.must(err)
	return c
}

func (w *world) review(id outreach.CampaignID) outreach.Review {
	w.t.Helper()
	r, err := w.desk(w.manager).Review(w.ctx, id)
	w.must(err)
	return r
}

// found is the line of a review on a topic; the zero value where there is none.
func found(r outreach.Review, topic string) outreach.Finding {
	for _, f := range r.Findings {
		if f.Topic == topic {
			return f
		}
	}
	return outreach.Finding{}
}

func TestCL1_AnyCampaignIsClonedIntoADraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	running := w.draft("Open day", "Hi {{first_name}}", askBot, "ada")
	w.launch(running)
	archived := w.draft("Last year", "Hi", askBot, "ada")
	w.launch(archived)
	w.must(desk.Archive(w.ctx, archived, true))
	for _, source := range []outreach.CampaignID{running, archived, w.draft("Idea", "Hi", askBot, "ada")} {
		title := "Again " + w.read(source).Title
		id, err := desk.Clone(w.ctx, source, title)
		w.must(err)
		if c := w.read(id); c.State != outreach.Draft || c.Title != title {
			t.Errorf("the clone of a %s campaign is %q, %s", w.read(source).State, c.Title, c.State)
		}
		listed, err := desk.Campaigns(w.ctx, outreach.CampaignQuery{Area: outreach.ActiveArea, Search: title})
		w.must(err)
		if len(listed.Rows) != 1 || listed.Rows[0].Campaign.ID != id {
			t.Errorf("%q is not listed under Active", title)
		}
		if n := w.audits("clone", "campaign", int64(id)); n != 1 {
			t.Errorf("%d audit rows, want 1", n)
		}
	}
	if _, err := w.desk(w.agent).Clone(w.ctx, running, "By an agent"); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("an agent clones: %v", err)
	}
}

func TestCL2_ATitleInUseIsRefusedWithAFreeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	source := w.draft("Open day", "Hi", askBot, "ada")
	refused := func(title, proposal string) {
		t.Helper()
		_, err := desk.Clone(w.ctx, source, title)
		var invalid account.Invalid
		if !errors.As(err, &invalid) || !strings.Contains(invalid["title"], "“"+proposal+"” is free") {
			t.Errorf("clone as %q: %v, want the proposal %q", title, err, proposal)
		}
	}
	refused("Open day", "Open day (2)")
	refused("  OPEN   Day ", "OPEN   Day (2)")
	_, err := desk.Clone(w.ctx, source, "open day (2)")
	w.must(err)
	refused("Open day", "Open day (3)")
	refused("Open day (2)", "Open day (3)")
	if _, err := desk.Clone(w.ctx, source, " "); err == nil {
		t.Error("a clone without a title")
	}
	if free, err := desk.FreeTitle(w.ctx, "Open day (2)"); err != nil || free != "Open day (3)" {
		t.Errorf("proposed %q, %v", free, err)
	}
	// Two people at once: one of them gets it.
	titled := w.atOnce(8, func(int) error {
		_, err := desk.Clone(w.ctx, source, "At once")
		if errors.As(err, new(account.Invalid)) {
			return account.Conflict("the title is taken")
		}
		return err
	})
	if titled != 1 {
		t.Errorf("%d campaigns are called the same", titled)
	}
}

func TestCL3_WhatACloneTakesOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	source := w.draft("Open day", "Hi {{first_name}} of {{college}}", askBot, "ada", "ben")
	c := w.read(source)
	w.must(desk.SaveGeneral(w.ctx, source, outreach.General{Title: c.Title, Office: w.office, ContentType: outreach.YesNo, Message: c.Message,
		Tags: []string{"open day", "spring"}, List: *c.ListID, Number: w.number, MergeDefaults: map[string]string{"college": "Marlowe"},
		Wish: outreach.Wish{LaunchLater: true, LaunchDate: "2099-11-30", LaunchTime: "09:00"}}))
	w.must(desk.Repair(w.ctx, source, []outreach.Repair{{Field: "dean", Skip: true}}))
	answering := outreach.Answering{YesResponse: "See you", NoResponse: "Pity", NoEscalate: true}
	form := outreach.PolicyForm{Mode: outreach.BotMode, IDKType: outreach.IDKCustom, CustomResponse: "We will see.", HoldingText: "One moment.", Inboxes: w.officeInboxes()}
	w.must(desk.SaveAdvanced(w.ctx, source, outreach.Advanced{Policy: form, AutoArchiveDays: 30, Answering: answering}))
	w.launch(source)
	c = w.read(source)
	id, err := desk.Clone(w.ctx, source, "Again")
	w.must(err)
	got := w.read(id)
	want := c
	want.ID, want.Title, want.State, want.PolicyID, want.ClonedFrom = id, "Again", outreach.Draft, got.PolicyID, &source
	want.Wish, want.ScheduledFor, want.ScheduledBy = outreach.Wish{}, nil, 0
	want.CreatedAt, want.UpdatedAt = got.CreatedAt, got.UpdatedAt
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the clone differs from its source (-want +got):\n%s", diff)
	}
	if got.PolicyID == c.PolicyID {
		t.Error("the clone shares its policy with its source")
	}
	was, err := desk.CampaignPolicy(w.ctx, source)
	w.must(err)
	is, err := desk.CampaignPolicy(w.ctx, id)
	w.must(err)
	was.ID, is.ID = 0, 0
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("the policy of the clone differs:\n%s", diff)
	}
	if p, err := desk.Progress(w.ctx, id); err != nil || p != (outreach.Progress{}) {
		t.Errorf("the clone has figures: %+v, %v", p, err)
	}
}

func TestCL3_AProvisionedOrReleasedNumberIsNotTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	own := w.addNumber(outreach.NewNumber{Phone: "+12085560999", Kind: outreach.Provisioned, Office: w.office})
	source := w.draft("Open day", "Hi", askBot, "ada")
	c := w.read(source)
	w.must(desk.SaveGeneral(w.ctx, source, outreach.General{Title: c.Title, Office: w.office, Message: c.Message, List: *c.ListID, Number: own}))
	id, err := desk.Clone(w.ctx, source, "Again")
	w.must(err)
	if got := w.read(id); got.NumberID != nil || got.ListID == nil {
		t.Errorf("the clone has number %v and list %v, want no number and the list", got.NumberID, got.ListID)
	}
	kept := w.draft("Other", "Hi", askBot, "ada")
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `update phone_number set released_at = app_now() where org_id = @org and id = @number`, postgres.Args{"number": w.number})
		return err
	})
	if id, err = desk.Clone(w.ctx, kept, "Other again"); err != nil || w.read(id).NumberID != nil {
		t.Errorf("the clone has a released number: %v", err)
	}
}

func TestCL4_TheSameAudienceIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	source := w.draft("Open day", "Hi", askBot, "ada", "ben")
	w.ahead.Add(int64(time.Hour))
	w.launch(source)
	id, err := desk.Clone(w.ctx, source, "Again")
	w.must(err)
	r := w.review(id)
	asked := found(r, "audience")
	list := w.read(source).ListName
	if r.SameAudience == nil || asked.Verdict != outreach.Warn || !strings.Contains(asked.Title, "“Open day”") ||
		!strings.Contains(asked.Detail, "“"+list+"”, 2 people, not changed since") {
		t.Fatalf("asked: %+v", asked)
	}
	var invalid account.Invalid
	if err := desk.Launch(w.ctx, id, r.Fingerprint); !errors.As(err, &invalid) || invalid["same_audience"] == "" {
		t.Fatalf("launched without the confirmation: %v", err)
	}
	w.must(desk.ConfirmAudience(w.ctx, id, true))
	w.must(desk.ConfirmAudience(w.ctx, id, false))
	if r = w.review(id); r.SameAudience.Confirmed {
		t.Fatal("a confirmation taken back still holds")
	}
	w.must(desk.ConfirmAudience(w.ctx, id, true))
	w.must(desk.Launch(w.ctx, id, w.review(id).Fingerprint))
	if got := w.sent("ada"); len(got) != 2 {
		t.Errorf("ada got %q", got)
	}
	// A list that has been touched since is not the same audience, and nothing is asked.
	w.ahead.Add(int64(time.Hour))
	w.must(audience.NewDesk(w.db, w.manager).AddToList(w.ctx, *w.read(source).ListID, w.contact("cleo")))
	other, err := desk.Clone(w.ctx, source, "Third")
	w.must(err)
	if r := w.review(other); r.SameAudience != nil || found(r, "audience").Title != "" {
		t.Errorf("asked about a list that has changed: %+v", r.SameAudience)
	}
	w.launch(other)
}
