package twilio

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/dispatch"
	"parley/internal/postgres"
)

// The kinds of webhook, words of webhook.kind.
const (
	kindMessage = "message"
	kindStatus  = "status"
)

// tokenKey stands beside the parameters of a kept status. No parameter of Twilio's begins so.
const tokenKey = "a"

// failed is a webhook that could not be processed.
type failed struct {
	kind  string
	form  map[string]string
	token dispatch.Token
	err   error
}

// firstRetry is doubled with each try, up to lastRetry, for as long as it takes: a text is never given
// up, and the error stands where the operator looks.
const (
	firstRetry = 10 * time.Second
	lastRetry  = time.Hour
)

// keepFailed stores a webhook, so that it can be answered with success.
func (w *Webhooks) keepFailed(ctx context.Context, org postgres.OrgID, f failed) error {
	form := cleaned(f.form)
	if f.token != (dispatch.Token{}) {
		form[tokenKey] = f.token.String()
	}
	err := w.db.Org(ctx, org, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into webhook as w (org_id, kind, sid, form, error, due_at)
			values (@org, @kind, @sid, @form, @error, app_now() + make_interval(secs => @wait))
			on conflict (org_id, sid) where kind = 'message' do update
			set error = excluded.error, done_at = null, due_at = excluded.due_at`,
			postgres.Args{"kind": f.kind, "sid": form["MessageSid"], "form": form, "error": f.err.Error(), "wait": firstRetry.Seconds()})
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a webhook that could not be processed: %w", err)
	}
	return nil
}

// Retry processes kept webhooks when they are due, and looks for those that were missed, until ctx ends.
// Several processes may do so at once: each webhook is one's at a time.
func (w *Webhooks) Retry(ctx context.Context) error {
	const every = 5 * time.Second
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if _, err := w.RetryDue(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("retry kept webhooks", "error", err)
		}
		if _, err := w.BackfillDue(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("look for missed webhooks", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// RetryDue processes the kept webhooks that are due now and returns how many were.
func (w *Webhooks) RetryDue(ctx context.Context) (int, error) {
	var orgs []postgres.OrgID
	// Through Everyone, to learn which organizations have any.
	err := w.db.Everyone(ctx, func(tx *postgres.Tx) (err error) {
		orgs, err = postgres.Values[postgres.OrgID](ctx, tx, `
			select distinct org_id
			from webhook
			where done_at is null and due_at <= app_now()
			order by org_id`, nil)
		return err
	})
	if err != nil {
		return 0, err
	}
	tried := 0
	for _, org := range orgs {
		for {
			k, err := w.takeKept(ctx, org)
			if errors.Is(err, postgres.ErrNotFound) {
				break
			}
			if err != nil {
				return tried, fmt.Errorf("take a kept webhook: %w", err)
			}
			tried++
			if err := w.finishKept(ctx, org, k, w.process(ctx, org, k)); err != nil {
				return tried, fmt.Errorf("note the try of a kept webhook: %w", err)
			}
		}
	}
	return tried, nil
}

// kept is a row of webhook.
type kept struct {
	ID    int64
	Kind  string
	Form  map[string]string
	Tries int
}

// takeKept takes the oldest webhook that is due and plans its next try, in case this one never ends.
func (w *Webhooks) takeKept(ctx context.Context, org postgres.OrgID) (k kept, err error) {
	err = w.db.Org(ctx, org, func(tx *postgres.Tx) error {
		k, err = postgres.Row[kept](ctx, tx, `
			update webhook w
			set tries = w.tries + 1,
				due_at = app_now() + make_interval(secs => least(@last, @first * 2.0 ^ least(w.tries, 20)))
			from (
				select id
				from webhook
				where org_id = @org and done_at is null and due_at <= app_now()
				order by due_at, id
				limit 1
				for update skip locked) due
			where w.org_id = @org and w.id = due.id
			returning w.id, w.kind, w.form, w.tries`,
			postgres.Args{"first": firstRetry.Seconds(), "last": lastRetry.Seconds()})
		return err
	})
	return k, err
}

func (w *Webhooks) process(ctx context.Context, org postgres.OrgID, k kept) error {
	if k.Kind == kindStatus {
		status, known, err := readStatus(k.Form, k.Form[tokenKey])
		if err != nil || !known {
			return err
		}
		return w.settler.Settle(ctx, org, status)
	}
	in, err := readInbound(k.Form)
	if err != nil {
		return err
	}
	return w.receive(ctx, org, in)
}

func (w *Webhooks) finishKept(ctx context.Context, org postgres.OrgID, k kept, tried error) error {
	message := ""
	if tried != nil {
		message = tried.Error()
		w.log.Error("a kept webhook failed again", "org", org, "webhook", k.ID, "tries", k.Tries, "error", tried)
	}
	return w.db.Org(ctx, org, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, `
			update webhook
			set error = case when @error = '' then error else @error end,
				done_at = case when @error = '' then app_now() end
			where org_id = @org and id = @id`, postgres.Args{"id": k.ID, "error": message})
		return err
	})
}
