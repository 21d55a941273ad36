package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// benchLaunch launches a campaign to a whole list, from the press of the button to the last text's
// row, beside a bare insert of the same rows; then it stops the campaign before any text has left.
func benchLaunch(s *stage) error {
	m, err := s.massOf(s.size)
	if err != nil {
		return err
	}
	name := "launch_" + sized(m.People)
	remark(s.out, "A launch to %d people until all their texts are rows; the limit is one bare insert ... select of the same rows", m.People)
	id, err := s.draft(m.tenant, "Spring registration", m.List)
	if err != nil {
		return err
	}
	desk := outreach.NewDesk(s.db, m.Manager)
	var review outreach.Review
	seen, err := timed(func() (err error) { review, err = desk.Review(s, id); return err })
	if err != nil {
		return err
	}
	figure(s.out, name+"_review", seen.Seconds(), "s")
	took, err := s.launch(m.tenant, id, review.Fingerprint)
	if err != nil {
		return err
	}
	bare, err := s.bareLaunch(m, id)
	if err != nil {
		return err
	}
	figure(s.out, name, took.Seconds(), "s")
	figure(s.out, name+"_bare", bare.Seconds(), "s")
	figure(s.out, name+"_ratio", took.Seconds()/bare.Seconds(), "x")
	if err := s.pack(); err != nil {
		return err
	}
	if err := s.archiveUnsent(m, id); err != nil {
		return err
	}
	return s.memory(name)
}

// archiveUnsent stops and archives a campaign of which nobody was texted yet: how long the button takes, and
// how long it is until all texts are cancelled.
func (s *stage) archiveUnsent(m *mass, id outreach.CampaignID) error {
	var pressed time.Duration
	cancelled, err := s.withQueue(func() (err error) {
		if pressed, err = timed(func() error { return outreach.NewDesk(s.db, m.Manager).Archive(s, id, true) }); err != nil {
			return err
		}
		return s.until(m.ID, `
			select not exists (
				select from message where org_id = @org and campaign_id = @campaign and author = 'campaign' and state = 'queued')`,
			postgres.Args{"campaign": id})
	})
	if err != nil {
		return err
	}
	name := "archive_" + sized(m.People) + "_unsent"
	figure(s.out, name, pressed.Seconds(), "s")
	figure(s.out, name+"_cancelled", cancelled.Seconds(), "s")
	return nil
}

// launch presses the button, with the job queue at work, and waits until all is written.
func (s *stage) launch(t *tenant, id outreach.CampaignID, fingerprint string) (time.Duration, error) {
	return s.withQueue(func() error {
		if err := outreach.NewDesk(s.db, t.Manager).Launch(s, id, fingerprint); err != nil {
			return err
		}
		return s.until(t.ID, "select materialised_at is not null from campaign where org_id = @org and id = @campaign", postgres.Args{"campaign": id})
	})
}

// withQueue is how long fn takes while the job queue is at work.
func (s *stage) withQueue(fn func() error) (time.Duration, error) {
	workers := river.NewWorkers()
	outreach.AddWorkers(workers, s.db)
	audience.AddWorkers(workers, s.db)
	queue, err := s.db.NewQueue(workers, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return 0, err
	}
	if err := queue.Start(s); err != nil {
		return 0, fmt.Errorf("start the job queue: %w", err)
	}
	took, err := timed(fn)
	if stopErr := queue.Stop(s); err == nil {
		err = stopErr
	}
	return took, err
}

// until asks the organization again and again until the answer is true.
func (s *stage) until(org account.OrgID, sql string, args postgres.Args) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var done bool
		err := s.db.Org(s, org, func(tx *postgres.Tx) (err error) {
			done, err = postgres.Value[bool](s, tx, sql, args)
			return err
		})
		if done || err != nil {
			return err
		}
		<-tick.C
	}
}

// bareLaunch copies the launched rows into another campaign, in one statement, with every index and
// foreign key, durably.
func (s *stage) bareLaunch(m *mass, launched outreach.CampaignID) (time.Duration, error) {
	other, err := s.draft(m.tenant, "Spring registration again", m.List)
	if err != nil {
		return 0, err
	}
	if err := s.pack(); err != nil {
		return 0, err
	}
	return timed(func() error {
		_, err := s.admin.Exec(s, `
			insert into message (org_id, contact_id, number_id, campaign_id, author, body, segments, state, reason, due_at, zone)
			select org_id, contact_id, number_id, @other, author, body, segments, state, reason, due_at, zone
			from message
			where org_id = @org and campaign_id = @launched and author = 'campaign'
			order by contact_id`, pgx.NamedArgs{"org": m.ID, "launched": launched, "other": other})
		if err != nil {
			return fmt.Errorf("insert the rows of a launch: %w", err)
		}
		return nil
	})
}
