package dispatch_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// clock is the database's time, which a test moves on.
type clock struct{ ahead atomic.Int64 }

func (c *clock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

// newClockedWorld is a world on a database of the test's own, whose time stands until the test moves it.
func newClockedWorld(t *testing.T, faults phonenet.Faults) (*dispatchtest.World, *clock) {
	t.Helper()
	c, start := &clock{}, time.Now()
	now := func() time.Time { return start.Add(time.Duration(c.ahead.Load())) }
	db := pgtest.Own(t, postgres.WithMaxConns(16), postgres.WithClock(now)).DB()
	return dispatchtest.New(t, db, faults), c
}

// asked is a carrier that remembers what it was asked for. answer, if set, stands in for its answers.
type asked struct {
	dispatch.Carrier
	answer func(sid string) (dispatch.Listed, error)

	mu   sync.Mutex
	sids map[string]int
}

func (a *asked) Fetch(ctx context.Context, org postgres.OrgID, sid string) (dispatch.Listed, error) {
	a.mu.Lock()
	if a.sids == nil {
		a.sids = map[string]int{}
	}
	a.sids[sid]++
	a.mu.Unlock()
	if a.answer != nil {
		return a.answer(sid)
	}
	return a.Carrier.Fetch(ctx, org, sid)
}

func (a *asked) times(sid string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sids[sid]
}

func (a *asked) total() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, times := range a.sids {
		n += times
	}
	return n
}

const poll = 20 * time.Millisecond

// Texts whose callbacks were lost are asked for once their news is old, once each, and are counted as
// if the callbacks had come.
func TestSilentTextsAreAskedFor(t *testing.T) {
	t.Parallel()
	const texts = 90
	w, clock := newClockedWorld(t, phonenet.Faults{CallbackDropped: 1, Lost: 0.2, Filtered: 0.1})
	o, later := w.NewOrg(), w.NewOrg()
	o.Launch(texts)
	carrier := &asked{Carrier: w.Client}
	// Two senders, as two processes would.
	w.SendBy(carrier, dispatch.Options{PollEvery: poll})
	w.SendBy(carrier, dispatch.Options{PollEvery: poll})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateAccepted: texts})
	if err := w.Network.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[dispatch.State]int{}
	for _, e := range w.Entries(phonenet.KindStatus) {
		if e.Status == phonenet.StatusDelivered || e.Status == phonenet.StatusUndelivered {
			want[dispatch.State(e.Status.String())]++
		}
	}
	if len(want) != 2 {
		t.Fatalf("the network's states are %v", want)
	}

	if err := w.Network.SetFaults(phonenet.Faults{CallbackDropped: 1}); err != nil {
		t.Fatal(err)
	}
	clock.pass(9 * time.Minute)
	id := later.Queue(dispatchtest.NewPhone(), "agent", "Hi") // sent now, so its news is young
	later.AwaitStates(map[dispatch.State]int{dispatch.StateAccepted: 1})
	if n := carrier.total(); n > 0 {
		t.Errorf("after 9 minutes %d texts were asked for", n)
	}
	clock.pass(time.Minute)
	o.AwaitStates(want)
	w.CheckInvariants()
	if got := later.Message(id).State; got != dispatch.StateAccepted {
		t.Errorf("a text of a minute ago is %s", got)
	}

	clock.pass(24 * time.Hour) // by then the other text has been asked for, after those of the first organization
	later.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 1})
	if n := carrier.total(); n != texts+1 {
		t.Errorf("%d texts were asked for %d times", texts+1, n)
	}
	o.AwaitStates(want)
	reason := dispatchtest.Value[int](o, "select count(*) from message where org_id = @org and reason = 'spam' and error_code = 30007", nil)
	if reason == 0 {
		t.Error("no text has the reason that the carrier gave")
	}
	w.CheckInvariants()
}

