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
