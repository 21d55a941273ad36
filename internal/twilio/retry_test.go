package twilio_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"parley/internal/dispatch/dispatchtest"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/internal/twilio"
)

// A text that cannot be processed is answered only once it is kept, and processed later.
func TestFailedTextIsKeptAndRetried(t *testing.T) {
	t.Parallel()
	o, inbox := newInbox(t)
	inbox.failing(errors.New("a rule is broken"))
	form := inbound(o, "hi\x00there")
	for range 2 {
		if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
	}
	if got := dispatchtest.Value[string](o, "select error from webhook where org_id = @org and done_at is null", nil); got != "a rule is broken" {
		t.Errorf("the queue says %q", got)
	}
	due := func() {
		o.Exec("update webhook set due_at = app_now() where org_id = @org", nil)
		if _, err := o.Webhooks.RetryDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	due()
	if tries := dispatchtest.Value[int](o, "select tries from webhook where org_id = @org and done_at is null", nil); tries != 2 {
		t.Errorf("%d tries", tries)
	}
	inbox.failing(nil)
	due()
	if texts := inbox.texts(); len(texts) != 1 || texts[0].Body != "hithere" {
		t.Errorf("got %+v", texts)
	}
	if open := dispatchtest.Value[int](o, "select count(*) from webhook where org_id = @org and done_at is null", nil); open != 0 {
		t.Errorf("%d are still in the queue", open)
	}
}

// A panic over one text costs neither the text nor the answer.
func TestPanicKeepsTheText(t *testing.T) {
	t.Parallel()
	o, _ := newInbox(t)
	o.Received.Receiver = func(context.Context, postgres.OrgID, outreach.Inbound) error { panic("ouch") }
	if status := signed(o, twilio.MessagesPath, inbound(o, "hi")); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	if n := dispatchtest.Value[int](o, "select count(*) from webhook where org_id = @org and error like '%ouch%'", nil); n != 1 {
		t.Errorf("%d kept", n)
	}
}

// While the database is away the carrier is told to try elsewhere.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	server := pgtest.Cluster(t)
	w := dispatchtest.New(t, server.Open(), phonenet.Faults{})
	i := &inbox{db: w.DB}
	w.Received.Receiver = i.receive
	o := w.NewOrg()
	form := inbound(o, "hi")
	if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	server.Kill()
	o.Await("the last connection to be gone", func() bool { return o.DB.Ping(t.Context()) != nil })
	later := inbound(o, "hi again")
	if status := signed(o, twilio.MessagesPath, later); status != http.StatusServiceUnavailable {
		t.Errorf("status %d without a database", status)
	}
	server.Start()
	o.Await("the database to be back", func() bool { return signed(o, twilio.MessagesPath, later) == http.StatusOK })
	if n := len(i.texts()); n != 2 {
		t.Errorf("%d texts", n)
	}
}
