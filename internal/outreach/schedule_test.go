package outreach_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// scheduled is a campaign that is to launch in so long a time. The organization's zone is that of
// accounttest: its wall times are those of the wish.
func (w *world) scheduled(title string, in time.Duration, names ...string) outreach.CampaignID {
	w.t.Helper()
	id := w.draft(title, "Hi {{first_name}}", askBot, names...)
	w.wish(id, in)
	w.launch(id)
	return id
}

func (w *world) wish(id outreach.CampaignID, in time.Duration) {
	w.t.Helper()
	c := w.read(id)
	w.must(w.desk(w.manager).SaveGeneral(w.ctx, id, outreach.General{Title: c.Title, Office: w.office, Message: c.Message,
		List: *c.ListID, Number: *c.NumberID, Wish: w.later(in)}))
}

// later is the wish for a time, cut to the minute as people type it.
func (w *world) later(in time.Duration) outreach.Wish {
	at := w.now().Add(in).In(w.zone())
	return outreach.Wish{LaunchLater: true, LaunchDate: at.Format(time.DateOnly), LaunchTime: at.Format("15:04")}
}

func (w *world) zone() *time.Location {
	w.t.Helper()
	zone, err := time.LoadLocation(w.manager.OrgZone)
	w.must(err)
	return zone
}

func (w *world) now() (now time.Time) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) (err error) {
		now, err = postgres.Value[time.Time](w.ctx, tx, `select app_now()`, nil)
		return err
	})
	return now
}

func (w *world) attend(id outreach.CampaignID) time.Duration {
	w.t.Helper()
	wait, err := outreach.Attend(w.ctx, w.db, w.org.ID, id)
	w.must(err)
	return wait
}

func TestSchedule_LaunchesAtItsTimeInTheNameOfWhoScheduledIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.scheduled("Open day", 3*time.Hour, "ada", "ben")
	c := w.read(id)
	if c.State != outreach.Scheduled || c.ScheduledFor == nil || w.audits("schedule", "campaign", int64(id)) != 1 {
		t.Fatalf("%s for %v", c.State, c.ScheduledFor)
	}
	if wait := w.attend(id); wait < 2*time.Hour || wait > 3*time.Hour || len(w.sent("ada")) > 0 {
		t.Fatalf("the job sleeps %v", wait)
	}
	w.ahead.Add(int64(3 * time.Hour))
	w.attend(id)
	w.attend(id)
	if got := append(w.sent("ada"), w.sent("ben")...); len(got) != 2 {
		t.Errorf("got %q, want one text each", got)
	}
	c = w.read(id)
	if c.State != outreach.Sending || c.LaunchedBy != w.manager.Name || w.audits("launch", "campaign", int64(id)) != 1 {
		t.Errorf("%s, launched by %q", c.State, c.LaunchedBy)
	}
}

// TestSchedule_TheQueueLaunches works the job with the real queue. Its clock is the machine's, so the
// campaign's lies behind it: the time has come as soon as it is scheduled.
func TestSchedule_TheQueueLaunches(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.scheduled("Open day", 2*time.Minute, "ada")
	w.ahead.Add(int64(3 * time.Minute))
	workers := river.NewWorkers()
	outreach.AddWorkers(workers, w.db)
	queue, err := w.db.NewQueue(workers, nil, slog.New(slog.DiscardHandler))
	w.must(err)
	done, stop := queue.Subscribe(river.EventKindJobCompleted, river.EventKindJobSnoozed, river.EventKindJobFailed)
	defer stop()
	w.must(queue.Start(w.ctx))
	t.Cleanup(func() { w.must(queue.Stop(w.ctx)) })
	for event := range done {
		if event.Kind == river.EventKindJobFailed && strings.HasPrefix(event.Job.Kind, "campaign_") {
			t.Fatal(event.Job.Errors)
		}
		if event.Job.Kind == "campaign_attend" && w.read(id).State == outreach.Sending {
			break
		}
	}
	if got := w.sent("ada"); len(got) != 1 {
		t.Errorf("ada got %q", got)
	}
}

