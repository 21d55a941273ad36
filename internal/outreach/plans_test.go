package outreach_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"parley/internal/audience"
	"parley/internal/insight"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// A page reads far fewer rows than a campaign has people, both when nobody has analyzed the tables since it
// was launched, so that the planner knows nothing of what is in them, and afterwards.
func TestPlans_APageReadsLittleOfACampaign(t *testing.T) {
	t.Parallel()
	// A database of its own: what others have in small tables is read whole, and counted, too.
	var own *pgtest.Database
	w := newWorldOn(t, func(clock postgres.Option) *postgres.DB {
		own = pgtest.Own(t, clock)
		return own.DB()
	})
	const people = 10_000
	pages := w.pages(w.everybody(people))
	for _, analyzed := range []bool{false, true} {
		if analyzed {
			analyze(t, own.AdminURL())
		}
		for name, visit := range pages {
			w.must(w.db.Snapshot(w.ctx, w.org.ID, func(moment *postgres.DB) error {
				before := w.rowsRead(moment)
				err := visit(moment)
				if read := w.rowsRead(moment) - before; read > people/3 {
					t.Errorf("%s: %d rows are read of a campaign to %d (analyzed: %v)", name, read, people, analyzed)
				} else {
					t.Logf("%s: %d rows (analyzed: %v)", name, read, analyzed)
				}
				return err
			}))
		}
	}
}

// pages are visits of what is seen of a campaign.
func (w *world) pages(id outreach.CampaignID) map[string]func(*postgres.DB) error {
	pages := map[string]func(*postgres.DB) error{}
	for name, q := range map[string]outreach.ActivityQuery{
		"": {WaitingFirst: true}, ", newest": {}, ", waiting": {Filter: "attention", WaitingFirst: true}, " of a name": {Name: "maria", WaitingFirst: true},
		" of half": {Name: "marsh", WaitingFirst: true}, " of one": {Name: "person77 ", WaitingFirst: true}, " of nobody": {Name: "zz"},
	} {
		q.Campaign = id
		pages["activity"+name] = func(db *postgres.DB) error { _, err := w.of(db).Activity(w.ctx, q); return err }
	}
	for name, q := range map[string]outreach.RecipientQuery{
		"": {}, ", failed": {States: []string{"failed", "undelivered"}}, " of a name": {Name: "maria"}, " of half": {Name: "marsh"},
	} {
		q.Campaign = id
		pages["recipients"+name] = func(db *postgres.DB) error { _, _, err := w.of(db).Recipients(w.ctx, q); return err }
	}
	for name, q := range map[string]outreach.CampaignQuery{"": {}, ", somebody waits": {Waiting: true}, " by their words": {Search: "crowd"}} {
		pages["campaigns"+name] = func(db *postgres.DB) error { _, err := w.of(db).Campaigns(w.ctx, q); return err }
	}
	for name, q := range map[string]insight.TranscriptQuery{
		"": {}, ", unread": {Unread: true}, " of the campaign": {Campaign: id}, " of agents": {Mode: outreach.AgentMode},
	} {
		pages["transcripts"+name] = func(db *postgres.DB) error {
			_, err := insight.NewDesk(db, w.manager).Transcripts(w.ctx, q)
			return err
		}
	}
	for name, q := range map[string]audience.ContactQuery{
		"": {}, " of a name": {Text: "maria"}, " of a word of a name": {Text: "maria name1"}, " of a number": {Text: "503555"},
		" who opted out": {OptedOut: true}, " of a list": {List: w.list("ada")},
	} {
		pages["contacts"+name] = func(db *postgres.DB) error {
			_, err := audience.NewDesk(db, w.manager).Contacts(w.ctx, q)
			return err
		}
	}
	pages["who waits"] = func(db *postgres.DB) error { _, err := w.of(db).Waiting(w.ctx, 0, outreach.Cursor{}); return err }
	pages["how many wait"] = func(db *postgres.DB) error { _, err := w.of(db).CountWaiting(w.ctx); return err }
	pages["how far it is"] = func(db *postgres.DB) error { _, err := w.of(db).Progress(w.ctx, id); return err }
	pages["how many are how"] = func(db *postgres.DB) error { _, err := w.of(db).CountCampaigns(w.ctx); return err }
	pages["analytics"] = func(db *postgres.DB) error { _, err := insight.NewDesk(db, w.manager).Campaign(w.ctx, id); return err }
	return pages
}

// of is the manager's desk on a moment of the database.
func (w *world) of(db *postgres.DB) outreach.Desk { return outreach.NewDesk(db, w.manager) }

// rowsRead counts what the snapshot's connection has read lately: rows of tables that it read whole, and
// entries of indexes.
func (w *world) rowsRead(moment *postgres.DB) (n int) {
	w.t.Helper()
	w.must(moment.Org(w.ctx, w.org.ID, func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](w.ctx, tx, `
			select coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid)), 0)
			from pg_class c
			where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'i')`, nil)
		return err
	}))
	return n
}

func analyze(t *testing.T, admin string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "vacuum analyze"); err != nil {
		t.Fatal(err)
	}
}
