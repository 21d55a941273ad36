package dispatch_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// S19: quiet hours begin in a launch over six zones, and end the next day, over both changes of the
// clock. Nothing leaves outside the hours of its recipient, and everything leaves.
func TestS19_QuietHoursOverSixZones(t *testing.T) {
	t.Parallel()
	zones := []string{
		"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "Pacific/Honolulu",
	}
	for _, start := range []string{"2026-03-07T23:30:00Z", "2026-10-31T23:30:00Z"} {
		t.Run(start, func(t *testing.T) {
			t.Parallel()
			begin, err := time.Parse(time.RFC3339, start)
			if err != nil {
				t.Fatal(err)
			}
			var clock atomic.Int64
			now := func() time.Time { return time.Unix(clock.Load(), 0) }
			clock.Store(begin.Unix())
			db := pgtest.Own(t, postgres.WithMaxConns(16), postgres.WithClock(now)).DB()
			w := dispatchtest.New(t, db, phonenet.Faults{})
			o := w.NewOrg()
			o.Exec("update organization set quiet_until = '09:00', quiet_from = '20:00' where org_id = @org", nil)
			o.Exec("update phone_number set segments_per_second = 0.02 where org_id = @org", nil) // one for each step of the clock
			_, to := o.Launch(120)
			zoneOf := map[string]*time.Location{}
			for i, phone := range to {
				zone := zones[i%len(zones)]
				if zoneOf[string(phone)], err = time.LoadLocation(zone); err != nil {
					t.Fatal(err)
				}
				o.Exec(`
					update message
					set zone = @zone
					where org_id = @org and contact_id = (select id from contact where org_id = @org and phone = @phone)`,
					postgres.Args{"zone": zone, "phone": phone})
			}
			w.Send(dispatch.Options{PollEvery: 20 * time.Millisecond})
			for seen := uint64(0); o.Busy(); clock.Add(int64((10 * time.Minute).Seconds())) {
				o.Await("all that may go now to be gone", func() bool { return idle(o) })
				for _, e := range w.Network.Entries(seen, 0) {
					seen = e.Seq
					if e.Kind != phonenet.KindAccepted {
						continue
					}
					there := now().In(zoneOf[e.To])
					if h := there.Hour(); h < 9 || h >= 20 {
						t.Errorf("a text left when it was %s there", there.Format("Mon 15:04 MST"))
					}
					if latest := time.Date(there.Year(), there.Month(), there.Day(), 20, 0, 0, 0, there.Location()); there.Add(time.Duration(e.Validity) * time.Second).After(latest) {
						t.Errorf("a text that left at %s may arrive for %d s", there.Format("15:04"), e.Validity)
					}
				}
				if now().Sub(begin) > 48*time.Hour {
					t.Fatalf("two days were not enough: %v", o.States())
				}
			}
			for _, phone := range to {
				if n := w.Network.Handset(string(phone)).Accepted(); n != 1 {
					t.Errorf("%s got %d texts", phone, n)
				}
			}
		})
	}
}

// idle says whether nothing may go at the present time: it is not due, or its number rests.
func idle(o *dispatchtest.Org) bool {
	return dispatchtest.Value[bool](o, `
		select not exists (select from message where org_id = @org and state = 'inflight')
			and (not exists (
				select
				from message
				where org_id = @org and state = 'queued' and due_at <= app_now())
			or exists (
				select
				from phone_number
				where org_id = @org and paced_until >= app_now() + interval '500 milliseconds'))`, nil)
}

// A number's texts leave no faster than it may send, whatever waits, and however many send.
func TestPace(t *testing.T) {
	t.Parallel()
	const texts, speed = 30, 20.0
	w := newWorld(t, phonenet.Faults{})
	o := w.NewOrg()
	o.Exec("update phone_number set segments_per_second = @speed where org_id = @org", postgres.Args{"speed": speed})
	o.Launch(texts)
	w.Send(dispatch.Options{})
	w.SendBy(w.NewClient(), dispatch.Options{})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: texts})
	took := dispatchtest.Value[float64](o, `
		select extract(epoch from max(started_at) - min(started_at))::float8
		from attempt
		where org_id = @org`, nil)
	// The first half second's worth leaves at once.
	if least := (texts - 1 - speed/2 - 1) / speed; took < least {
		t.Errorf("%d texts at %v a second took %.2f s, want at least %.2f s", texts, speed, took, least)
	}
	w.CheckInvariants()
}

// Texts to phones on hold, in campaigns that ended or have not begun, and of organizations without an
// account do not leave, and do not keep others from it.
func TestWhatDoesNotLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	o, lonely := w.NewOrg(), w.NewOrg()
	lonely.Exec("delete from carrier_account where org_id = @org", nil)
	lonely.Launch(3)
	held := dispatchtest.NewPhone()
	onHold := o.Queue(held, "agent", "Hi")
	o.Exec(`
		with said as (
			insert into consent_event (org_id, phone, kind, source) values (@org, @phone, 'hold', 'phrase') returning id
		)
		insert into opt_out (org_id, phone, held, event_id) select @org, @phone, true, id from said`, postgres.Args{"phone": held})
	future := o.Queue(dispatchtest.NewPhone(), "agent", "Later")
	o.Exec("update message set due_at = app_now() + interval '1 day' where org_id = @org and id = @id", postgres.Args{"id": future})
	released := o.NewNumber(dispatchtest.NewPhone(), 100)
	gone := o.Queue(dispatchtest.NewPhone(), "agent", "From nowhere")
	o.Exec("update message set number_id = @number where org_id = @org and id = @id", postgres.Args{"number": released, "id": gone})
	o.Exec("update phone_number set released_at = app_now() where org_id = @org and id = @id", postgres.Args{"id": released})
	w.Send(dispatch.Options{PollEvery: 50 * time.Millisecond})
	o.Launch(20)
	o.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 20, dispatch.StateSkipped: 1, dispatch.StateQueued: 2})
	if m := o.Message(onHold); m.Reason != dispatch.ReasonHeld {
		t.Errorf("the text to a phone on hold is %s for %q", m.State, m.Reason)
	}
	if got := fmt.Sprint(lonely.States()); got != fmt.Sprint(map[dispatch.State]int{dispatch.StateQueued: 3}) {
		t.Errorf("without an account texts are %s", got)
	}
	w.CheckInvariants()
}

// Two texts that look alike, of which the carrier has one: there is no telling which, so neither is
// bound, and neither is sent again.
func TestAlikeTextsAreNotGuessed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{CutAfterAccept: 1, CallbackDropped: 1})
	o := w.NewOrg()
	phone := dispatchtest.NewPhone()
	o.Queue(phone, "agent", "Hi")
	sender := w.Send(dispatch.Options{})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateUnknown: 1})
	if err := w.Network.SetFaults(phonenet.Faults{CutBeforeAccept: 1, CallbackDropped: 1}); err != nil {
		t.Fatal(err)
	}
	o.Queue(phone, "agent", "Hi")
	o.AwaitStates(map[dispatch.State]int{dispatch.StateUnknown: 2})
	sender.Stop()
	if err := w.Network.SetFaults(phonenet.Faults{}); err != nil {
		t.Fatal(err)
	}
	o.Exec("update message set due_at = app_now() where org_id = @org and state = 'unknown'", nil)
	w.Send(dispatch.Options{PollEvery: 20 * time.Millisecond, CheckAfter: []time.Duration{time.Millisecond, 2 * time.Millisecond}})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateUnresolved: 2})
	if n := w.Network.Handset(string(phone)).Accepted(); n != 1 {
		t.Errorf("the phone got %d texts", n)
	}
	w.CheckInvariants()
}
