package twilio_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/internal/twilio"
)

// deaf is where nobody answers.
const deaf = "http://127.0.0.1:1/"

// unanswered sends texts to a number whose webhooks nobody answers.
func unanswered(o *dispatchtest.Org, bodies ...string) {
	o.T.Helper()
	if err := o.Network.AddNumber(o.Account.SID, string(o.Phone), deaf); err != nil {
		o.T.Fatal(err)
	}
	phone := dispatchtest.NewPhone()
	for _, body := range bodies {
		if _, err := o.Network.Handset(string(phone)).Send(o.T.Context(), string(o.Phone), body); err != nil {
			o.T.Fatal(err)
		}
	}
	if err := o.Network.Settle(o.T.Context()); err != nil {
		o.T.Fatal(err)
	}
}

func (i *inbox) bodies() (bodies []string) {
	for _, in := range i.texts() {
		bodies = append(bodies, in.Body)
	}
	return bodies
}

// After an outage the carrier's list brings the texts whose webhooks nobody answered, in their order
// and once.
func TestBackfill(t *testing.T) {
	t.Parallel()
	o, inbox := newInbox(t)
	unanswered(o, "first", "second")
	for _, want := range []int{2, 0} {
		n, err := o.Webhooks.Backfill(t.Context(), o.ID, o.Network.Entries(0, 1)[0].At)
		if err != nil || n != want {
			t.Fatalf("%d were missed, want %d; %v", n, want, err)
		}
	}
	if diff := cmp.Diff([]string{"first", "second"}, inbox.bodies()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// newOwnInbox is newInbox on a database of the test's own, since what is due is everybody's.
func newOwnInbox(t *testing.T) (*dispatchtest.Org, *inbox) {
	t.Helper()
	w := dispatchtest.New(t, pgtest.Own(t).DB(), phonenet.Faults{})
	i := &inbox{db: w.DB}
	w.Received.Receiver = i.receive
	return w.NewOrg(), i
}

// A process looks for missed texts when it begins, after it refused a webhook, and every hour.
func TestBackfillDue(t *testing.T) {
	t.Parallel()
	o, inbox := newOwnInbox(t)
	due := func(want int) {
		t.Helper()
		n, err := o.Webhooks.BackfillDue(t.Context())
		if err != nil || n != want {
			t.Errorf("%d were missed, want %d; %v", n, want, err)
		}
	}
	pass := func(d time.Duration) {
		o.Exec(`
			update carrier_account
			set backfilled_until = backfilled_until - @d::interval, backfill_due_at = backfill_due_at - @d::interval
			where org_id = @org`, postgres.Args{"d": d})
	}
	unanswered(o, "before the start")
	due(1)
	unanswered(o, "meanwhile")
	due(0)
	pass(59 * time.Minute)
	due(0)
	pass(time.Minute)
	due(1)

	unanswered(o, "in an outage")
	inbox.failing(&pgconn.PgError{Code: "57P01"}) // the server is shutting down
	if status := signed(o, twilio.MessagesPath, inbound(o, "refused")); status != http.StatusServiceUnavailable {
		t.Errorf("status %d while the database goes away", status)
	}
	inbox.failing(nil)
	pass(15 * time.Second)
	due(1)
	if diff := cmp.Diff([]string{"before the start", "meanwhile", "in an outage"}, inbox.bodies()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What the list cannot be read for is looked for again a minute later, from where it was.
func TestBackfillAgain(t *testing.T) {
	t.Parallel()
	o, inbox := newOwnInbox(t)
	unanswered(o, "missed")
	o.Exec("update carrier_account set backfill_due_at = app_now() where org_id = @org", nil)
	if err := o.Network.SetFaults(phonenet.Faults{Error500: 1}); err != nil {
		t.Fatal(err)
	}
	if n, err := o.Webhooks.BackfillDue(t.Context()); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if err := o.Network.SetFaults(phonenet.Faults{}); err != nil {
		t.Fatal(err)
	}
	o.Exec("update carrier_account set backfill_due_at = backfill_due_at - interval '1 minute' where org_id = @org", nil)
	if n, err := o.Webhooks.BackfillDue(t.Context()); n != 1 || err != nil || len(inbox.texts()) != 1 {
		t.Errorf("%d, %v", n, err)
	}
}
