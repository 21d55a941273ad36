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

// newWorld is a world on a database of the test's own: a sender serves all organizations.
func newWorld(t testing.TB, faults phonenet.Faults) *dispatchtest.World {
	t.Helper()
	db := pgtest.Own(t, postgres.WithMaxConns(16)).DB()
	return dispatchtest.New(t, db, faults)
}

func TestLaunchReachesEverybodyOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	o := w.NewOrg()
	campaign, to := o.Launch(300)
	began := time.Now()
	w.Send(dispatch.Options{})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 300})
	t.Log("took", time.Since(began))
	for _, phone := range to {
		if n := w.Network.Handset(string(phone)).Accepted(); n != 1 {
			t.Errorf("%s got %d texts", phone, n)
		}
	}
	o.Await("the campaign to be active", func() bool {
		return dispatchtest.Value[string](o, "select state from campaign where org_id = @org and id = @id",
			postgres.Args{"id": campaign}) == "active"
	})
	w.CheckInvariants()
}
