package outreach_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

var askBot = outreach.PolicyForm{Mode: outreach.BotMode, IDKType: outreach.IDKAgent}

// TestLaunch_WhatTheReviewShowsIsWhatLaunches changes one thing after another behind an open review.
func TestLaunch_WhatTheReviewShowsIsWhatLaunches(t *testing.T) {
	t.Parallel()
	changes := map[string]struct {
		change func(w *world, id outreach.CampaignID, g outreach.General)
		what   string
	}{
		"message": {func(w *world, id outreach.CampaignID, g outreach.General) {
			g.Message = "Hi {{first_name}}, coming on Sunday?"
			w.must(w.desk(w.manager).SaveGeneral(w.ctx, id, g))
		}, "Message"},
		"list grows": {func(w *world, id outreach.CampaignID, g outreach.General) {
			c := w.contact("cleo")
			w.must(audience.NewDesk(w.db, w.manager).AddToList(w.ctx, g.List, c))
		}, "Contact list"},
		"policy": {func(w *world, id outreach.CampaignID, _ outreach.General) {
			form := outreach.PolicyForm{Mode: outreach.AgentMode, IDKType: outreach.IDKAgent, Inboxes: w.officeInboxes()}
			w.must(w.desk(w.manager).SaveAdvanced(w.ctx, id, outreach.Advanced{Policy: form, AutoArchiveDays: 7}))
		}, "Replies"},
	}
	for name, c := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.draft("Open day", "Hi {{first_name}}, coming on Saturday?", askBot, "ada", "ben")
			review, err := w.desk(w.manager).Review(w.ctx, id)
			w.must(err)
			c.change(w, id, outreach.General{Title: "Open day", Office: w.office, Message: review.Campaign.Message, List: *review.Campaign.ListID, Number: w.number})
			err = w.desk(w.manager).Launch(w.ctx, id, review.Fingerprint)
			var stale *outreach.StaleError
			if !errors.As(err, &stale) || len(stale.Changes) != 1 || stale.Changes[0].What != c.what {
				t.Fatalf("launch from a stale review: %v, want a refusal that names %q", err, c.what)
			}
			if got := w.sent("ada"); len(got) > 0 {
				t.Errorf("a refused launch texted %q", got)
			}
			w.launch(id)
			if got := w.sent("ada"); len(got) != 1 {
				t.Errorf("ada got %q", got)
			}
		})
	}
}

// TestS15_FiftyLaunchesAreOne presses the button fifty times at once.
func TestS15_FiftyLaunchesAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft("Open day", "Hi {{first_name}}", askBot, "ada", "ben")
	review, err := w.desk(w.manager).Review(w.ctx, id)
	w.must(err)
	launched := w.atOnce(50, func(int) error { return w.desk(w.manager).Launch(w.ctx, id, review.Fingerprint) })
	if launched != 1 {
		t.Errorf("%d launches succeeded, want 1", launched)
	}
	if got := append(w.sent("ada"), w.sent("ben")...); len(got) != 2 {
		t.Errorf("got %q, want one text each", got)
	}
	if n := w.audits("launch", "campaign", int64(id)); n != 1 {
		t.Errorf("%d audit rows, want 1", n)
	}
}

// TestS15_FiftyRepliesWithOneFormAreOne sends a form fifty times at once.
func TestS15_FiftyRepliesWithOneFormAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.text("ada", "is anybody there")
	v := w.conversation("ada")
	reply := outreach.Reply{Body: "Yes.", Key: "0123456789abcdef0123456789abcdef"}
	if sent := w.atOnce(50, func(int) error { return w.desk(w.agent).Reply(w.ctx, v.ID, reply) }); sent != 50 {
		t.Errorf("%d of 50 were taken; the same form again is no error", sent)
	}
	if got := w.sent("ada"); len(got) != 1 {
		t.Errorf("ada got %d texts, want 1", len(got))
	}
}

