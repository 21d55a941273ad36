package dispatch_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/sms"
)

func accept(context.Context, postgres.OrgID, outreach.Inbound) error { return nil }

// stop does what the transaction of an inbound STOP does.
func stop(ctx context.Context, o *dispatchtest.Org, phone sms.Phone) error {
	return o.DB.Org(ctx, o.ID, func(tx *postgres.Tx) error {
		contact, err := postgres.Value[int64](ctx, tx, "select id from contact where org_id = @org and phone = @phone for update",
			postgres.Args{"phone": phone})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			with said as (
				insert into consent_event (org_id, phone, kind, source) values (@org, @phone, 'opt_out', 'keyword') returning id
			)
			insert into opt_out (org_id, phone, event_id) select @org, @phone, id from said`, postgres.Args{"phone": phone})
		if err != nil {
			return err
		}
		campaigns, err := postgres.Values[int64](ctx, tx, `
			update message
			set state = 'skipped', reason = 'opted_out'
			where org_id = @org and contact_id = @contact and state = 'queued'
			returning coalesce(campaign_id, 0)`, postgres.Args{"contact": contact})
		if err != nil {
			return err
		}
		tx.Publish(dispatch.TopicOptOut(phone))
		for _, c := range campaigns {
			if c == 0 {
				continue
			}
			if _, err := tx.Exec(ctx, "call move_counts(@org, array[@campaign::bigint], array['queued'], array['skipped'])",
				postgres.Args{"campaign": c}); err != nil {
				return err
			}
		}
		return nil
	})
}

// attempts is how many attempts there were to text a phone.
func attempts(o *dispatchtest.Org, phone sms.Phone) int {
	return dispatchtest.Value[int](o, `
		select count(*)
		from attempt a
		join message m on m.org_id = a.org_id and m.id = a.message_id
		join contact c on c.org_id = m.org_id and c.id = m.contact_id
		where a.org_id = @org and c.phone = @phone`, postgres.Args{"phone": phone})
}

// O1: a storm of STOPs into a launch. No claim follows a STOP that was committed, nothing hangs, and
// the counts are right.
func TestO1_StopStormIntoLaunch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{Latency: phonenet.UpTo(5e6)})
	o := w.NewOrg()
	_, to := o.Launch(900)
	stopping := to[:300]
	rand.Shuffle(len(stopping), func(i, j int) { stopping[i], stopping[j] = stopping[j], stopping[i] })
	w.Send(dispatch.Options{})
	w.SendBy(w.NewClient(), dispatch.Options{})

	var mu sync.Mutex
	before := map[sms.Phone]int{}
	work := make(chan sms.Phone)
	var stoppers sync.WaitGroup
	for range 4 {
		stoppers.Go(func() {
			for phone := range work {
				if err := stop(t.Context(), o, phone); err != nil {
					t.Error(err)
					continue
				}
				n := attempts(o, phone)
				mu.Lock()
				before[phone] = n
				mu.Unlock()
			}
		})
	}
	for _, phone := range stopping {
		work <- phone
	}
	close(work)
	stoppers.Wait()
	o.Await("the launch to end", func() bool { return !o.Busy() })
	skipped := 0
	for phone, n := range before {
		if after := attempts(o, phone); after != n {
			t.Errorf("%s was claimed %d times after its STOP", phone, after-n)
		}
		if n == 0 {
			skipped++
			if got := w.Network.Handset(string(phone)).Accepted(); got != 0 {
				t.Errorf("%s got %d texts after its STOP", phone, got)
			}
		}
	}
	if skipped == 0 || skipped == len(stopping) {
		t.Errorf("%d of %d STOPs came before the claim: the storm did not meet the launch", skipped, len(stopping))
	}
	w.CheckInvariants()
}

// The confirmation of an opt-out is the one text that follows it.
func TestOnlyTheConfirmationFollowsAnOptOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	o := w.NewOrg()
	phone := dispatchtest.NewPhone()
	asked := o.Queue(phone, "system", "stands for their text")
	o.Exec("update message set state = 'received', author = 'contact' where org_id = @org and id = @id", postgres.Args{"id": asked})
	if err := stop(t.Context(), o, phone); err != nil {
		t.Fatal(err)
	}
	o.Exec(`
		with said as (
			insert into consent_event (org_id, phone, kind, source, message_id) values (@org, @phone, 'opt_out', 'phrase', @asked)
			returning id
		)
		update opt_out set event_id = said.id from said where org_id = @org`, postgres.Args{"phone": phone, "asked": asked})
	confirmation := o.Queue(phone, "system", "You will get no more texts.")
	o.Exec("update message set in_reply_to = @asked where org_id = @org and id = @id",
		postgres.Args{"asked": asked, "id": confirmation})
	other := o.Queue(phone, "agent", "Are you sure?")
	w.Send(dispatch.Options{})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 1, dispatch.StateSkipped: 1})
	if got := o.Message(confirmation).State; got != dispatch.StateDelivered {
		t.Errorf("the confirmation is %s", got)
	}
	if got := o.Message(other).State; got != dispatch.StateSkipped {
		t.Errorf("the other text is %s", got)
	}
}

// S18: pause, resume and archive during a launch. Nothing is claimed after the commit of a pause,
// a resume sends each of the rest once, and an archived campaign sends nothing more.
func TestS18_PauseResumeArchive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{Latency: phonenet.Span{Min: 1e6, Max: 10e6}})
	o := w.NewOrg()
	paused, pausedTo := o.Launch(400)
	archived, _ := o.Launch(400)
	o.Launch(1200) // keeps the sender busy
	w.Send(dispatch.Options{})
	w.SendBy(w.NewClient(), dispatch.Options{})
	claims := func(campaign int64) int {
		return dispatchtest.Value[int](o, `
			select count(*)
			from attempt a
			join message m on m.org_id = a.org_id and m.id = a.message_id
			where a.org_id = @org and m.campaign_id = @campaign`, postgres.Args{"campaign": campaign})
	}
	accepted := 0
	progress := func(n int) { // of any campaign: the sender has gone on
		accepted += n
		w.AwaitEntry(accepted, func(e phonenet.Entry) bool { return e.Kind == phonenet.KindAccepted })
		accepted = max(accepted, len(w.Entries(phonenet.KindAccepted)))
	}
	set := func(campaign int64, sql string, topics ...string) {
		o.Org(func(tx *postgres.Tx) error {
			for _, topic := range topics {
				tx.Publish(topic)
			}
			_, err := tx.Exec(t.Context(), sql, postgres.Args{"id": campaign})
			return err
		})
	}
	for range 5 {
		progress(20)
		set(paused, "update campaign set paused = true where org_id = @org and id = @id", dispatch.TopicPause(paused))
		before := claims(paused)
		progress(50)
		if after := claims(paused); after != before {
			t.Errorf("%d claims after the pause", after-before)
		}
		set(paused, "update campaign set paused = false where org_id = @org and id = @id", dispatch.TopicQueue)
	}
	set(archived, "update campaign set state = 'archived', archived_at = app_now() where org_id = @org and id = @id",
		dispatch.TopicPause(archived), dispatch.TopicQueue)
	before := claims(archived)
	o.Await("the launches to end", func() bool { return !o.Busy() })
	if after := claims(archived); after != before {
		t.Errorf("%d claims after the archive", after-before)
	}
	for _, phone := range pausedTo {
		if n := w.Network.Handset(string(phone)).Accepted(); n != 1 {
			t.Errorf("%s got %d texts", phone, n)
		}
	}
	reasons := dispatchtest.Value[string](o, `
		select coalesce(string_agg(distinct reason, ','), '')
		from message
		where org_id = @org and campaign_id = @id and state = 'cancelled'`, postgres.Args{"id": archived})
	if reasons != string(dispatch.ReasonCampaignArchived) {
		t.Errorf("texts of the archived campaign were cancelled for %q", reasons)
	}
	w.CheckInvariants()
}

// D7: two senders, launches, STOPs and statuses at once leave no deadlock behind: every step succeeds,
// and what the senders had to say is in the log.
func TestNothingIsLoggedUnderLoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{CallbackDoubled: 0.3, CallbackReordered: 0.3})
	log := &lines{}
	var orgs []*dispatchtest.Org
	for range 3 {
		orgs = append(orgs, w.NewOrg())
	}
	w.Send(dispatch.Options{Log: log.logger()})
	w.SendBy(w.NewClient(), dispatch.Options{Log: log.logger()})
	var all sync.WaitGroup
	for _, o := range orgs {
		all.Go(func() {
			for range 3 {
				_, to := o.Launch(100)
				for _, phone := range to[:20] {
					if err := stop(t.Context(), o, phone); err != nil {
						t.Error(fmt.Errorf("stop: %w", err))
					}
				}
			}
		})
	}
	all.Wait()
	for _, o := range orgs {
		o.Await("the launches to end", func() bool { return !o.Busy() })
	}
	if err := w.Network.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if said := log.String(); said != "" {
		t.Errorf("the senders complained:\n%s", said)
	}
	w.CheckInvariants()
}
