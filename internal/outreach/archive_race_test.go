package outreach_test

import (
	"fmt"
	"sync"
	"testing"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// rival is a world's organization reached over many connections, for what happens at once.
type rival struct {
	*routed
	many   *postgres.DB
	intake *outreach.Intake
	names  []string
}

func newRival(t *testing.T, people int) *rival {
	w := &rival{routed: newRouted(t), many: pgtest.Open(t, postgres.WithMaxConns(16))}
	w.intake = outreach.NewIntake(w.many, w.library)
	w.teach()
	for i := range people {
		w.names = append(w.names, fmt.Sprintf("p%d", i))
		w.person(w.names[i])
	}
	return w
}

// texts are texts that arrive at once, each from somebody else.
func (w *rival) texts(body string) (acts []func() error) {
	for _, name := range w.names {
		w.sids++
		in := outreach.Inbound{SID: fmt.Sprintf("SM%032x", w.sids), From: w.people[name], To: w.phone, Body: body}
		acts = append(acts, func() error { return w.intake.Receive(w.ctx, w.org.ID, in) })
	}
	return acts
}

func (w *rival) archives(id outreach.CampaignID, times int) (acts []func() error) {
	for range times {
		acts = append(acts, func() error { return outreach.NewDesk(w.many, w.manager).Archive(w.ctx, id, true) })
	}
	return acts
}

// atOnce runs all acts at the same time and fails on any error.
func (w *rival) atOnce(acts ...func() error) {
	w.t.Helper()
	start := make(chan struct{})
	errs := make(chan error, len(acts))
	var group sync.WaitGroup
	for _, act := range acts {
		group.Go(func() { <-start; errs <- act() })
	}
	close(start)
	group.Wait()
	close(errs)
	for err := range errs {
		w.must(err)
	}
}

// answers counts the bot's answers to somebody.
func (w *rival) answers(name string) (n int) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](w.ctx, tx, `
			select count(*) from message m join contact c on c.org_id = @org and c.id = m.contact_id
			where m.org_id = @org and c.phone = @phone and m.author = 'bot'`, postgres.Args{"phone": w.people[name]})
		return err
	})
	return n
}

// interleave mixes acts so that the second kind comes in the midst of the first.
func interleave(first, second []func() error) []func() error {
	half := len(first) / 2
	mixed := append([]func() error{}, first[:half]...)
	mixed = append(mixed, second...)
	return append(mixed, first[half:]...)
}

// What the bot decided before the archive is sent; after it the number's settings hold, which here ask
// agents. Nobody gets both, or neither.
func TestAR18_BotReplyRacingWithArchive(t *testing.T) {
	w := newRival(t, 40)
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Aid")))
	id := w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), w.names...)
	w.atOnce(interleave(w.texts(known), w.archives(id, 1))...)
	before, after := 0, 0
	for _, name := range w.names {
		answers, v := w.answers(name), w.conversation(name)
		switch {
		case answers == 1 && !v.Waiting() && v.CampaignID != nil:
			before++
			w.wantSent(name, lotC)
		case answers == 0 && v.Waiting() && v.CampaignID == nil:
			after++
		default:
			t.Errorf("%s got %d answers, waits: %v, in campaign %v", name, answers, v.Waiting(), v.CampaignID)
		}
	}
	t.Logf("%d decided before the archive, %d after", before, after)
	w.promises()
}

// Texts arrive while their campaign is archived: each is in its place and nobody is stranded.
func TestL1_ArchiveRacesWithInbound(t *testing.T) {
	w := newRival(t, 30)
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Aid")))
	form := settings(outreach.AgentMode, w.officeInbox("Registrar"))
	older, newer := w.run("Open day", form, w.names...), w.run("Second day", form, w.names...)
	for range 3 {
		w.atOnce(interleave(w.texts(unknown), w.archives(newer, 3))...)
		w.atOnce(interleave(w.texts(unknown), w.archives(older, 3))...)
	}
	for _, name := range w.names {
		w.wantSees(name, map[*account.Actor]string{&w.agent: "", &w.ben: "Aid"})
		transcript, err := w.desk(w.ben).Transcript(w.ctx, w.conversation(name).ID, 0)
		w.must(err)
		if n := len(transcript.Texts); n != 8 {
			t.Errorf("%s has %d texts, want the two of the campaigns and 6 of theirs", name, n)
		}
	}
	for _, id := range []outreach.CampaignID{older, newer} {
		if n := w.audited("archive", "campaign", int64(id)); n != 1 {
			t.Errorf("campaign %d has %d audit rows of its archive", id, n)
		}
	}
	w.promises()
}