// TestLaunch_GoesOnWhereItStopped writes a list that is larger than a slice, and writes no text twice
// when the job is worked again.
func TestLaunch_GoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const people = 5003
	id := w.draft("Open day", "Hi {{first_name}}", askBot, "ada")
	w.crowd(id, people)
	w.launch(id)
	progress, err := w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if progress.Launched() != 5000 {
		t.Fatalf("the launch wrote %d texts at once, want a slice of 5000", progress.Launched())
	}
	for range 2 {
		w.must(outreach.Materialise(w.ctx, w.db, w.org.ID, id))
	}
	progress, err = w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if progress.Launched() != people+1 {
		t.Errorf("%d texts in all, want %d", progress.Launched(), people+1)
	}
}

// TestAG1_AnArchivedLaunchWritesNoMore archives a launch between two of its slices.
func TestAG1_AnArchivedLaunchWritesNoMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft("Open day", "Hi {{first_name}}", askBot, "ada")
	w.crowd(id, 5003)
	w.launch(id)
	w.must(w.desk(w.manager).Archive(w.ctx, id, false))
	w.must(outreach.Materialise(w.ctx, w.db, w.org.ID, id))
	progress, err := w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if progress.Launched() != 5000 || progress.Cancelled != 5000 {
		t.Errorf("%d texts, %d of them cancelled; want the 5000 of the first slice, all cancelled", progress.Launched(), progress.Cancelled)
	}
}

// crowd puts that many strangers on the list of a draft.
func (w *world) crowd(id outreach.CampaignID, people int) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `
			with made as (
				insert into contact (org_id, phone, first_name)
				select @org, '+1458' || 5550000 + n, 'Person ' || n from generate_series(1, @people) n
				returning id
			), joined as (
				insert into contact_list_member (org_id, list_id, contact_id)
				select @org, c.list_id, made.id from made, campaign c where c.org_id = @org and c.id = @campaign
			)
			update contact_list l set contacts = contacts + @people
			from campaign c where l.org_id = @org and c.org_id = @org and c.id = @campaign and l.id = c.list_id`,
			postgres.Args{"people": people, "campaign": id})
		return err
	})
}

// TestCV15_TheSecondAgentSeesTheFirstsAnswer refuses an answer that was written beside another.
func TestCV15_TheSecondAgentSeesTheFirstsAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ben := w.org.User(t, "Ben", account.Agent, w.office)
	w.text("ada", "is anybody there")
	v := w.conversation("ada")
	page, err := w.desk(ben).Transcript(w.ctx, v.ID, 0)
	w.must(err)
	seen := page.Texts[len(page.Texts)-1].ID
	w.must(w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "Yes.", Seen: seen}))
	err = w.desk(ben).Reply(w.ctx, v.ID, outreach.Reply{Body: "Yes, here.", Seen: seen})
	if err == nil || !strings.Contains(err.Error(), "Ann has just answered") {
		t.Errorf("the second answer: %v, want a refusal that names Ann", err)
	}
	w.text("ada", "thanks, and where")
	page, err = w.desk(ben).Transcript(w.ctx, v.ID, 0)
	w.must(err)
	w.must(w.desk(ben).Reply(w.ctx, v.ID, outreach.Reply{Body: "Harlan Hall.", Seen: page.Texts[len(page.Texts)-1].ID}))
}

// atOnce runs fn n times at once and returns how often it succeeded.
func (w *world) atOnce(n int, fn func(i int) error) int {
	w.t.Helper()
	var wait sync.WaitGroup
	results := make(chan error, n)
	for i := range n {
		wait.Go(func() { results <- fn(i) })
	}
	wait.Wait()
	close(results)
	succeeded := 0
	for err := range results {
		var conflict account.Conflict
		switch {
		case err == nil:
			succeeded++
		case !errors.As(err, &conflict):
			w.t.Errorf("refused with %v, want a conflict", err)
		}
	}
	return succeeded
}

func (w *world) audits(verb, subject string, id int64) (n int) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](w.ctx, tx, `
			select count(*) from audit where org_id = @org and verb = @verb and subject = @subject and subject_id = @id`,
			postgres.Args{"verb": verb, "subject": subject, "id": id})
		return err
	})
	return n
}

func (w *world) contact(name string) (id audience.ContactID) {
	w.t.Helper()
	phone := w.person(name)
	w.in(func(tx *postgres.Tx) error {
		c, err := audience.Find(w.ctx, tx, phone)
		id = c.ID
		return err
	})
	return id
}
