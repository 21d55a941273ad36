package outreach_test

import (
	"context"
	"testing"

	"parley/internal/audience"
	"parley/internal/insight"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// A page of a campaign reads far fewer rows than the campaign has, though nobody has analyzed the tables
// since it was launched, and the planner knows nothing of what is in them.
func TestPlans_APageReadsLittleOfACampaign(t *testing.T) {
	t.Parallel()
	// A database of its own: what others have in small tables is read whole, and counted, too.
	w := newWorldOn(t, func(clock postgres.Option) *postgres.DB { return pgtest.Own(t, clock).DB() })
	const people = 10_000
	id := w.everybody(people)
	activity := func(q outreach.ActivityQuery) func(context.Context, outreach.Desk) error {
		q.Campaign = id
		return func(ctx context.Context, d outreach.Desk) error {
			_, err := d.Activity(ctx, q)
			return err
		}
	}
	recipients := func(q outreach.RecipientQuery) func(context.Context, outreach.Desk) error {
		q.Campaign = id
		return func(ctx context.Context, d outreach.Desk) error {
			_, _, err := d.Recipients(ctx, q)
			return err
		}
	}
	campaigns := func(q outreach.CampaignQuery) func(context.Context, outreach.Desk) error {
		return func(ctx context.Context, d outreach.Desk) error {
			_, err := d.Campaigns(ctx, q)
			return err
		}
	}
	for name, visit := range map[string]func(context.Context, outreach.Desk) error{
		"activity":                  activity(outreach.ActivityQuery{WaitingFirst: true}),
		"activity, newest":          activity(outreach.ActivityQuery{}),
		"activity, waiting":         activity(outreach.ActivityQuery{Filter: "attention", WaitingFirst: true}),
		"activity of a name":        activity(outreach.ActivityQuery{Name: "maria", WaitingFirst: true}),
		"activity of half":          activity(outreach.ActivityQuery{Name: "marsh", WaitingFirst: true}),
		"activity of one":           activity(outreach.ActivityQuery{Name: "person77 ", WaitingFirst: true}),
		"activity of nobody":        activity(outreach.ActivityQuery{Name: "zz", WaitingFirst: true}),
		"recipients":                recipients(outreach.RecipientQuery{}),
		"recipients, failed":        recipients(outreach.RecipientQuery{States: []string{"failed", "undelivered"}}),
		"recipients of a name":      recipients(outreach.RecipientQuery{Name: "maria"}),
		"recipients of half":        recipients(outreach.RecipientQuery{Name: "marsh"}),
		"campaigns":                 campaigns(outreach.CampaignQuery{}),
		"campaigns, somebody waits": campaigns(outreach.CampaignQuery{Waiting: true}),
		"campaigns by their words":  campaigns(outreach.CampaignQuery{Search: "crowd"}),
		"what waits in the inboxes": func(ctx context.Context, d outreach.Desk) error {
			_, err := d.Waiting(ctx, 0, outreach.Cursor{})
			return err
		},
		"how many wait there":        func(ctx context.Context, d outreach.Desk) error { _, err := d.CountWaiting(ctx); return err },
		"how far the campaign is":    func(ctx context.Context, d outreach.Desk) error { _, err := d.Progress(ctx, id); return err },
		"how many campaigns are how": func(ctx context.Context, d outreach.Desk) error { _, err := d.CountCampaigns(ctx); return err },
	} {
		w.readsLittle(people/2, name, func(moment *postgres.DB) error { return visit(w.ctx, outreach.NewDesk(moment, w.manager)) })
	}
	for name, q := range map[string]insight.TranscriptQuery{
		"transcripts": {}, "transcripts, unread": {Unread: true}, "transcripts of the campaign": {Campaign: id}, "transcripts of agents": {Mode: outreach.AgentMode},
	} {
		w.readsLittle(people/2, name, func(moment *postgres.DB) error {
			_, err := insight.NewDesk(moment, w.manager).Transcripts(w.ctx, q)
			return err
		})
	}
	w.readsLittle(people/2, "analytics", func(moment *postgres.DB) error {
		_, err := insight.NewDesk(moment, w.manager).Campaign(w.ctx, id)
		return err
	})
	for name, q := range map[string]audience.ContactQuery{
		"contacts": {}, "contacts of a name": {Text: "maria"}, "contacts of a word of a name": {Text: "maria name1"},
		"contacts of a number": {Text: "503555"}, "contacts who opted out": {OptedOut: true}, "contacts of a list": {List: w.list("ada")},
	} {
		w.readsLittle(people/2, name, func(moment *postgres.DB) error {
			_, err := audience.NewDesk(moment, w.manager).Contacts(w.ctx, q)
			return err
		})
	}
}

// readsLittle fails if what is read in a snapshot is more than so many rows.
func (w *world) readsLittle(most int, name string, visit func(*postgres.DB) error) {
	w.t.Helper()
	w.must(w.db.Snapshot(w.ctx, w.org.ID, func(moment *postgres.DB) error {
		before := w.rowsRead(moment)
		err := visit(moment)
		if read := w.rowsRead(moment) - before; read > most {
			w.t.Errorf("%s reads %d rows, more than %d", name, read, most)
		} else {
			w.t.Logf("%s: %d rows", name, read)
		}
		return err
	}))
}

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
