package dispatch_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// D6: a carrier that takes 10 s over everything. No transaction is open while it is waited for: not to
// post, nor to look for what is unknown, nor to ask for what is without news.
func TestD6_NoTransactionWhileTheCarrierIsSlow(t *testing.T) {
	t.Parallel()
	const texts, slow = 40, 10 * time.Second
	d := pgtest.Own(t, postgres.WithMaxConns(16))
	w := dispatchtest.New(t, d.DB(), phonenet.Faults{Latency: phonenet.Span{Min: slow, Max: slow}, CallbackDropped: 1})
	o := w.NewOrg()
	o.Launch(texts)
	unknown := o.Queue(dispatchtest.NewPhone(), "agent", "Did it arrive?")
	silent := o.Queue(dispatchtest.NewPhone(), "agent", "Where is it?")
	o.Exec(`
		with attempted as (
			insert into attempt (org_id, token, message_id, sender_id, outcome)
			values (@org, gen_random_uuid(), @unknown, 0, 'unknown')
			returning token
		)
		update message set state = 'unknown', token = attempted.token from attempted where org_id = @org and id = @unknown`,
		postgres.Args{"unknown": unknown})
	o.Exec("update message set state = 'accepted', sid = @sid, due_at = app_now() where org_id = @org and id = @silent",
		postgres.Args{"sid": newSID(1), "silent": silent})
	conn, err := pgx.Connect(t.Context(), d.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	longest, looks := time.Duration(0), 0
	w.Send(dispatch.Options{})
	asked := func() bool {
		return dispatchtest.Value[bool](o, "select due_at is null from message where org_id = @org and id = @silent", postgres.Args{"silent": silent})
	}
	o.Await("every text to be accepted, and the one without news to be asked for", func() bool {
		var open time.Duration
		err := conn.QueryRow(t.Context(), `
			select coalesce(max(clock_timestamp() - xact_start), interval '0')
			from pg_stat_activity
			where datname = current_database() and usename <> current_user and xact_start is not null`).Scan(&open)
		if err != nil {
			t.Fatal(err)
		}
		longest, looks = max(longest, open), looks+1
		return o.States()[dispatch.StateAccepted] == texts+1 && asked()
	})
	if longest > 2*time.Second {
		t.Errorf("a transaction was open for %s", longest)
	}
	t.Logf("the longest transaction in %d looks was open for %s", looks, longest)
	w.CheckInvariants()
}
