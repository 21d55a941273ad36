package dispatch_test

import (
	"testing"
	"time"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// A claim that ends with an error may still commit. Its text is handed back only after that, or it would
// be inflight for ever, with an attempt that looks closed.
func TestHandBack_WaitsForTheClaimThatMayStillCommit(t *testing.T) {
	t.Parallel()
	d := pgtest.Own(t, postgres.WithMaxConns(8))
	w := dispatchtest.New(t, d.DB(), phonenet.Faults{})
	o := w.NewOrg()
	message := o.Queue(dispatchtest.NewPhone(), "agent", "Yes.")
	sender := dispatch.NewSender(d.DB(), w.NewClient(), dispatch.Options{})
	token := dispatch.Token{1}
	handedBack := make(chan error, 1)
	o.Org(func(tx *postgres.Tx) error {
		ctx := t.Context()
		_, err := tx.Exec(ctx, `
			with claimed as (
				update message set state = 'inflight', token = @token where org_id = @org and id = @message returning id
			)
			insert into attempt (org_id, token, message_id, sender_id) select @org, @token, id, 1 from claimed`,
			postgres.Args{"token": token, "message": message})
		if err != nil {
			return err
		}
		go func() { handedBack <- dispatch.HandBack(ctx, sender, o.ID, message, token) }()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for waits := false; !waits && len(handedBack) == 0; <-tick.C {
			waits, err = postgres.Value[bool](ctx, tx, `
				select exists (select from pg_locks l where not l.granted and pg_backend_pid() = any (pg_blocking_pids(l.pid)))`, nil)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err := <-handedBack; err != nil {
		t.Fatal(err)
	}
	if m := o.Message(message); m.State != dispatch.StateQueued {
		t.Errorf("the text that was handed back is %s, want queued", m.State)
	}
}