func TestSchedule_WhatWasReviewedLaunchesOrNothing(t *testing.T) {
	t.Parallel()
	changes := map[string]struct {
		change func(w *world, id outreach.CampaignID)
		why    string
	}{
		"the list grows": {func(w *world, id outreach.CampaignID) {
			w.must(audience.NewDesk(w.db, w.manager).AddToList(w.ctx, *w.read(id).ListID, w.contact("cleo")))
		}, "Contact list was “List"},
		"the number is gone": {func(w *world, id outreach.CampaignID) {
			w.in(func(tx *postgres.Tx) error {
				_, err := tx.Exec(w.ctx, `update phone_number set released_at = app_now() where org_id = @org`, nil)
				return err
			})
		}, "The number is gone."},
		"everybody opts out": {func(w *world, id outreach.CampaignID) {
			w.text("ada", "STOP")
			w.text("ben", "STOP")
		}, "Nobody on this list may be texted."},
		"the program was away": {func(w *world, id outreach.CampaignID) { w.ahead.Add(int64(7 * time.Hour)) }, "7 hours late"},
	}
	for name, c := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.scheduled("Open day", time.Hour, "ada", "ben")
			c.change(w, id)
			w.ahead.Add(int64(time.Hour))
			w.attend(id)
			w.attend(id)
			if got := append(w.sent("ada"), w.sent("ben")...); len(got) > 0 {
				t.Errorf("texted %q", got)
			}
			if state := w.read(id).State; state != outreach.Draft || w.audits("hold back", "campaign", int64(id)) != 1 {
				t.Errorf("it is %s", state)
			}
			told, err := w.desk(w.manager).Notices(w.ctx)
			w.must(err)
			if len(told) != 1 || told[0].Kind != outreach.NotLaunched || told[0].Title != "Open day" || !strings.Contains(told[0].Detail, c.why) {
				t.Fatalf("told %+v, want %q", told, c.why)
			}
			if err := w.desk(w.agent).SeeNotice(w.ctx, told[0].ID); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("somebody else takes the notice away: %v", err)
			}
			w.must(w.desk(w.manager).SeeNotice(w.ctx, told[0].ID))
			if told, _ = w.desk(w.manager).Notices(w.ctx); len(told) > 0 {
				t.Error("a notice that was seen is shown again")
			}
		})
	}
}

func TestSchedule_MovedAndTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	id := w.scheduled("Open day", time.Hour, "ada")
	if err := desk.SaveGeneral(w.ctx, id, outreach.General{Title: "Other", Office: w.office}); !errors.As(err, new(account.Conflict)) {
		t.Errorf("a scheduled campaign was edited: %v", err)
	}
	if err := desk.Reschedule(w.ctx, id, w.later(-time.Hour)); !errors.As(err, new(account.Invalid)) {
		t.Errorf("moved into the past: %v", err)
	}
	w.must(desk.Reschedule(w.ctx, id, w.later(5*time.Hour)))
	w.ahead.Add(int64(time.Hour))
	if wait := w.attend(id); wait < 3*time.Hour || len(w.sent("ada")) > 0 {
		t.Fatalf("the job of the old time sleeps %v", wait)
	}
	w.ahead.Add(int64(4 * time.Hour))
	w.attend(id)
	if got := w.sent("ada"); len(got) != 1 {
		t.Fatalf("ada got %q at the new time", got)
	}
	back := w.scheduled("Other day", time.Hour, "ada")
	w.must(desk.Unschedule(w.ctx, back))
	w.ahead.Add(int64(2 * time.Hour))
	if wait := w.attend(back); wait != 0 || w.read(back).State != outreach.Draft || len(w.sent("ada")) > 0 {
		t.Errorf("taken back, and yet %s", w.read(back).State)
	}
	if err := desk.Unschedule(w.ctx, back); !errors.As(err, new(account.Conflict)) {
		t.Errorf("taken back twice: %v", err)
	}
	if w.audits("reschedule", "campaign", int64(id)) != 1 || w.audits("unschedule", "campaign", int64(back)) != 1 {
		t.Error("no audit rows")
	}
	// Its time has passed: it must be chosen anew.
	if f := found(w.review(back), "launch"); f.Verdict != outreach.Block {
		t.Errorf("a launch in the past: %+v", f)
	}
}

func TestAG3_ArchivedWhileScheduledSendsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.scheduled("Open day", time.Hour, "ada")
	w.must(w.desk(w.manager).Archive(w.ctx, id, false))
	w.ahead.Add(int64(2 * time.Hour))
	if wait := w.attend(id); wait != 0 || len(w.sent("ada")) > 0 || w.read(id).State != outreach.Archived {
		t.Errorf("%s after its time", w.read(id).State)
	}
	if n := w.audits("archive", "campaign", int64(id)); n != 1 {
		t.Errorf("%d audit rows", n)
	}
}

func TestAG7_ArchivesItselfOnTheSamePathWithAWarningTheDayBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	policy := outreach.PolicyForm{Mode: outreach.AgentMode, IDKType: outreach.IDKAgent}
	id := w.draft("Open day", "Hi {{first_name}}", policy, "ada", "ben")
	w.launch(id)
	w.sent("ada")
	end := w.read(id).ArchivesAt(w.zone())
	if wait := w.attend(id); wait > 6*24*time.Hour || wait < 6*24*time.Hour-2*time.Hour {
		t.Errorf("the job sleeps %v until the day before", wait)
	}
	w.ahead.Add(int64(end.Sub(w.now()) - 24*time.Hour + time.Minute))
	if wait := w.attend(id); wait != time.Hour || w.told() != 0 {
		t.Errorf("nobody waits, and it sleeps %v, told %d", wait, w.told())
	}
	w.text("ada", "hello?")
	since := *w.conversation("ada").WaitingSince
	w.attend(id)
	w.attend(id)
	if w.told() != 1 || w.audits("warn", "campaign", int64(id)) != 1 {
		t.Errorf("told %d times while ada waits", w.told())
	}
	w.ahead.Add(int64(24 * time.Hour))
	if wait := w.attend(id); wait != 0 {
		t.Errorf("the job sleeps %v", wait)
	}
	w.attend(id)
	v := w.conversation("ada")
	if c := w.read(id); c.State != outreach.Archived || !v.Waiting() || !v.WaitingSince.Equal(since) {
		t.Errorf("%s, and ada waits: %v", c.State, v.Waiting())
	}
	if by := w.actors("archive", int64(id)); len(by) != 1 || by[0] != "system" {
		t.Errorf("archived by %q", by)
	}
}

func TestAG7_MoreDaysMoveTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft("Open day", "Hi {{first_name}}", askBot, "ada")
	w.launch(id)
	form := askBot
	form.Inboxes = w.officeInboxes()
	w.must(w.desk(w.manager).SaveAdvanced(w.ctx, id, outreach.Advanced{Policy: form, AutoArchiveDays: 30}))
	w.ahead.Add(int64(8 * 24 * time.Hour))
	if wait := w.attend(id); wait < 20*24*time.Hour || w.read(id).State == outreach.Archived {
		t.Errorf("it sleeps %v", wait)
	}
	w.must(w.desk(w.manager).SaveAdvanced(w.ctx, id, outreach.Advanced{Policy: form, AutoArchiveDays: 8}))
	if w.attend(id); w.read(id).State != outreach.Archived {
		t.Error("not archived after eight days")
	}
}

// told is how many notices the manager has.
func (w *world) told() int {
	w.t.Helper()
	told, err := w.desk(w.manager).Notices(w.ctx)
	w.must(err)
	return len(told)
}

func (w *world) actors(verb string, campaign int64) (actors []string) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) (err error) {
		actors, err = postgres.Values[string](w.ctx, tx, `
			select actor from audit where org_id = @org and verb = @verb and subject = 'campaign' and subject_id = @id`,
			postgres.Args{"verb": verb, "id": campaign})
		return err
	})
	return actors
}
