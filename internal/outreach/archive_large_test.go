package outreach_test

import (
	"testing"

	"parley/internal/outreach"
)

// TestAG1_OfVeryManyTextsMostAreCancelledByAJob archives as somebody does whose patience is over at once: a job
// is asked for the rest, and comes to the end. (That nothing more of them goes out is the sender's to see.)
func TestAG1_OfVeryManyTextsMostAreCancelledByAJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft("Open day", "Hi {{first_name}}", askBot, "ada")
	w.crowd(id, 2500)
	w.launch(id)
	w.must(outreach.ArchiveWithoutPatience(w.ctx, w.db, w.manager, id))
	now, err := w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if now.Queued != 2501 {
		t.Fatalf("of 2501 texts, %d are still queued", now.Queued)
	}
	if jobs := w.jobs("campaign_clear_away"); jobs != 2 {
		t.Errorf("%d jobs are to clear away, want one now and one should the process die", jobs)
	}
	w.must(outreach.ClearAway(w.ctx, w.db, w.org.ID, id))
	now, err = w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if now.Queued != 0 || now.Cancelled != 2501 {
		t.Errorf("%d texts are queued and %d cancelled", now.Queued, now.Cancelled)
	}
	w.promises()
}

// jobs counts those of a kind that are to be worked for the organization.
func (w *world) jobs(kind string) (n int) {
	w.t.Helper()
	w.must(w.db.Pool().QueryRow(w.ctx, `
		select count(*) from river.river_job where kind = $1 and args ->> 'org' = $2::bigint::text and finalized_at is null`,
		kind, w.org.ID).Scan(&n))
	return n
}
