package dispatch_test

import (
	"testing"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// BenchmarkSend is how long a text takes from its queued row to its recorded outcome: claim, HTTP to
// the simulated network in this process, and record, with a row and an attempt for each text, on a
// server that syncs each commit to disk. No callbacks come back.
func BenchmarkSend(b *testing.B) {
	benchmark(b, phonenet.Faults{CallbackDropped: 1}, dispatch.StateAccepted)
}

// BenchmarkSendAndSettle has the network deliver each text and report two statuses of it, each of them
// signed, verified and committed.
func BenchmarkSendAndSettle(b *testing.B) {
	benchmark(b, phonenet.Faults{}, dispatch.StateDelivered)
}

func benchmark(b *testing.B, faults phonenet.Faults, end dispatch.State) {
	db := pgtest.Cluster(b).Open(postgres.WithMaxConns(16))
	w := dispatchtest.New(b, db, faults)
	o := w.NewOrg()
	o.Launch(b.N)
	b.ResetTimer()
	w.Send(dispatch.Options{})
	o.Await("the launch to end", func() bool {
		return dispatchtest.Value[int](o, "select coalesce(sum("+string(end)+"), 0)::int from campaign_count where org_id = @org", nil) == b.N
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}
