package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// StrayText is a text to a number of the organization's carrier account that nobody here has.
type StrayText struct {
	ID         int64
	Sender     sms.Phone
	Recipient  sms.Phone
	Body       string
	ReceivedAt time.Time
}

// StrayTexts reads texts to numbers that nobody has, newest first, before the one given; 0 for the
// newest. For administrators.
func (d Desk) StrayTexts(ctx context.Context, before int64) (page Page[StrayText], err error) {
	if err := d.actor.May(account.Administer); err != nil {
		return page, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		rows, err := postgres.Rows[StrayText](ctx, tx, `
			select id, sender, recipient, body, received_at
			from stray_text
			where org_id = @org and (@before = 0 or id < @before)
			order by id desc
			limit @limit`, postgres.Args{"before": before, "limit": pageSize + 1})
		page = paged(rows, pageSize, func(t StrayText) Cursor { return Cursor{ID: t.ID} })
		return err
	})
	if err != nil {
		return page, fmt.Errorf("read texts to numbers that nobody has: %w", err)
	}
	return page, nil
}

// FailedWebhook is what the carrier told us and could not be processed yet.
type FailedWebhook struct {
	ID         int64
	Kind       string // "message" or "status"
	SID        string
	Sender     string
	Recipient  string
	Body       string
	Error      string
	Tries      int
	ReceivedAt time.Time
	DueAt      time.Time // of the next try
}

// FailedWebhooks reads what waits to be processed again, the oldest first, after the one given. For
// administrators.
func (d Desk) FailedWebhooks(ctx context.Context, after int64) (page Page[FailedWebhook], err error) {
	if err := d.actor.May(account.Administer); err != nil {
		return page, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		rows, err := postgres.Rows[FailedWebhook](ctx, tx, `
			select id, kind, sid, coalesce(form ->> 'From', '') as sender, coalesce(form ->> 'To', '') as recipient,
				coalesce(form ->> 'Body', '') as body, error, tries, received_at, due_at
			from webhook
			where org_id = @org and done_at is null and id > @after
			order by id
			limit @limit`, postgres.Args{"after": after, "limit": pageSize + 1})
		page = paged(rows, pageSize, func(w FailedWebhook) Cursor { return Cursor{ID: w.ID} })
		return err
	})
	if err != nil {
		return page, fmt.Errorf("read what could not be processed: %w", err)
	}
	return page, nil
}

// RetryWebhook makes a webhook due now; whoever processes them takes it within seconds. One that was
// processed meanwhile is left alone.
func (d Desk) RetryWebhook(ctx context.Context, id int64) error {
	if err := d.actor.May(account.Administer); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		done, err := postgres.Value[bool](ctx, tx, `
			update webhook
			set due_at = case when done_at is null then app_now() else due_at end
			where org_id = @org and id = @webhook
			returning done_at is not null`, postgres.Args{"webhook": id})
		if err != nil {
			return fmt.Errorf("retry webhook %d: %w", id, err)
		}
		if done {
			return nil
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "retry", Subject: "webhook", SubjectID: id})
	})
}
