package dispatch_test

import (
	"slices"
	"testing"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
)

// Who opted out at the carrier counts for the campaign whose text told of it, and parley check knows.
func TestOptOutAtTheCarrierCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	w.Received.Receiver = accept
	o := w.NewOrg()
	campaign, to := o.Launch(20)
	for _, phone := range to[:3] {
		if _, err := w.Network.Handset(string(phone)).Send(t.Context(), string(o.Phone), "STOP"); err != nil {
			t.Fatal(err)
		}
	}
	w.Send(dispatch.Options{})
	o.Await("everything to be settled", func() bool {
		s := o.States()
		return s[dispatch.StateDelivered] == 17 && s[dispatch.StateFailed] == 3
	})
	counted := dispatchtest.Value[int](o, "select sum(opted_out) from campaign_count where org_id = @org and campaign_id = @campaign",
		postgres.Args{"campaign": campaign})
	told := dispatchtest.Value[int](o, `
		select count(*)
		from consent_event e
		join message m on m.org_id = e.org_id and m.id = e.message_id and m.campaign_id = @campaign
		where e.org_id = @org and e.source = 'carrier'`, postgres.Args{"campaign": campaign})
	if counted != 3 || told != 3 {
		t.Errorf("the campaign counts %d opt-outs, and its texts told of %d", counted, told)
	}
	w.CheckInvariants()
	o.Exec("update campaign_count set opted_out = opted_out + 1 where org_id = @org", nil)
	violations, err := dispatch.Check(t.Context(), w.DB)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(violations, func(v dispatch.Violation) bool { return v.Invariant == 10 }) {
		t.Errorf("a wrong count of opt-outs is not found: %v", violations)
	}
}

// A STOP is stored while the carrier's refusal of a text to the same person waits for it, with no text of
// theirs in its hands. The refusal finds that they have gone, and neither counts them nor tells the ledger again.
func TestO1_StopWhileTheCarrierRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	o := w.NewOrg()
	campaign, to := o.Launch(1)
	o.Exec("update message set state = 'accepted', sid = 'SM' || md5(id::text) where org_id = @org and campaign_id = @campaign",
		postgres.Args{"campaign": campaign})
	sid := dispatchtest.Value[string](o, "select sid from message where org_id = @org and campaign_id = @campaign", postgres.Args{"campaign": campaign})
	stopping, settled := make(chan struct{}), make(chan error, 1)
	go func() {
		<-stopping
		settled <- w.Settler.Settle(t.Context(), o.ID, dispatch.Status{SID: sid, State: dispatch.StateFailed, ErrorCode: 21610})
	}()
	o.Org(func(tx *postgres.Tx) error {
		_, err := tx.Exec(t.Context(), "select from contact where org_id = @org and phone = @phone for update", postgres.Args{"phone": to[0]})
		if err != nil {
			return err
		}
		close(stopping)
		w.Await("the refusal to wait for the contact", func() bool {
			return dispatchtest.Value[int](o, `
				select count(*) from pg_locks l
				join pg_stat_activity a on a.pid = l.pid and a.datname = current_database()
				where not l.granted`, nil) > 0
		})
		_, err = tx.Exec(t.Context(), "select from message where org_id = @org and campaign_id = @campaign for update", postgres.Args{"campaign": campaign})
		if err != nil {
			return err
		}
		_, err = tx.Exec(t.Context(), `
			with said as (
				insert into consent_event (org_id, phone, kind, source) values (@org, @phone, 'opt_out', 'keyword') returning id
			)
			insert into opt_out (org_id, phone, event_id) select @org, @phone, id from said`, postgres.Args{"phone": to[0]})
		return err
	})
	if err := <-settled; err != nil {
		t.Fatal(err)
	}
	counted := dispatchtest.Value[int](o, "select coalesce(sum(opted_out), 0) from campaign_count where org_id = @org", nil)
	sources := dispatchtest.Value[string](o, "select string_agg(source, ' ') from consent_event where org_id = @org", nil)
	if counted != 0 || sources != "keyword" {
		t.Errorf("the refusal counts %d opt-outs, and the ledger has them from %q", counted, sources)
	}
}