// A text that waits while the campaign that texted last is archived belongs to the other one (AR15).
func TestL1_TheOtherCampaignOnceTheArchiveIsOver(t *testing.T) {
	w := newRival(t, 1)
	form := settings(outreach.AgentMode, w.officeInbox("Registrar"))
	older, newer := w.run("Open day", form, w.names...), w.run("Second day", form, w.names...)
	received := make(chan error, 1)
	w.must(w.many.Org(w.ctx, w.org.ID, func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `update campaign set state = 'archived', archived_at = app_now() where org_id = @org and id = @id`,
			postgres.Args{"id": newer})
		if err != nil {
			return err
		}
		go func() { received <- w.texts(unknown)[0]() }()
		for waits := false; !waits && err == nil && len(received) == 0; {
			waits, err = postgres.Value[bool](w.ctx, tx, `
				select exists (select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid)))`, nil)
		}
		return err
	}))
	w.must(<-received)
	switch v := w.conversation(w.names[0]); {
	case v.CampaignID == nil:
		t.Errorf("the text is unsolicited, want it in campaign %d", older)
	case *v.CampaignID != older:
		t.Errorf("the text belongs to campaign %d, want %d", *v.CampaignID, older)
	}
}

// The carrier repeats what it has not seen answered: at once, from several sides, or much later.
func TestIntake_TheSameTextAgainChangesNothing(t *testing.T) {
	w := newRival(t, 1)
	w.unsolicited(settings(outreach.BotMode, w.officeInbox("Aid")))
	id := w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), w.names...)
	question := w.texts(known)[0]
	w.atOnce(question, question, question, question)
	stop := w.texts("STOP")[0]
	w.atOnce(stop, stop, stop, stop)
	w.archive(id)
	w.atOnce(question, stop)
	if n := w.answers(w.names[0]); n != 1 {
		t.Errorf("the bot answered %d times", n)
	}
	w.in(func(tx *postgres.Tx) error {
		type stored struct{ Texts, Events, Replied, OptedOut int }
		got, err := postgres.Row[stored](w.ctx, tx, `
			select (select count(*) from message where org_id = @org and author = 'contact') as texts,
				(select count(*) from consent_event where org_id = @org) as events, sum(replied) as replied, sum(opted_out) as opted_out
			from campaign_count
			where org_id = @org and campaign_id = @campaign`, postgres.Args{"campaign": id})
		if want := (stored{Texts: 2, Events: 1, Replied: 1, OptedOut: 1}); err == nil && got != want {
			t.Errorf("stored %+v, want %+v", got, want)
		}
		return err
	})
	w.promises()
}

// Replies, clearings, texts and several archives at once: every reply goes out once, nobody is
// stranded, and it is archived once.
func TestL2_ArchiveRacesWithReplyAndSecondArchive(t *testing.T) {
	w := newRival(t, 30)
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Registrar")))
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), w.names...)
	for _, receive := range w.texts(unknown) {
		w.must(receive())
	}
	desk := outreach.NewDesk(w.many, w.agent)
	var acts []func() error
	for i, name := range w.names {
		v := w.conversation(name).ID
		if i%3 == 0 {
			acts = append(acts, func() error { return desk.Clear(w.ctx, v) })
		} else {
			acts = append(acts, func() error { return desk.Reply(w.ctx, v, outreach.Reply{Body: "Yes."}) })
		}
	}
	w.atOnce(interleave(append(acts, w.texts("and lamas?")...), w.archives(id, 5))...)
	for i, name := range w.names {
		if i%3 != 0 {
			w.wantSent(name, "Yes.")
		}
	}
	if n := w.audited("archive", "campaign", int64(id)); n != 1 {
		t.Errorf("%d audit rows of the archive", n)
	}
	w.promises()
}