// A text without news is asked for less and less, and at last no more; what the carrier says never
// takes it back.
func TestSilentTextIsAskedForLessAndLess(t *testing.T) {
	t.Parallel()
	w, clock := newClockedWorld(t, phonenet.Faults{CallbackDropped: 1})
	o := w.NewOrg()
	id := o.Queue(dispatchtest.NewPhone(), "agent", "Hi")
	carrier := &asked{Carrier: w.Client, answer: func(sid string) (dispatch.Listed, error) {
		return dispatch.Listed{SID: sid, State: dispatch.StateAccepted}, nil
	}}
	w.SendBy(carrier, dispatch.Options{PollEvery: poll})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateAccepted: 1})
	sid := o.Message(id).SID
	clock.pass(5 * time.Minute)
	if err := w.Settler.Settle(t.Context(), o.ID, dispatch.Status{SID: sid, State: dispatch.StateSent}); err != nil {
		t.Fatal(err)
	}
	var waits []time.Duration
	began, seen := time.Duration(clock.ahead.Load()), 0
	for !dispatchtest.Value[bool](o, "select due_at is null from message where org_id = @org", nil) {
		clock.pass(dispatchtest.Value[time.Duration](o, "select due_at - app_now() from message where org_id = @org", nil))
		seen++
		o.Await("the carrier to be asked, and the next time to be planned", func() bool {
			return dispatchtest.Value[int](o, "select checks from message where org_id = @org", nil) == seen
		})
		waits = append(waits, time.Duration(clock.ahead.Load())-began)
	}
	if diff := cmp.Diff([]time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}, waits); diff != "" {
		t.Errorf("asked after (-want +got):\n%s", diff)
	}
	if n := carrier.times(sid); n != len(waits) {
		t.Errorf("the carrier was asked %d times, want %d", n, len(waits))
	}
	if got := o.Message(id).State; got != dispatch.StateSent {
		t.Errorf("a text that was sent became %s", got)
	}
	w.CheckInvariants()
}

// A text that the carrier does not know stays as it is and is asked for no more; one that it cannot be
// asked for now is asked for again. Neither keeps the others waiting.
func TestSilentTextWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	w, clock := newClockedWorld(t, phonenet.Faults{CallbackDropped: 1})
	unknown, down, fine := w.NewOrg(), w.NewOrg(), w.NewOrg()
	var ids []int64
	for _, o := range []*dispatchtest.Org{unknown, down, fine} {
		ids = append(ids, o.Queue(dispatchtest.NewPhone(), "agent", "Hi"))
	}
	carrier := &asked{Carrier: w.Client}
	carrier.answer = func(sid string) (dispatch.Listed, error) {
		switch sid {
		case down.Message(ids[1]).SID:
			return dispatch.Listed{}, errors.New("the carrier is away")
		case newSID(1):
			return w.Client.Fetch(t.Context(), unknown.ID, sid)
		}
		return dispatch.Listed{SID: sid, State: dispatch.StateDelivered}, nil
	}
	w.SendBy(carrier, dispatch.Options{PollEvery: poll})
	for _, o := range []*dispatchtest.Org{unknown, down, fine} {
		o.AwaitStates(map[dispatch.State]int{dispatch.StateAccepted: 1})
	}
	unknown.Exec("update message set sid = @sid where org_id = @org", postgres.Args{"sid": newSID(1)}) // not the network's
	clock.pass(10 * time.Minute)
	fine.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 1})
	if got := unknown.Message(ids[0]).State; got != dispatch.StateAccepted {
		t.Errorf("a text that the carrier does not know became %s", got)
	}
	if !dispatchtest.Value[bool](unknown, "select due_at is null from message where org_id = @org", nil) {
		t.Error("a text that the carrier does not know is to be asked for again")
	}
	planned := dispatchtest.Value[bool](down, "select due_at > app_now() and checks = 0 from message where org_id = @org", nil)
	if !planned {
		t.Error("a text that the carrier could not be asked for is not to be asked for again")
	}
}
